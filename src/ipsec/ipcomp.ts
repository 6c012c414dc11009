/** IPComp: the header, and the payload decompressed. RFC 3173, RFC 2394 (DEFLATE), RFC 2395 (LZS). */
import { registry } from "../registry/registry.ts"

const IPCOMP_HEADER_BYTES = 4

/** Well-known CPIs; negotiated ones begin at 256. RFC 3173 §3.3. */
export const IPCOMP_TRANSFORM = registry(
  "IPCOMP Transform IDs",
  { OUI: [1, "RFC 2407"], DEFLATE: [2, "RFC 2394"], LZS: [3, "RFC 2395"], LZJH: [4, "RFC 3051"] },
  [
    [64, 255, "Private use"],
    [256, 61439, "Negotiated"],
    [61440, 65535, "Private use"],
  ],
)

/** Raw DEFLATE (RFC 1951) of at most `maxBytes`; undefined when the data are not DEFLATE or too long. */
export type Inflate = (data: Uint8Array, maxBytes: number) => Uint8Array | undefined

export interface IpComp {
  readonly nextHeader: number
  readonly cpi: number
  /** What the payload was before compression; undefined when it cannot be had, and then why. */
  readonly data?: Uint8Array
  readonly reason?: string
}

/** Longest decompressed payload: that of the largest IP packet. */
const MAX_BYTES = 65_535

/** Reads the IPComp header at `start` and decompresses up to `end`. Undefined when there is no whole header. */
export function readIpComp(
  b: Uint8Array,
  start: number,
  end: number,
  inflate: Inflate | undefined,
): IpComp | undefined {
  if (end - start < IPCOMP_HEADER_BYTES) return undefined
  const nextHeader = b[start]
  const cpi = (b[start + 2] << 8) | b[start + 3]
  if (cpi === 1 || cpi === 3 || cpi === 4)
    return { nextHeader, cpi, reason: `${IPCOMP_TRANSFORM.name(cpi)} is not decompressed` }
  if (!inflate) return { nextHeader, cpi, reason: "no DEFLATE here" }
  // A negotiated CPI does not say its algorithm; in practice it is DEFLATE.
  const data = inflate(b.subarray(start + IPCOMP_HEADER_BYTES, end), MAX_BYTES)
  return data ? { nextHeader, cpi, data } : { nextHeader, cpi, reason: "not DEFLATE" }
}
