/** Vendor ID payload of IKEv2. */
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { vendorIdDecoder } from "../shared/vendor-id.ts"

/** RFC 7296 §3.12. */
export const vendorId = vendorIdDecoder(PAYLOAD_TYPE.VENDOR_ID, "RFC 7296 §3.12", "V")
