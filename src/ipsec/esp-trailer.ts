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

/** What senders do instead; a set of them is a number with a bit each, so that sets of parts are joined by OR. */
export const PADDING_FORMS = [
  "all zeros",
  "counted from 0",
  "its own length in every octet, as PKCS #7 has it",
  "counted down to 1",
  "1, 2, 3 … as it should be, but Pad Length counts the two octets of the trailer too",
  "1, 2, 3 … as it should be, but Pad Length counts itself too",
  "1, 2, 3 … as it should be, but Pad Length and Next Header stand in each other's place",
  "longer than the packet, as Pad Length says",
  "other octets",
] as const
const FORM = { zeros: 0, from0: 1, pkcs: 2, down: 3, countsTrailer: 4, countsItself: 5, exchanged: 6, long: 7 } as const
const OTHER = PADDING_FORMS.length - 1
/** Fewer octets in order may be data. */
const LEAST_IN_ORDER = 2

/** The bit of the form that faulty padding has, which ends `b[start, end)`. */
export function paddingForm(
  b: Uint8Array,
  start: number,
  end: number,
  { padLength: n, nextHeader, fits }: EspTrailer,
): number {
  const at = end - 2
  const isPad = (from: number, length: number, value: (i: number) => number): boolean => {
    for (let i = 0; i < length; i++) if (b[from + i] !== value(i)) return false
    return from >= start
  }
  const ordered = (length: number): boolean => length >= LEAST_IN_ORDER && isPad(at - length, length, i => i + 1)
  if (fits && n > 0) {
    const pads = (value: (i: number) => number): boolean => isPad(at - n, n, value)
    if (pads(() => 0)) return 1 << FORM.zeros
    if (n > 1 && pads(i => i)) return 1 << FORM.from0
    if (pads(() => n) || pads(() => n + 1) || pads(() => n + 2)) return 1 << FORM.pkcs
    if (n > 1 && pads(i => n - i)) return 1 << FORM.down
    if (ordered(n - 2)) return 1 << FORM.countsTrailer
    if (ordered(n - 1)) return 1 << FORM.countsItself
  }
  if (ordered(nextHeader)) return 1 << FORM.exchanged
  return 1 << (fits ? OTHER : FORM.long)
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
