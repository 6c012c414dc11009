/** Certificate and Certificate Request payloads of IKEv2. */

import { CERT_ENCODING } from "../../registry/ikev2/cert-encodings.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { certificateDecoder } from "../shared/certificate.ts"
import { certificateRequestDecoder } from "../shared/certificate-request.ts"

/** RFC 7296 §3.6. */
export const cert = certificateDecoder(PAYLOAD_TYPE.CERT, "RFC 7296 §3.6", CERT_ENCODING)

/** RFC 7296 §3.7. */
export const certreq = certificateRequestDecoder(PAYLOAD_TYPE.CERTREQ, "RFC 7296 §3.7", CERT_ENCODING, "CERTREQ")
