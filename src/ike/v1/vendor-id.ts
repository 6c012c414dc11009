/** Vendor ID payload of IKEv1. */
import { vendorIdDecoder } from "../shared/vendor-id.ts"

/** RFC 2408 §3.16. */
export const vid = vendorIdDecoder(13, "RFC 2408 §3.16", "VID")
