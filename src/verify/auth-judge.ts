/** Holds an AUTH value against signed octets, by its method and with every secret that may be meant. RFC 7296 §2.15-2.16, RFC 7427, RFC 4754, RFC 7619. */
import { equal } from "../bytes/bytes.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import { payloadValue } from "../ike/shared/payload.ts"
import type { Authentication } from "../ike/v2/authentication.ts"
import { idi, idr } from "../ike/v2/identification.ts"
import { sharedSecretAuth } from "../keys/auth-v2.ts"
import { type PrfContext, prfFunction } from "../keys/context.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import { AUTH_METHOD } from "../registry/ikev2/auth-methods.ts"
import type { Origin, Psk } from "../secrets/secrets.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import { otherSide, type Side } from "../track/peer.ts"
import type { SimTranscript } from "../track/sim-transcript.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { Pool } from "../unlock/pool.ts"
import type { V2Unlock } from "../unlock/v2.ts"
import { signerKeys } from "./certificates.ts"
import { verifyAnyHash, verifySignature } from "./signature.ts"
import { type DerivedMsk, simMsks } from "./sim-msk.ts"
import { tlsMsks } from "./tls-inside.ts"

const ECDSA_HASH: Readonly<Record<number, "sha2-256" | "sha2-384" | "sha2-512">> = {
  [AUTH_METHOD.ECDSA_P256]: "sha2-256",
  [AUTH_METHOD.ECDSA_P384]: "sha2-384",
  [AUTH_METHOD.ECDSA_P521]: "sha2-512",
}
/** EAP methods that make no key: AUTH then uses SK_pi and SK_pr (RFC 7296 §2.16). MD5, OTP, GTC, SecurID. */
const KEYLESS_EAP: readonly number[] = [
  EAP_TYPE.EAP_MD5,
  EAP_TYPE.EAP_OTP,
  EAP_TYPE.EAP_GTC,
  EAP_TYPE.EAP_SECURID,
  EAP_TYPE.EAP_POTP,
]

export interface AuthInput {
  readonly sa: IkeSa
  readonly state: V2State
  readonly from: Side
  readonly whole: WholeMessage
  readonly payload: DecodedPayload
  /** The ID payload that it signs. */
  readonly id: DecodedPayload | null
  readonly unlock: V2Unlock
  readonly pool: Pool
}

/** What came of holding an AUTH value against the octets. */
export type Verdict =
  | { readonly ok: true; readonly origins: readonly Origin[] }
  | { readonly ok: false }
  | { readonly missing: string }

/** An AUTH value with the keys that it may have been made with. */
export interface AuthTrial extends AuthInput {
  readonly value: Authentication
  readonly epoch: Epoch
  readonly context: PrfContext
}

/** What comes of an AUTH value over these octets. */
export function judge(input: AuthTrial, value: Authentication, octets: Uint8Array, values: Epoch["values"]): Verdict {
  switch (value.method) {
    case AUTH_METHOD.SHARED_KEY:
      return shared(input, value, octets, values)
    case AUTH_METHOD.NULL: {
      const skP = input.from === "initiator" ? values.sk_pi : values.sk_pr
      return { ok: equal(sharedSecretAuth(input.context, skP, octets), value.data), origins: [] }
    }
    default:
      return signature(input, value, octets)
  }
}

/** PSK, MSK, or SK_p after an EAP method without a key. RFC 7296 §2.15-2.16. */
function shared(
  { sa, state, from, id, pool, unlock, context }: AuthTrial,
  value: Authentication,
  octets: Uint8Array,
  values: Epoch["values"],
): Verdict {
  const holds = (secret: Uint8Array) => equal(sharedSecretAuth(context, secret, octets), value.data)
  if (state.eapSucceeded) {
    const given = msksOf({ sa, state, unlock, pool })
    const entry = given.find(e => holds(e.value))
    if (entry) return { ok: true, origins: [entry.origin] }
    const skP = from === "initiator" ? values.sk_pi : values.sk_pr
    if (skP && holds(skP)) return { ok: true, origins: [] }
    const keyless = state.eap !== null && KEYLESS_EAP.includes(state.eap)
    if (keyless || given.some(e => !e.mayBeBound)) return { ok: false }
    const bound = given.length > 0 ? ": that of PEAP with crypto-binding depends on the method inside too" : ""
    return { missing: `the MSK of the EAP method is missing (ike_sas[].msk)${bound}` }
  }
  // A resumed session is authenticated by its own keys: AUTH = prf(SK_px, octets), without Key Pad (RFC 5723 §5.1).
  if (state.resumed) {
    const skP = from === "initiator" ? values.sk_pi : values.sk_pr
    if (skP && equal(prfFunction(context)(skP)(octets), value.data)) return { ok: true, origins: [] }
  }
  const name = signerName({ sa, from, id })
  const psks = preSharedKeys({ sa, from, id, pool })
  const psk = psks.find(p => holds(p.value))
  if (psk) return { ok: true, origins: [psk.origin] }
  // A key that bears the other side's name alone may be another authentication's.
  const meant = psks.filter(p => p.id === undefined || p.id === name)
  return meant.length > 0 ? { ok: false } : { missing: `the pre-shared key of ${name ?? from} is missing` }
}

/** The identity of this AUTH: with several authentications not the first of its side (RFC 4739). */
const signerName = ({ sa, from, id }: Pick<AuthInput, "sa" | "from" | "id">): string | undefined =>
  payloadValue(id ?? undefined, from === "initiator" ? idi : idr)?.text ?? sa.ids[from]?.value

/** Pre-shared keys that may be this side's: those of one of the two names, else those without a name. */
function preSharedKeys({ sa, from, id, pool }: Pick<AuthInput, "sa" | "from" | "id" | "pool">): readonly Psk[] {
  const name = signerName({ sa, from, id })
  const other = sa.ids[otherSide(from)]?.value
  const all = pool.secrets.psks
  const named = all.filter(p => p.id !== undefined && (p.id === name || p.id === other))
  return named.length > 0 ? named : all.filter(p => p.id === undefined)
}

/** Secrets that AUTH may be made with: MSKs after EAP, else pre-shared keys. */
export const candidates = (input: AuthTrial): readonly { readonly value: Uint8Array }[] =>
  input.state.eapSucceeded ? msksOf(input) : preSharedKeys(input)

/** MSKs that were given for the SA or for none, and those that a SIM makes. */
function msksOf({ sa, state, unlock, pool }: Pick<AuthInput, "sa" | "state" | "unlock" | "pool">): DerivedMsk[] {
  const entries = [...unlock.given.of(sa), ...pool.secrets.ikeSas.filter(e => !e.spiI)]
  const given = entries.flatMap(e => (e.values.msk ? [{ value: e.values.msk, origin: e.origin }] : []))
  return [...given, ...simMsks(unlock.provider, simOf(state), pool.secrets.simKeys), ...tlsMsks(state)]
}

/** What a SIM's method showed; a responder should ask for no identity, and takes that of IDi (RFC 7296 §2.16). */
function simOf({ sim, said }: V2State): SimTranscript | null {
  const id = said.initiator.id
  return sim && !sim.identity && id ? { ...sim, identity: id.src.bytes.slice(id.start + 8, id.end) } : sim
}

function signature(
  { sa, state, from, id, pool, unlock }: AuthInput,
  value: Authentication,
  octets: Uint8Array,
): Verdict {
  const { provider } = unlock
  const keys = signers({ state, from, id, pool })
  if (keys.length === 0) {
    const [at] = state.said[from].urls
    const where = at ? `: the peer gives it as ${at.url}, which ikedump does not fetch` : ""
    return { missing: `the certificate of ${sa.ids[from]?.value ?? from} is missing${where}` }
  }
  let unchecked = false
  for (const key of keys) {
    const held = holdsUnder(key.spki)
    if (held === undefined) unchecked = true
    if (held) return { ok: true, origins: key.origins }
  }
  if (!unchecked) return { ok: false }
  return {
    missing: value.fault
      ? "the Authentication Data begin with no AlgorithmIdentifier (RFC 7427 §3)"
      : `${methodName(value)} is not computed here`,
  }

  function holdsUnder(spki: Uint8Array): boolean | undefined {
    if (value.signature)
      return verifySignature(provider, value.signature.algorithm, spki, octets, value.signature.value)
    if (value.method === AUTH_METHOD.RSA_SIGNATURE)
      return verifyAnyHash(provider, "rsa-pkcs1", spki, octets, value.data)
    const hashId = value.method === AUTH_METHOD.DSS_SIGNATURE ? "sha1" : ECDSA_HASH[value.method]
    const hash = hashId && provider.hash[hashId]
    if (!hash) return undefined
    return value.method === AUTH_METHOD.DSS_SIGNATURE
      ? provider.verify.dsa(spki, hash(octets), value.data)
      : provider.verify.ecdsa(spki, hash(octets), value.data, "raw")
  }
}

/** Public keys that may be the signer's. */
export function signers({ state, from, id, pool }: Pick<AuthInput, "state" | "from" | "id" | "pool">) {
  const body = id ? id.src.bytes.subarray(id.start + 4, id.end) : null
  return signerKeys(state.said[from].certificates, state.said[from].rawKeys, body, pool)
}

/** The contract's name of the method: `pre-shared key`, `digital signature (Ed25519)`. */
export function methodName(value: Authentication): string {
  if (value.method === AUTH_METHOD.DIGITAL_SIGNATURE)
    return value.signature ? `digital signature (${value.signature.algorithm.name})` : "digital signature"
  return AUTH_METHOD.alias(value.method)
}
