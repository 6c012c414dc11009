/** `auth-initiator`, `auth-responder`, `int-auth`, `ppk`: AUTH against the signed octets. RFC 7296 §2.15-2.16, RFC 7427, RFC 4739, RFC 7619, RFC 8784, RFC 9242. */
import { equal } from "../bytes/bytes.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import { payloadValue } from "../ike/shared/payload.ts"
import { type Authentication, auth, authenticationOf } from "../ike/v2/authentication.ts"
import { idi, idr } from "../ike/v2/identification.ts"
import { macedId, sharedSecretAuth, signedOctets } from "../keys/auth-v2.ts"
import { offersPrf, type PrfContext, prfFunction } from "../keys/context.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import { AUTH_METHOD } from "../registry/ikev2/auth-methods.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { Epoch, IkeSa, KeyChange } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { notifiesOf } from "../track/v2.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { Pool } from "../unlock/pool.ts"
import type { V2Unlock } from "../unlock/v2.ts"
import { signerKeys } from "./certificates.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"
import { intAuthOf } from "./int-auth.ts"
import { missingPpk, type PpkChoice, ppkChoices } from "./ppk.ts"
import { verifyAnyHash, verifySignature } from "./signature.ts"

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

/** What an AUTH payload shows. */
export interface VerifiedAuth {
  readonly checks: readonly CheckResult[]
  /** The authentication method of the side by name, when this payload says it. */
  readonly method?: { readonly name: string; readonly afterEap: boolean }
  /** Secrets under which it holds. */
  readonly used: readonly Origin[]
  /** The epoch that it belongs to, and how its keys turn out to be others. */
  readonly epoch?: Epoch
  readonly change?: KeyChange
}

/** What came of holding an AUTH value against the octets. */
type Verdict =
  | { readonly ok: true; readonly origins: readonly Origin[] }
  | { readonly ok: false }
  | { readonly missing: string }

/** What one AUTH payload shows: the checks it gives, the method, and the secrets that fit. */
export function verifyAuth(input: AuthInput): VerifiedAuth {
  const { sa, state, whole, payload, unlock } = input
  const value = payloadValue(payload, auth)
  if (!value) return { checks: [], used: [] }
  const method = { name: methodName(value), afterEap: state.eapSucceeded }
  const prf = unlock.prfOf(sa)
  const epoch = unlock.epochOf(sa, "initiator", whole.message.messageId)
  const context = prf && { prf, provider: unlock.provider }
  if (!epoch || !context || !offersPrf(context)) {
    const why = "the PRF is not known or not offered"
    return {
      checks: [skipped(checkId(input), rfcOf(value.method, method.afterEap), whole.datagram, why)],
      method,
      used: [],
    }
  }
  return { method, epoch, ...held({ ...input, value, epoch, context }) }
}

/** An AUTH value with the keys that it may have been made with. */
interface AuthTrial extends AuthInput {
  readonly value: Authentication
  readonly epoch: Epoch
  readonly context: PrfContext
}

const checkId = ({ from }: AuthInput): string => `auth-${from}`

/** Holds an AUTH value against every set of keys that may be meant. */
function held(input: AuthTrial): Pick<VerifiedAuth, "checks" | "used" | "change"> {
  const { state, from, whole, value, epoch, context, pool } = input
  const at = whole.datagram
  const id = checkId(input)
  const rfc = rfcOf(value.method, state.eapSucceeded)
  const choices = ppkChoices({ state, from, whole, epoch, context, pool })
  let verdict: Verdict = { missing: "no keys" }
  for (const choice of choices) {
    const octets = octetsOf(input, choice.values, context)
    if ("missing" in octets)
      return { checks: [skipped(id, rfc, at, octets.missing), ...extras(input, octets.missing, null)], used: [] }
    verdict = judge(input, value, octets.octets, choice.values)
    if (!("ok" in verdict) || !verdict.ok) continue
    const checks = [pass(id, rfc, at), ...extras(input, "pass", choice), ...noPpkAuth(input, choice.change)]
    return { checks, used: verdict.origins, change: choice.change }
  }
  const absent = verdictIsFailure(verdict) ? missingPpk(state, from, epoch, pool) : undefined
  if (absent) return { checks: [skipped(id, rfc, at, absent), skipped("ppk", "RFC 8784 §3", at, absent)], used: [] }
  // Nothing verified: with a PPK agreed, the one of that name is taken all the same; ESP may prove it yet.
  const change = from === "responder" && state.ppkAccepted ? choices.find(c => c.change?.origin)?.change : undefined
  if ("missing" in verdict)
    return {
      checks: [skipped(id, rfc, at, verdict.missing), ...extras(input, verdict.missing, null)],
      used: [],
      change,
    }
  const without = withoutIntAuth(input, choices)
  if (without) {
    const reason = "AUTH verifies only without IntAuth, although IKE_INTERMEDIATE took place"
    return {
      checks: [fail(id, rfc, at, reason), fail("int-auth", "RFC 9242 §3.3.2", at, reason)],
      used: without,
      change,
    }
  }
  const failed = fail(id, rfc, at, failureOf(value, state.eapSucceeded))
  return { checks: [failed, ...extras(input, "fail", choices[0] ?? null)], used: [], change }
}

/** The secrets under which AUTH holds when a side left the IKE_INTERMEDIATE exchanges out of what it signed; undefined when it does not. */
function withoutIntAuth(input: AuthTrial, choices: readonly PpkChoice[]): readonly Origin[] | undefined {
  if (input.state.intermediates.length === 0) return undefined
  for (const choice of choices) {
    const octets = octetsOf(input, choice.values, input.context, false)
    const verdict = "octets" in octets ? judge(input, input.value, octets.octets, choice.values) : undefined
    if (verdict && "ok" in verdict && verdict.ok) return verdict.origins
  }
  return undefined
}

const verdictIsFailure = (verdict: Verdict): boolean => "ok" in verdict && !verdict.ok

/** `int-auth` and `ppk` follow the AUTH that they are part of. */
function extras({ state, from, whole }: AuthInput, outcome: string, choice: PpkChoice | null): CheckResult[] {
  const results: CheckResult[] = []
  const file = (id: string, rfc: string, what: string) => {
    if (outcome === "pass") results.push(pass(id, rfc, whole.datagram))
    else if (outcome === "fail")
      results.push(skipped(id, rfc, whole.datagram, `AUTH does not verify, with ${what} or without`))
    else results.push(skipped(id, rfc, whole.datagram, `AUTH is skipped: ${outcome}`))
  }
  if (state.intermediates.length > 0) file("int-auth", "RFC 9242 §3.3.2", "IntAuth")
  const agreed = state.ppkId !== null && (from === "initiator" || state.ppkAccepted === true)
  if (outcome === "pass" && agreed && !choice?.mixed)
    results.push(fail("ppk", "RFC 8784 §3", whole.datagram, "AUTH verifies without the PPK that was agreed"))
  else if (choice?.mixed || (choice === null && agreed)) file("ppk", "RFC 8784 §3", "the PPK")
  return results
}

/** The second AUTH value of an initiator for whom the PPK is optional: made without it. RFC 8784 §3. */
function noPpkAuth(input: AuthTrial, change: KeyChange | undefined): CheckResult[] {
  const notify = notifiesOf(input.whole.payloads).find(n => n.type === NOTIFY.NO_PPK_AUTH)
  const current = { ...input.epoch.values, ...change?.values }
  const { sk_pi_prime, sk_pr_prime } = current
  if (!notify || !sk_pi_prime || !sk_pr_prime) return []
  const values = { ...current, sk_pi: sk_pi_prime, sk_pr: sk_pr_prime }
  const octets = octetsOf(input, values, input.context)
  if ("missing" in octets) return []
  // Its data is what an AUTH payload of the same method holds (RFC 8784 §3): with RFC 7427 the algorithm stands in front.
  const verdict = judge(input, authenticationOf(input.value.method, notify.data), octets.octets, values)
  return "ok" in verdict && !verdict.ok
    ? [fail(`auth-${input.from}`, "RFC 8784 §3", input.whole.datagram, "NO_PPK_AUTH does not verify without the PPK")]
    : []
}

/** RealMessage | Nonce | prf(SK_px, IDx') [| IntAuth] of this side. */
function octetsOf(
  { sa, state, from, id, unlock }: AuthInput,
  values: Epoch["values"],
  context: PrfContext,
  withIntAuth = state.intermediates.length > 0,
): { octets: Uint8Array } | { missing: string } {
  const half = from === "initiator" ? state.init.request : state.init.response
  const nonces = state.negotiation?.nonces
  const skP = from === "initiator" ? values.sk_pi : values.sk_pr
  if (!half || !nonces) return { missing: "IKE_SA_INIT is not in the capture" }
  if (!id) return { missing: "the ID payload is not in the capture" }
  if (!skP) return { missing: `SK_p${from[0]} is not known` }
  const { message } = half
  const int = withIntAuth ? intAuthOf(sa, state, unlock, context) : undefined
  if (withIntAuth && !int) return { missing: "an IKE_INTERMEDIATE message stayed closed" }
  return {
    octets: signedOctets({
      message: message.src.bytes.subarray(message.start, message.end),
      nonce: from === "initiator" ? nonces.nr : nonces.ni,
      macedId: macedId(context, skP, id.src.bytes.subarray(id.start + 4, id.end)),
      intAuth: int,
    }),
  }
}

function judge(input: AuthTrial, value: Authentication, octets: Uint8Array, values: Epoch["values"]): Verdict {
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
    const given = [...unlock.givenFor(sa), ...pool.secrets.ikeSas.filter(e => !e.spiI)].filter(e => e.values.msk)
    const entry = given.find(e => holds(e.values.msk as Uint8Array))
    if (entry) return { ok: true, origins: [entry.origin] }
    const skP = from === "initiator" ? values.sk_pi : values.sk_pr
    if (skP && holds(skP)) return { ok: true, origins: [] }
    const keyless = state.eap !== null && KEYLESS_EAP.includes(state.eap)
    return given.length > 0 || keyless
      ? { ok: false }
      : { missing: "the MSK of the EAP method is missing (ike_sas[].msk)" }
  }
  // A resumed session is authenticated by its own keys: AUTH = prf(SK_px, octets), without Key Pad (RFC 5723 §5.1).
  if (state.resumed) {
    const skP = from === "initiator" ? values.sk_pi : values.sk_pr
    if (skP && equal(prfFunction(context)(skP)(octets), value.data)) return { ok: true, origins: [] }
  }
  // The identity of this AUTH: with several authentications not the first of its side (RFC 4739).
  const name = payloadValue(id ?? undefined, from === "initiator" ? idi : idr)?.text ?? sa.ids[from]?.value
  const other = sa.ids[from === "initiator" ? "responder" : "initiator"]?.value
  const all = pool.secrets.psks
  const named = all.filter(p => p.id !== undefined && (p.id === name || p.id === other))
  const candidates = named.length > 0 ? named : all.filter(p => p.id === undefined)
  const psk = candidates.find(p => holds(p.value))
  if (psk) return { ok: true, origins: [psk.origin] }
  // A key that bears the other side's name alone may be another authentication's.
  const meant = candidates.filter(p => p.id === undefined || p.id === name)
  return meant.length > 0 ? { ok: false } : { missing: `the pre-shared key of ${name ?? from} is missing` }
}

function signature(
  { sa, state, from, id, pool, unlock }: AuthInput,
  value: Authentication,
  octets: Uint8Array,
): Verdict {
  const { provider } = unlock
  const body = id ? id.src.bytes.subarray(id.start + 4, id.end) : null
  const keys = signerKeys(state.certificates[from], state.rawKeys[from], body, pool.secrets)
  if (keys.length === 0) return { missing: `the certificate of ${sa.ids[from]?.value ?? from} is missing` }
  let unchecked = false
  for (const key of keys) {
    const held = holdsUnder(key.spki)
    if (held === undefined) unchecked = true
    if (held) return { ok: true, origins: key.origins }
  }
  return unchecked ? { missing: `${methodName(value)} is not offered by this provider` } : { ok: false }

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

/** The contract's name of the method: `pre-shared key`, `digital signature (Ed25519)`. */
export function methodName(value: Authentication): string {
  if (value.method === AUTH_METHOD.DIGITAL_SIGNATURE)
    return value.signature ? `digital signature (${value.signature.algorithm.name})` : "digital signature"
  return AUTH_METHOD.alias(value.method)
}

function rfcOf(method: number, afterEap: boolean): string {
  if (method === AUTH_METHOD.DIGITAL_SIGNATURE) return "RFC 7427 §3"
  if (method === AUTH_METHOD.NULL) return "RFC 7619 §2.1"
  if (method >= AUTH_METHOD.ECDSA_P256 && method <= AUTH_METHOD.ECDSA_P521) return "RFC 4754 §3"
  return afterEap ? "RFC 7296 §2.16" : "RFC 7296 §2.15"
}

function failureOf(value: Authentication, afterEap: boolean): string {
  if (value.method === AUTH_METHOD.SHARED_KEY)
    return afterEap
      ? "AUTH does not match under the MSK"
      : "AUTH does not match under any given pre-shared key: the secret or the identity differs"
  return "the signature does not match the signed octets under the certificate"
}
