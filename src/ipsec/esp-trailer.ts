/** The ESP trailer: padding, Pad Length, Next Header. RFC 4303 §2.4-2.6. */

export interface EspTrailer {
  /** End of the payload data (TFC padding included) in the bytes that were given. */
  dataEnd: number
  padLength: number
  nextHeader: number
  /** Pad Length fits into the packet. */
  fits: boolean
  /** The padding reads 1, 2, 3 … (RFC 4303 §2.4). */
  padOk: boolean
}

export const newTrailer = (): EspTrailer => ({ dataEnd: 0, padLength: 0, nextHeader: 0, fits: false, padOk: false })

/** Reads the trailer of the cleartext `b[start, end)` (IV and ICV left out) into `to`, and returns it. */
export function readTrailer(b: Uint8Array, start: number, end: number, to: EspTrailer = newTrailer()): EspTrailer {
  if (end - start < 2) {
    to.dataEnd = start
    to.padLength = to.nextHeader = 0
    to.fits = to.padOk = false
    return to
  }
  to.nextHeader = b[end - 1]
  to.padLength = b[end - 2]
  const dataEnd = end - 2 - to.padLength
  to.fits = dataEnd >= start
  to.dataEnd = to.fits ? dataEnd : start
  to.padOk = to.fits
  for (let i = 0; i < to.padLength && to.padOk; i++) to.padOk = b[dataEnd + i] === i + 1
  return to
}
