/** Rows of keys files for Child SAs, completed by what was negotiated and by what packets give away: an algorithm, a salt. */

import { concat, equal } from "../bytes/bytes.ts"
import { addTo, grouped } from "../bytes/grouped.ts"
import { present } from "../bytes/typed.ts"
import { plural } from "../bytes/words.ts"
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { encrByName, encrFromKeyLength } from "../crypto/encr.ts"
import { recoverGcmSalt } from "../crypto/gcm-salt.ts"
import { integByName } from "../crypto/integ.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { DataSaKeys, EspKeys } from "../keys/data-sa-keys.ts"
import { ESP_HEADER_BYTES, fillAad } from "../open/esp-suite.ts"
import { spiMatches } from "../secrets/child-match.ts"
import type { ChildSaSecret, Origin } from "../secrets/secrets.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataSa, Sample } from "../track/data-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import { anyInteg } from "./given-suite.ts"

interface Row {
  readonly secret: ChildSaSecret
  readonly id: string
  entry?: DataSaKeys
  /** Suite of a row that lacks only its salt. */
  unsalted?: EspKeys
  /** Child SAs that a row without an SPI was tried on. */
  tried?: WeakSet<ChildSa>
  /** Why the row cannot be used yet. */
  why?: string
}

const NULL = present(encrFromKeyLength("NULL", 0))
const EMPTY = new Uint8Array(0)

export class ChildRows {
  readonly #rows: Row[] = []
  /** Rows that still lack something, by SPI; those for several SPIs are under undefined. */
  readonly #open = new Map<number | undefined, Row[]>()

  /** Keys that rows without an SPI have given Child SAs. */
  readonly #added: DataSaKeys[] = []

  #bySpi: Map<number | undefined, Row[]> | undefined

  constructor(
    secrets: readonly ChildSaSecret[],
    readonly provider: CryptoProvider,
  ) {
    this.add(secrets)
  }

  /** Takes more rows. Those that can be used already. */
  add(secrets: readonly ChildSaSecret[]): DataSaKeys[] {
    const before = this.#rows.length
    const rows = secrets.map((secret, i): Row => ({ secret, id: `child_sas/${before + i}` }))
    this.#rows.push(...rows)
    this.#bySpi = undefined
    for (const row of rows) {
      settle(row)
      if (row.entry) continue
      addTo(this.#open, row.secret.spi, row)
    }
    return rows.flatMap(usable)
  }

  /** Rows that can be used by now, as keys of data SAs; their ids are `child_sas/0` … */
  entries(): DataSaKeys[] {
    return [...this.#rows.flatMap(usable), ...this.#added]
  }

  /** A Child SA was negotiated: rows that name no algorithm take its. The rows that have become usable. */
  negotiated(child: ChildSa): DataSaKeys[] {
    return [...this.#bySpiOf(child), ...this.#anySpiOf(child)]
  }

  /** Rows without an SPI: each may be either direction of any Child SA whose suite takes a key of its length. */
  #anySpiOf(child: ChildSa): DataSaKeys[] {
    const rows = (this.#open.get(undefined) ?? []).filter(r => !r.entry && r.secret.encr === undefined)
    const found = rows.slice(0, MAX_NAMELESS).flatMap(row => {
      if (row.tried?.has(child)) return []
      row.tried = (row.tried ?? new WeakSet()).add(child)
      return namelessKeys(row.secret, child).flatMap(({ spi, secret }) => {
        const keys = suiteOf(secret, child)
        if (typeof keys === "string") return []
        row.why = undefined
        return [{ ...entryOf({ ...row, secret }, keys), spi }]
      })
    })
    this.#added.push(...found)
    return found
  }

  #bySpiOf(child: ChildSa): DataSaKeys[] {
    return [child.spiI, child.spiR].flatMap(spi => {
      const rows = spi === null ? [] : (this.#open.get(spi) ?? [])
      return rows.flatMap(row => {
        if (row.entry || row.unsalted || row.secret.protocol !== child.protocol) return []
        settle(row, child)
        return usable(row)
      })
    })
  }

  /** A packet gives away the salt that a row of its SPI lacks. The rows that have become usable. */
  sample({ protocol, spi, samples }: DataSa): DataSaKeys[] {
    if (this.#open.size === 0 || protocol !== "ESP") return []
    const found: DataSaKeys[] = []
    for (const row of [...(this.#open.get(spi) ?? []), ...(this.#open.get(undefined) ?? [])]) {
      const { unsalted, secret } = row
      if (row.entry || !unsalted || !spiMatches(secret, spi)) continue
      const keys = salted(samples, unsalted, secret.esn === undefined, this.provider)
      if (!keys) continue
      row.entry = { ...entryOf(row, keys), spi }
      row.why = undefined
      found.push(...usable(row))
    }
    return found
  }

  /** Rows that say the same as keys that a Child SA has without them; a salt may be missing. */
  sameAs(child: ChildSa): Origin[] {
    const { encr_i, integ_i, encr_r, integ_r } = child.keys
    const says = (spi: number | null, key: Uint8Array | undefined, integKey: Uint8Array | undefined) =>
      this.#rowsOf(spi).filter(
        ({ secret }) =>
          secret.protocol === child.protocol &&
          (child.protocol === "AH" ? alike(secret.integKey, integKey) : alike(secret.key, key)),
      )
    // Packets with SPIr are from the exchange's starter.
    return [...says(child.spiR, encr_i, integ_i), ...says(child.spiI, encr_r, integ_r)].map(r => r.secret.origin)
  }

  #rowsOf(spi: number | null): readonly Row[] {
    this.#bySpi ??= grouped(this.#rows, row => row.secret.spi)
    return spi === null ? [] : (this.#bySpi.get(spi) ?? [])
  }

  /** Rows that cannot be used, each with the reason; no secrets in it. */
  unusable(): { readonly row: string; readonly why: string }[] {
    return this.#rows.flatMap(({ secret, entry, why }) =>
      entry || !why ? [] : [{ row: `${secret.origin.kind}[${secret.origin.index}]`, why }],
    )
  }
}

/** Rows without an SPI that are tried on every Child SA. */
const MAX_NAMELESS = 32

/** What a row without an SPI may be to a Child SA: KEYMAT is cut into its directions, the exchange's starter first (RFC 7296 §2.17). */
function namelessKeys(secret: ChildSaSecret, child: ChildSa): { spi: number; secret: ChildSaSecret }[] {
  const { spiI, spiR } = child
  const ways = [spiR, spiI].filter(spi => spi !== null)
  if (secret.protocol !== child.protocol) return []
  if (!secret.keymat) return ways.map(spi => ({ spi, secret }))
  const encrBytes = child.encr ? child.encr.keyBytes + child.encr.saltBytes : 0
  const integBytes = child.encr?.aead ? 0 : (child.integ?.keyBytes ?? 0)
  const half = encrBytes + integBytes
  // prf+ makes whole blocks, and some programs print all of them.
  if (half === 0 || secret.key.length < 2 * half) return []
  return [spiR, spiI].flatMap((spi, i) => {
    const part = secret.key.subarray(i * half, (i + 1) * half)
    const keys = { key: part.slice(0, encrBytes), integKey: part.slice(encrBytes), keymat: undefined }
    return spi === null ? [] : [{ spi, secret: { ...secret, ...keys } }]
  })
}

/** Whether two keys are one, of which the shorter may lack its salt (3 or 4 octets). */
const alike = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && a.length >= 8 && b.length - a.length <= 4 && equal(a, b.subarray(0, a.length))

/** A row opened packets under this SPI of a Child SA: where nothing was derived its keys are the Child SA's. */
export function* keysOfRow(child: ChildSa, spi: number, given: EspKeys, origin: Origin): KeySearch {
  if (child.keyStatus === "derived") return
  const way = child.spiR === spi ? "i" : "r"
  const keys = { ...child.keys, [`encr_${way}`]: given.key, [`integ_${way}`]: given.integKey }
  const keyStatus = keys.encr_i && keys.encr_r ? "given" : "partial"
  const keySource = { origins: [...(child.keySource?.origins ?? []), origin], pairs: [] }
  yield { kind: "child-keys", child, found: { keys, keyStatus, keySource } }
}

/** The row's keys, without and with extended sequence numbers where it does not say and an ICV can tell. */
function usable({ entry, secret }: Row): DataSaKeys[] {
  if (!entry) return []
  const { keys } = entry
  const isKnown = secret.esn !== undefined || keys.esn || !(keys.encr.aead || keys.integ?.mac || keys.integ?.gmac)
  return isKnown ? [entry] : [entry, { ...entry, keys: { ...keys, esn: true } }]
}

/** Finds the suite of a row; sets `entry`, or `unsalted`, or why not. */
function settle(row: Row, child?: ChildSa): void {
  const keys = suiteOf(row.secret, child)
  row.why = typeof keys === "string" ? keys : undefined
  if (typeof keys === "string") return
  const { encr, key } = keys
  if (encr.saltBytes === 0 || key.length !== encr.keyBytes) row.entry = entryOf(row, keys)
  else {
    const can = encr.aead === "aes-gcm" && encr.icvBytes === 16 && !encr.variant
    if (can) row.unsalted = keys
    row.why = can
      ? `the ${encr.name} key has no salt, and no packet of the SA gave it away`
      : `the ${encr.name} key has no salt; give a secret that it can be derived from (a DH secret, SK_d)`
  }
}

function entryOf({ secret, id }: Row, keys: EspKeys): DataSaKeys {
  const { protocol, spi, spiPattern, source, destination, seqHi } = secret
  return { id, protocol, spi, spiPattern, source, destination, keys, origin: "given", row: secret, seqHi }
}

/** Suite and keys of a row; words for why there are none. */
function suiteOf(row: ChildSaSecret, child: ChildSa | undefined): EspKeys | string {
  const encr = row.protocol === "AH" ? NULL : encrOfRow(row, child)
  if (typeof encr === "string") return encr
  const integ = row.integ === undefined ? integByKey(row, child) : integOfRow(row.integ)
  if (row.protocol === "AH" && !integ) return "it names no integrity algorithm, and its negotiation is not known"
  return {
    encr,
    key: row.protocol === "AH" ? EMPTY : row.key,
    // An AEAD's ICV is part of it: an ANY row beside it says nothing new.
    integ: encr.aead ? null : (integ ?? null),
    integKey: row.integKey,
    esn: row.esn ?? child?.suite.esn ?? false,
  }
}

function encrOfRow({ encr, key }: ChildSaSecret, child: ChildSa | undefined): Encr | string {
  if (encr !== undefined) {
    const known = encrFromKeyLength(encr, key.length)
    if (known) return known
    const salted = encrFromKeyLength(encr, key.length + (encrByName(encr)?.saltBytes ?? 0))
    return salted ?? `a key of ${plural(key.length, "byte")} does not fit ${encr}`
  }
  if (key.length === 0) return NULL
  if (!child?.encr) return "it names no algorithm, and its negotiation is not known"
  const { keyBytes, saltBytes, name } = child.encr
  return key.length === keyBytes + saltBytes || key.length === keyBytes
    ? child.encr
    : `its key of ${plural(key.length, "byte")} does not fit the negotiated ${name}`
}

/** The negotiated algorithm, where the row has a key for it. */
const integByKey = ({ integKey }: ChildSaSecret, child: ChildSa | undefined): Integ | undefined =>
  integKey.length > 0 && child?.integ?.keyBytes === integKey.length ? child.integ : undefined

const integOfRow = (name: string): Integ | undefined => anyInteg(name) ?? integByName(name)

/** The keys with the salt that a sample gives away; where nobody says so, extended sequence numbers (RFC 4303 §2.2.1) are tried too. */
function salted(
  samples: readonly Sample[],
  keys: EspKeys,
  esnUnknown: boolean,
  provider: CryptoProvider,
): EspKeys | undefined {
  for (const esn of esnUnknown && !keys.esn ? [false, true] : [keys.esn])
    for (const sample of samples) {
      const salt = saltOf(sample, { ...keys, esn }, provider)
      if (salt) return { ...keys, esn, key: concat(keys.key, salt) }
    }
  return undefined
}

/** The salt under which a sample verifies. With ESN only packets before the first wrap are tried. */
function saltOf(
  { bytes, payloadStart: start }: Sample,
  keys: EspKeys,
  provider: CryptoProvider,
): Uint8Array | undefined {
  const { encr, key, esn } = keys
  const dataStart = start + ESP_HEADER_BYTES + encr.ivBytes
  const icvStart = bytes.length - encr.icvBytes
  if (icvStart <= dataStart) return undefined
  const aad = new Uint8Array(12)
  const aadBytes = fillAad(aad, bytes, start, 0, esn)
  return recoverGcmSalt(provider, key, {
    iv: bytes.subarray(start + ESP_HEADER_BYTES, dataStart),
    aad: aad.subarray(0, aadBytes),
    ciphertext: bytes.subarray(dataStart, icvStart),
    tag: bytes.subarray(icvStart),
  })
}
