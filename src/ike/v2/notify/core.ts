/** Data of RFC 7296's status notifications: window size, IPComp, NAT detection, cookies. */

import { field } from "../../../bytes/field.ts"
import { plural } from "../../../bytes/words.ts"
import { IPCOMP } from "../../../registry/ikev2/ipcomp.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import type { NotifyDecoder } from "./decoder.ts"

const windowSize = field("isakmp.notify.data.window_size", "Window Size")
const cpi = field("isakmp.notify.data.ipcomp.cpi", "IPComp CPI")
const compression = field("isakmp.notify.data.ipcomp.transform_id", "IPComp Transform ID", { names: IPCOMP })
const compressionAttributes = field("isakmp.notify.data.ipcomp.attributes", "Transform Attributes", { kind: "bytes" })
const natHash = field("isakmp.notify.data.nat_detection.hash", "SHA-1 of SPIs, address and port", { kind: "bytes" })
const cookieData = field("isakmp.notify.data.cookie", "Cookie", { kind: "bytes" })

/** How many requests its sender takes at a time. */
const setWindowSize: NotifyDecoder<{ size: number }> = {
  type: NOTIFY.SET_WINDOW_SIZE,
  rfc: "RFC 7296 §2.3",
  decode: c => ({ size: c.u32(windowSize) }),
}

interface IpcompSupported {
  /** Compression Parameter Index of the sender. */
  readonly cpi: number
  /** 1 OUI, 2 DEFLATE, 3 LZS, 4 LZJH. */
  readonly transform: number
  readonly attributes: Uint8Array
}

const ipcompSupported: NotifyDecoder<IpcompSupported> = {
  type: NOTIFY.IPCOMP_SUPPORTED,
  rfc: "RFC 7296 §2.22",
  decode(c) {
    const index = c.u16(cpi)
    const transform = c.u8(compression)
    const attributes = c.left > 0 ? c.bytes(compressionAttributes) : c.src.bytes.subarray(c.pos, c.pos)
    return { cpi: index, transform, attributes }
  },
}

/** SHA-1 of SPIi, SPIr, address and port, 20 bytes. */
export interface NatDetection {
  readonly hash: Uint8Array
}

const natDetection = (type: number): NotifyDecoder<NatDetection> => ({
  type,
  rfc: "RFC 7296 §2.23",
  plainBytes: 20,
  decode(c) {
    if (c.left > 0 && c.left !== 20)
      throw c.invalid(natHash, c.pos, `NAT detection hash of ${plural(c.left, "byte")}, not 20`)
    return { hash: c.bytes(natHash, 20) }
  },
})
export const natDetectionSourceIp = natDetection(NOTIFY.NAT_DETECTION_SOURCE_IP)
const natDetectionDestinationIp = natDetection(NOTIFY.NAT_DETECTION_DESTINATION_IP)

const cookieDecoder = (type: number, rfc: string, label: string): NotifyDecoder<{ cookie: Uint8Array }> => ({
  type,
  rfc,
  decode(c) {
    if (c.left === 0 || c.left > 64)
      throw c.invalid(cookieData, c.pos, `${label} of ${plural(c.left, "byte")}, not 1 to 64`)
    return { cookie: c.bytes(cookieData) }
  },
})
export const cookie = cookieDecoder(NOTIFY.COOKIE, "RFC 7296 §2.6", "COOKIE")
/** Return routability check of MOBIKE; 8 to 64 bytes. */
const cookie2 = cookieDecoder(NOTIFY.COOKIE2, "RFC 4555 §4.2.5", "COOKIE2")

export const CORE: readonly NotifyDecoder[] = [
  setWindowSize,
  ipcompSupported,
  natDetectionSourceIp,
  natDetectionDestinationIp,
  cookie,
  cookie2,
]
