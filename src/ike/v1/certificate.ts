/** Certificate and Certificate Request payloads of IKEv1. */

import { CERT_TYPE } from "../../registry/ikev1/cert-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { certificateDecoder } from "../shared/certificate.ts"
import { certificateRequestDecoder } from "../shared/certificate-request.ts"

/** RFC 2408 §3.9. */
export const cert = certificateDecoder(PAYLOAD_TYPE.CERT, "RFC 2408 §3.9", CERT_TYPE)
/** RFC 2408 §3.10. */
export const certReq = certificateRequestDecoder(PAYLOAD_TYPE.CR, "RFC 2408 §3.10", CERT_TYPE, "CR")
