/**
 * How implementations derive the keys of a Child SA otherwise than they should. Each row is one mistake; a row counts only when the ICV of a
 * packet holds under what it gives. RFC 7296 §2.17, RFC 2409 §5.5.
 */
import { concat } from "../bytes/bytes.ts"
import { type Nonces, type PrfContext, prfFunction } from "./context.ts"
import { type ChildKeyName, type ChildSuite, childKeyLengths } from "./keymat-v2.ts"
import type { Mistake } from "./mistake.ts"
import { split } from "./prf-plus.ts"

/** What goes into KEYMAT. */
export interface KeymatIngredients {
  readonly prf: PrfContext
  /** SK_d or SKEYID_d, and those of other SAs and epochs that may have been taken for it. */
  readonly skD: Uint8Array
  readonly otherSkDs: readonly Uint8Array[]
  readonly nonces: Nonces
  /** Nonces of another exchange: the one that made the IKE SA. */
  readonly otherNonces: Nonces | undefined
  readonly suite: ChildSuite
  /** Secrets of its own key exchanges. */
  readonly shared: readonly Uint8Array[]
  /** Those of its additional key exchanges are not in `shared`: nobody need know them who leaves them out. */
  readonly lacksAdditional?: boolean
  /** The secret of the IKE SA's key exchange, where it has none of its own. */
  readonly otherShared: readonly Uint8Array[]
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  /** Protocol-ID: Quick Mode's formula, with a KEYMAT for each SPI. */
  readonly protocol?: number
}

export interface MistakenKeymat {
  readonly mistake: Mistake
  readonly values: Record<ChildKeyName, Uint8Array>
}

/** One way to make keys; members that are absent are as they should be. */
interface Making {
  readonly skD?: Uint8Array
  readonly nonces?: Nonces
  readonly shared?: readonly Uint8Array[]
  /** IKEv2: what prf+ takes. */
  readonly seed?: Uint8Array
  /** IKEv1: the SPIs exchanged; the protocol that goes in, null for none. */
  readonly spisSwapped?: boolean
  readonly protocol?: number | null
  readonly first?: number
  readonly order?: "integrity-first" | "by-kind"
  readonly noSalt?: boolean
}

interface Row extends Mistake {
  readonly makings: (i: KeymatIngredients) => Iterable<Making>
}

const V2 = "RFC 7296 §2.17"
const KEYMAT = "KEYMAT = prf+(SK_d, Ni | Nr)"
const KEYMAT_PFS = "KEYMAT = prf+(SK_d, g^ir (new) | Ni | Nr)"
const ADDITIONAL = {
  rfc: "RFC 9370 §2.2.4",
  rule: "KEYMAT = prf+ (SK_d, SK(0) | Ni | Nr | SK(1) | ... SK(n))",
}
const NONE_ADDITIONAL: Mistake = {
  id: "keymat-no-additional",
  instead: "with keys into which no secret of an additional key exchange went",
  ...ADDITIONAL,
}
const isV1 = (i: KeymatIngredients): boolean => i.protocol !== undefined
const noncesOf = ({ nonces }: KeymatIngredients): Uint8Array => concat(nonces.ni, nonces.nr)
const onlyV2 = (makings: (i: KeymatIngredients) => Iterable<Making>) => (i: KeymatIngredients) =>
  isV1(i) ? [] : makings(i)
const onlyV1 = (makings: (i: KeymatIngredients) => Iterable<Making>) => (i: KeymatIngredients) =>
  isV1(i) ? makings(i) : []

const ROWS: readonly Row[] = [
  {
    id: "keymat-no-pfs",
    rfc: V2,
    rule: KEYMAT_PFS,
    instead: "with keys made without the secret of the exchange's own key exchange",
    makings: i => (i.shared.length > 0 ? [{ shared: [] }] : []),
  },
  {
    id: "keymat-ike-secret",
    rfc: V2,
    rule: KEYMAT,
    instead: "with keys into which the secret of the IKE SA's key exchange went, although the exchange has none",
    makings: i => (i.shared.length > 0 ? [] : i.otherShared.map(s => ({ shared: [s] }))),
  },
  {
    id: "keymat-pfs-order",
    rfc: V2,
    rule: KEYMAT_PFS,
    instead: "with keys made with the nonces in front of g^ir",
    makings: onlyV2(i => (i.shared.length > 0 ? [{ seed: concat(noncesOf(i), ...i.shared) }] : [])),
  },
  {
    id: "keymat-additional-left-out",
    instead: "with keys into which the secret of one additional key exchange did not go",
    ...ADDITIONAL,
    makings: ({ shared }) =>
      shared.length > 2 ? shared.slice(1).map(left => ({ shared: shared.filter(s => s !== left) })) : [],
  },
  {
    id: "keymat-additional-order",
    instead: "with keys made with the additional secrets in front of the nonces",
    ...ADDITIONAL,
    makings: i => (i.shared.length > 1 ? [{ seed: concat(...i.shared, noncesOf(i)) }] : []),
  },
  {
    id: "keymat-leading-zeros",
    rfc: V2,
    rule: "g^ir (new) is represented as an octet string in big endian order padded with zeros in the high-order bits",
    instead: "with keys made from a shared secret that lost its leading zeros",
    makings: ({ shared }) =>
      shared[0]?.[0] === 0
        ? [{ shared: [shared[0].subarray(shared[0].findIndex(b => b !== 0)), ...shared.slice(1)] }]
        : [],
  },
  {
    id: "keymat-other-nonces",
    rfc: V2,
    rule: "Ni and Nr are the nonces … from the CREATE_CHILD_SA exchange if this is a subsequent creation",
    instead: "with keys made from the nonces of the exchange that made the IKE SA",
    makings: i => (i.otherNonces ? [{ nonces: i.otherNonces }] : []),
  },
  {
    id: "keymat-nonces-swapped",
    rfc: V2,
    rule: KEYMAT,
    instead: "with keys made with the nonces exchanged",
    makings: ({ nonces }) => [{ nonces: { ni: nonces.nr, nr: nonces.ni } }],
  },
  {
    id: "keymat-other-sk-d",
    rfc: V2,
    rule: KEYMAT,
    instead: "with keys made from the SK_d of another SA or of another key epoch",
    makings: i => i.otherSkDs.map(skD => ({ skD })),
  },
  {
    id: "keymat-spis",
    rfc: V2,
    rule: KEYMAT,
    instead: "with keys into which the SPIs went, as into those of an IKE SA",
    makings: onlyV2(i => [{ seed: concat(...i.shared.slice(0, 1), noncesOf(i), i.spiI, i.spiR) }]),
  },
  {
    id: "keymat-zero",
    rfc: "RFC 7296 §2.13",
    rule: "T1 = prf (K, S | 0x01)",
    instead: "with keys of a prf+ that counts from 0",
    makings: onlyV2(() => [{ first: 0 }]),
  },
  {
    id: "keymat-order",
    rfc: V2,
    rule: "the encryption key MUST be taken from the first bits and the integrity key MUST be taken from the remaining bits",
    instead: "with the integrity key taken in front of the encryption key",
    makings: () => [{ order: "integrity-first" }],
  },
  {
    id: "keymat-by-kind",
    rfc: V2,
    rule: "All keys for SAs carrying data from the initiator to the responder are taken before SAs going from the responder to the initiator",
    instead: "with both encryption keys taken in front of both integrity keys",
    makings: onlyV2(() => [{ order: "by-kind" }]),
  },
  {
    id: "keymat-no-salt",
    rfc: "RFC 4106 §8.1",
    rule: "the salt is taken from the keying material behind the key",
    instead: "without the salt in the keying material, with a salt of zeros",
    makings: ({ suite }) => ((suite.encr?.saltBytes ?? 0) > 0 ? [{ noSalt: true }] : []),
  },
  {
    id: "keymat-other-spi",
    rfc: "RFC 2409 §5.5",
    rule: "KEYMAT = prf(SKEYID_d, protocol | SPI | Ni_b | Nr_b), with the SPI of the SA's receiver",
    instead: "with keys made from the SPI of the other direction's SA",
    makings: onlyV1(() => [{ spisSwapped: true }]),
  },
  {
    id: "keymat-protocol",
    rfc: "RFC 2409 §5.5",
    rule: "KEYMAT = prf(SKEYID_d, protocol | SPI | Ni_b | Nr_b)",
    instead: "with keys made without the protocol, or with another one than the proposal's",
    makings: onlyV1(i => [null, 1, 2, 3, 50, 51].filter(p => p !== i.protocol).map(protocol => ({ protocol }))),
  },
]

/** Every set of keys that a mistaken implementation may have derived. */
export function* mistakenKeymat(ingredients: KeymatIngredients): Generator<MistakenKeymat> {
  if (ingredients.lacksAdditional) {
    yield { mistake: NONE_ADDITIONAL, values: derive(ingredients, {}) }
    return
  }
  for (const { makings, ...mistake } of ROWS)
    for (const making of makings(ingredients)) yield { mistake, values: derive(ingredients, making) }
}

function derive(i: KeymatIngredients, making: Making): MistakenKeymat["values"] {
  const [encr, integ] = childKeyLengths(i.suite)
  const missing = making.noSalt ? (i.suite.encr?.saltBytes ?? 0) : 0
  const key = encr - missing
  const salted = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(missing))
  const changed = { ...i, shared: making.shared ?? i.shared, nonces: making.nonces ?? i.nonces }
  const skD = making.skD ?? i.skD
  if (i.protocol !== undefined) {
    const protocol = making.protocol === undefined ? i.protocol : making.protocol
    const towards = (spi: Uint8Array): [Uint8Array, Uint8Array] => {
      const seed = concat(
        ...changed.shared,
        Uint8Array.from(protocol === null ? [] : [protocol]),
        spi,
        noncesOf(changed),
      )
      const material = blocks(i.prf, skD, key + integ, last => concat(last, seed))
      if (making.order === "integrity-first") {
        const [a, e] = split(material, [integ, key])
        return [salted(e), a]
      }
      const [e, a] = split(material, [key, integ])
      return [salted(e), a]
    }
    const [out, back] = making.spisSwapped ? [i.spiI, i.spiR] : [i.spiR, i.spiI]
    const [encr_i, integ_i] = towards(out)
    const [encr_r, integ_r] = towards(back)
    return { encr_i, integ_i, encr_r, integ_r }
  }
  const [first, ...additional] = changed.shared
  const seed = making.seed ?? concat(first ?? EMPTY, noncesOf(changed), ...additional)
  let n = making.first ?? 1
  const material = blocks(i.prf, skD, 2 * (key + integ), last => concat(last, seed, Uint8Array.of(n++)))
  if (making.order === "integrity-first") {
    const [integ_i, e, integ_r, f] = split(material, [integ, key, integ, key])
    return { encr_i: salted(e), integ_i, encr_r: salted(f), integ_r }
  }
  if (making.order === "by-kind") {
    const [e, f, integ_i, integ_r] = split(material, [key, key, integ, integ])
    return { encr_i: salted(e), integ_i, encr_r: salted(f), integ_r }
  }
  const [e, integ_i, f, integ_r] = split(material, [key, integ, key, integ])
  return { encr_i: salted(e), integ_i, encr_r: salted(f), integ_r }
}

const EMPTY: Uint8Array = new Uint8Array(0)

/** Blocks of the prf, each from the one before, until there is enough. */
function blocks(
  context: PrfContext,
  key: Uint8Array,
  length: number,
  next: (last: Uint8Array) => Uint8Array,
): Uint8Array {
  const prf = prfFunction(context)(key)
  const out: Uint8Array[] = []
  let last = EMPTY
  for (let have = 0; have < length; have += last.length) {
    last = prf(next(last))
    out.push(last)
  }
  return concat(...out).subarray(0, length)
}
