/** Vendor ID payload of IKEv2. */
import { vendorIdDecoder } from "../shared/vendor-id.ts"

/** RFC 7296 §3.12. */
export const vendorId = vendorIdDecoder(43, "RFC 7296 §3.12", "V")
