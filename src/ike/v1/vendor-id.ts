/** Vendor ID payload of IKEv1. */
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { vendorIdDecoder } from "../shared/vendor-id.ts"

/** RFC 2408 §3.16. */
export const vid = vendorIdDecoder(PAYLOAD_TYPE.VENDOR_ID, "RFC 2408 §3.16", "VID")
