/**
 * How implementations derive the keys of an IKE SA otherwise than they should. Each row is one mistake; a row counts only when a message opens
 * under what it gives. RFC 7296 §2.13, §2.14, §2.18, RFC 9370 §2.2.2.
 */
import { concat } from "../bytes/bytes.ts"
import type { Encr } from "../crypto/algorithms.ts"
import { type PrfContext, prfFunction } from "./context.ts"
import { type IkeKeyContext, SK_NAMES, skLengths } from "./ikev2.ts"
import type { Mistake } from "./mistake.ts"
import { split } from "./prf-plus.ts"

/** What goes into the keys of one SA or epoch. */
export interface Ingredients {
  readonly context: IkeKeyContext
  /** g^ir, padded as it should be. */
  readonly shared: Uint8Array
  /** Other forms of the shared point: x|y of a curve. */
  readonly points: readonly Uint8Array[]
  /** SK_d that goes in, of a rekeyed SA or an earlier epoch; undefined for a new SA. */
  readonly skD: Uint8Array | undefined
  /** SK_d of other epochs and SAs that may have been taken for it. */
  readonly otherSkDs: readonly Uint8Array[]
  /** A rekey had additional key exchanges, whose secrets are not in `shared`. */
  readonly additional: boolean
  /** SPIs of the SA that is replaced. */
  readonly oldSpis: readonly [Uint8Array, Uint8Array] | undefined
}

export interface MistakenKeys {
  readonly mistake: Mistake
  readonly seed: Uint8Array
  readonly values: Readonly<Record<string, Uint8Array>>
  /** The cipher with the salt that the sender leaves out. */
  readonly encr: Encr
}

/** One way to make keys; members that are absent are as they should be. */
interface Making {
  readonly shared?: Uint8Array
  readonly ni?: Uint8Array
  readonly nr?: Uint8Array
  readonly seed?: (prf: Prf, i: Ingredients) => Uint8Array
  readonly plusSeed?: (i: Ingredients) => Uint8Array
  /** Number of the first block of prf+. */
  readonly firstBlock?: number
  readonly lengths?: (right: readonly number[], i: Ingredients) => readonly number[]
}

type Prf = (key: Uint8Array) => (data: Uint8Array) => Uint8Array
interface Row extends Mistake {
  readonly makings: (i: Ingredients) => Iterable<Making | undefined>
}

const SEED = "RFC 7296 §2.14"
const G_IR =
  "g^ir is represented as a string of octets in big endian order padded with zeros if necessary to make it the length of the modulus"
const SKEYSEED = "SKEYSEED = prf(Ni | Nr, g^ir)"
const SK = "{SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+ (SKEYSEED, Ni | Nr | SPIi | SPIr)"
const REKEY = "SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr)"

const withoutZeros = (bytes: Uint8Array): Uint8Array | undefined =>
  bytes[0] === 0 ? bytes.subarray(bytes.findIndex(b => b !== 0)) : undefined
const spis = ({ context }: Ingredients): Uint8Array => concat(context.spiI, context.spiR)
const noncesOf = ({ context: { nonces } }: Ingredients): Uint8Array => concat(nonces.ni, nonces.nr)
const seeded = (make: (i: Ingredients) => Uint8Array) => (): Making[] => [{ plusSeed: make }]

const ROWS: readonly Row[] = [
  {
    id: "ke-leading-zeros",
    rfc: SEED,
    rule: G_IR,
    instead: "with a shared secret that lost its leading zeros",
    makings: ({ shared }) => {
      const short = withoutZeros(shared)
      return short ? [{ shared: short }] : []
    },
  },
  {
    id: "ke-point",
    rfc: "RFC 5903 §7",
    rule: "the Diffie-Hellman shared secret value consists of the x value of the Diffie-Hellman common value",
    instead: "with both coordinates of the shared point",
    makings: ({ points }) => points.map(shared => ({ shared })),
  },
  {
    id: "ke-byte-order",
    rfc: SEED,
    rule: G_IR,
    instead: "with the shared secret in the other byte order",
    makings: ({ shared }) => [{ shared: Uint8Array.from(shared).reverse() }],
  },
  {
    id: "skeyseed-nonces-swapped",
    rfc: SEED,
    rule: SKEYSEED,
    instead: "with the nonces exchanged",
    makings: ({ context: { nonces } }) => [{ ni: nonces.nr, nr: nonces.ni }],
  },
  {
    id: "skeyseed-nonces-cut",
    rfc: SEED,
    rule: "only the first 64 bits of Ni and the first 64 bits of Nr are used in calculating SKEYSEED with AES-XCBC and AES-CMAC, but all the bits are used for input to the prf+ function",
    instead: "with nonces cut where they should be whole, or whole where they should be cut",
    makings: ({ context: { nonces, prf }, shared, skD }) => {
      const [ni, nr] = [nonces.ni.subarray(0, 8), nonces.nr.subarray(0, 8)]
      const whole = (p: Prf) => p(concat(nonces.ni, nonces.nr))(shared)
      const cut = (p: Prf) => p(concat(ni, nr))(shared)
      if (skD) return [{ ni, nr }]
      return [{ ni, nr }, { seed: prf.fixedKey ? whole : cut }, { plusSeed: i => concat(ni, nr, spis(i)) }]
    },
  },
  {
    id: "skeyseed-arguments",
    rfc: SEED,
    rule: SKEYSEED,
    instead: "with key and data of the prf exchanged in SKEYSEED",
    makings: i => (i.skD ? [] : [{ seed: p => p(i.shared)(noncesOf(i)) }]),
  },
  {
    id: "rekey-as-new",
    rfc: "RFC 7296 §2.18",
    rule: REKEY,
    instead: "with SKEYSEED made as for a new SA, without the old SK_d",
    makings: i => (i.skD ? [{ seed: p => p(noncesOf(i))(i.shared) }] : []),
  },
  {
    id: "rekey-other-sk-d",
    rfc: "RFC 7296 §2.18",
    rule: REKEY,
    instead: "with the SK_d of another SA or of another key epoch",
    makings: i => (i.skD ? i.otherSkDs.map(key => ({ seed: (p: Prf) => p(key)(concat(i.shared, noncesOf(i))) })) : []),
  },
  {
    id: "rekey-order",
    rfc: "RFC 7296 §2.18",
    rule: REKEY,
    instead: "with the nonces in front of g^ir, or without g^ir",
    makings: ({ skD, shared, ...i }) =>
      skD
        ? [concat(noncesOf({ ...i, skD, shared }), shared), noncesOf({ ...i, skD, shared })].map(data => ({
            seed: (p: Prf) => p(skD)(data),
          }))
        : [],
  },
  {
    id: "rekey-no-additional",
    rfc: "RFC 9370 §2.2.4",
    rule: "SKEYSEED = prf(SK_d, SK(0) | Ni | Nr | SK(1) | ... SK(n))",
    instead: "with a SKEYSEED into which no secret of an additional key exchange went",
    makings: i => (i.additional ? [{}] : []),
  },
  {
    id: "rekey-old-spis",
    rfc: "RFC 7296 §2.18",
    rule: "using SPIi, SPIr, Ni, and Nr from the new exchange",
    instead: "with the SPIs of the SA that is replaced",
    makings: ({ oldSpis, ...i }) =>
      oldSpis ? [{ plusSeed: () => concat(noncesOf({ ...i, oldSpis }), ...oldSpis) }] : [],
  },
  {
    id: "prfplus-spis-swapped",
    rfc: SEED,
    rule: SK,
    instead: "with the SPIs exchanged",
    makings: seeded(i => concat(noncesOf(i), i.context.spiR, i.context.spiI)),
  },
  {
    id: "prfplus-no-spi-r",
    rfc: SEED,
    rule: SK,
    instead: "with a responder SPI of zero, as the first request has it",
    makings: seeded(i => concat(noncesOf(i), i.context.spiI, new Uint8Array(8))),
  },
  {
    id: "prfplus-no-spis",
    rfc: SEED,
    rule: SK,
    instead: "without the SPIs",
    makings: seeded(noncesOf),
  },
  {
    id: "prfplus-zero",
    rfc: "RFC 7296 §2.13",
    rule: "T1 = prf (K, S | 0x01)",
    instead: "with prf+ counting from 0",
    makings: () => [{ firstBlock: 0 }],
  },
  {
    id: "aead-integrity-keys",
    rfc: "RFC 5282 §8",
    rule: "the lengths of SK_ai and SK_ar are zero with an authenticated encryption algorithm",
    instead: "with integrity keys taken from the keying material although the cipher is an AEAD",
    makings: ({ context: { encr } }) =>
      encr.aead ? [16, 20, 32, 48, 64].map(n => ({ lengths: r => [r[0], n, n, ...r.slice(3)] })) : [],
  },
  {
    id: "salt-not-taken",
    rfc: "RFC 5282 §7.1",
    rule: "the salt is taken from the keying material behind the key",
    instead: "without the salt in the keying material, with a salt of zeros",
    makings: ({ context: { encr } }) =>
      encr.saltBytes > 0 ? [{ lengths: r => [...r.slice(0, 3), encr.keyBytes, encr.keyBytes, ...r.slice(5)] }] : [],
  },
]

/** Every set of keys that a mistaken implementation may have derived. */
export function* mistakenKeys(ingredients: Ingredients): Generator<MistakenKeys> {
  for (const { makings, ...mistake } of ROWS)
    for (const making of makings(ingredients)) if (making) yield { mistake, ...derive(ingredients, making) }
}

function derive(i: Ingredients, making: Making): Omit<MistakenKeys, "mistake"> {
  const { context } = i
  const prf = prfFunction(context)
  const ni = making.ni ?? context.nonces.ni
  const nr = making.nr ?? context.nonces.nr
  const changed: Ingredients = {
    ...i,
    context: { ...context, nonces: { ...context.nonces, ni, nr } },
    shared: making.shared ?? i.shared,
  }
  const seed = making.seed?.(prf, changed) ?? skeyseed(prf, changed)
  const right = skLengths(context)
  const lengths = making.lengths?.(right, changed) ?? right
  const plusSeed = making.plusSeed?.(changed) ?? concat(ni, nr, spis(changed))
  const material = plus(context, seed, plusSeed, {
    length: lengths.reduce((a, b) => a + b, 0),
    first: making.firstBlock ?? 1,
  })
  const keys = split(material, lengths)
  const values: Record<string, Uint8Array> = { skeyseed: seed }
  for (const [n, name] of SK_NAMES.entries()) {
    const isEncr = name === "sk_ei" || name === "sk_er"
    // A salt that was not taken is zeros.
    const missing = isEncr ? right[n] - keys[n].length : 0
    values[name] = missing > 0 ? concat(keys[n], new Uint8Array(missing)) : keys[n]
  }
  return { seed, values, encr: context.encr }
}

/** As it should be: RFC 7296 §2.14 with the rule for fixed-length keys, §2.18. */
function skeyseed(prf: Prf, { context: { nonces, prf: algorithm }, shared, skD }: Ingredients): Uint8Array {
  if (skD) return prf(skD)(concat(shared, nonces.ni, nonces.nr))
  const cut = (nonce: Uint8Array) => (algorithm.fixedKey ? nonce.subarray(0, 8) : nonce)
  return prf(concat(cut(nonces.ni), cut(nonces.nr)))(shared)
}

/** prf+ whose blocks are numbered from `first`. */
function plus(
  context: PrfContext,
  key: Uint8Array,
  seed: Uint8Array,
  { length, first }: { length: number; first: number },
): Uint8Array {
  const keyed = prfFunction(context)(key)
  const blocks: Uint8Array[] = []
  let last: Uint8Array = new Uint8Array(0)
  for (let n = first; blocks.length * context.prf.outBytes < length; n++) {
    last = keyed(concat(last, seed, Uint8Array.of(n)))
    blocks.push(last)
  }
  return concat(...blocks).subarray(0, length)
}
