/**
 * Other readings of keys under which no ICV holds: an ICV of another length, extended sequence numbers or none, the keys of the other direction,
 * those of another sender or another SA. One counts only when an ICV holds under it, and it is reported as what it is.
 */
import type { DataSaKeys, EspKeys, KeyMismatch } from "../keys/data-sa-keys.ts"
import { isOtherSender, type Sought } from "./data-table.ts"
import { otherIcvLengths } from "./icv-lengths.ts"

/** Other SAs whose keys are tried on the packets of one. */
const MOST_OTHERS = 64

export interface Variant {
  readonly keys: EspKeys
  readonly mismatch: readonly KeyMismatch[]
}

/** The same key material with another length of the ICV, another treatment of the sequence number, or both; the keys as they are left out. */
export function* keyVariants(keys: EspKeys): Generator<Variant> {
  if (!hasCheckedIcv(keys)) return
  for (const { keys: cut, mismatch } of lengths(keys)) {
    if (mismatch.length > 0) yield { keys: cut, mismatch }
    const esn: KeyMismatch = { kind: "esn", expected: keys.esn, held: !keys.esn }
    yield { keys: { ...cut, esn: !keys.esn }, mismatch: [...mismatch, esn] }
  }
}

const hasCheckedIcv = ({ encr, integ }: EspKeys): boolean =>
  encr.aead !== undefined || integ?.mac !== undefined || integ?.gmac === true

function* lengths(keys: EspKeys): Generator<Variant> {
  yield { keys, mismatch: [] }
  const own = keys.integ ? keys.integ.icvBytes : keys.encr.icvBytes
  for (const { suite, bytes } of otherIcvLengths(keys))
    yield { keys: suite, mismatch: [{ kind: "icv-length", expected: 8 * own, held: 8 * bytes }] }
}

/**
 * Readings for packets that none of `own` (the keys of their SPI) opens, out of those and of the other SAs of the table, `all`. Keys of another
 * sender of the SPI come first, then those of the other direction.
 */
export function* otherReadings(
  sought: Sought,
  own: readonly DataSaKeys[],
  all: () => readonly DataSaKeys[],
): Generator<DataSaKeys> {
  for (const sa of own) for (const { keys, mismatch } of keyVariants(sa.keys)) yield { ...sa, keys, mismatch }
  const others = all().filter(sa => sa.protocol === sought.protocol && !own.includes(sa) && hasCheckedIcv(sa.keys))
  const kindOf = (sa: DataSaKeys) =>
    isSender(sa, sought) ? "sender" : isCrossed(sa, sought, own) ? "direction" : "other-sa"
  const kinds = others.map(sa => ({ sa, kind: kindOf(sa) }) as const)
  const sorted = ["sender", "direction", "other-sa"].flatMap(kind => kinds.filter(k => k.kind === kind))
  for (const { sa, kind } of sorted.slice(0, MOST_OTHERS)) {
    const taken: KeyMismatch = kind === "sender" ? { kind, source: sa.source ?? "" } : { kind, spi: sa.spi }
    yield { ...sa, spi: sought.spi, mismatch: [taken] }
    for (const { keys, mismatch } of keyVariants(sa.keys))
      yield { ...sa, spi: sought.spi, keys, mismatch: [taken, ...mismatch] }
  }
}

/** Whether keys are another sender's of the same SPI. */
const isSender = (sa: DataSaKeys, { spi, source }: Sought): boolean => sa.spi === spi && isOtherSender(sa, source)

/** Whether an SA is the other direction of the packets': the same Child SA's, or from their destination to their source. */
const isCrossed = (sa: DataSaKeys, { source, destination }: Sought, own: readonly DataSaKeys[]): boolean =>
  (sa.row === undefined && own.some(o => o.id === sa.id && o.spi !== sa.spi)) ||
  (sa.source !== undefined && sa.destination !== undefined && sa.source === destination && sa.destination === source)
