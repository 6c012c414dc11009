/** `auth-initiator`, `auth-responder`, `int-auth`, `ppk`, `full-transcript`, `signature-hash`, `signature-parameters`: AUTH against the signed octets. RFC 7296 §2.15-2.16, RFC 7427, RFC 4739, RFC 7619, RFC 8784, RFC 9242. */
import { payloadValue } from "../ike/shared/payload.ts"
import { type Authentication, auth, authenticationOf } from "../ike/v2/authentication.ts"
import { fullTranscriptOctets, macedId, signedOctets } from "../keys/auth-v2.ts"
import { offersPrf } from "../keys/context.ts"
import { type Mistake, mistakeText } from "../keys/mistake.ts"
import { mixPpk } from "../keys/ppk.ts"
import { AUTH_METHOD } from "../registry/ikev2/auth-methods.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { HASH_ALGORITHM } from "../registry/ikev2/hash-algorithms.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { AuthMethod } from "../track/auth-method.ts"
import type { InitCandidate } from "../track/event.ts"
import type { Epoch, KeyChange } from "../track/ike-sa.ts"
import { notifiesOf } from "../track/v2-messages.ts"
import type { V2State } from "../track/v2-state.ts"
import { type AuthInput, type AuthTrial, candidates, judge, methodName, signers, type Verdict } from "./auth-judge.ts"
import { agreedFullTranscript, firstMessages, partsOf } from "./auth-parts.ts"
import { type CheckResult, CUT, fail, pass, skipped } from "./check.ts"
import { arbitrateAuth } from "./mistakes/auth.ts"
import type { AuthParts } from "./mistakes/auth-octets.ts"
import { mistakenMac, mistakenSignature } from "./mistakes/auth-proof.ts"
import { missingPpk, type PpkChoice, ppkChoices } from "./ppk.ts"
import { saysNoScheme } from "./signature.ts"
import { signatureParameters } from "./signature-parameters.ts"

/** What an AUTH payload shows. */
export interface VerifiedAuth {
  readonly checks: readonly CheckResult[]
  /** The authentication method of the side by name, when this payload says it. */
  readonly method?: AuthMethod & { readonly afterEap: boolean }
  /** Secrets under which it holds. */
  readonly used: readonly Origin[]
  /** The epoch that it belongs to, and how its keys turn out to be others. */
  readonly epoch?: Epoch
  readonly change?: KeyChange
  /** It holds over the messages of another pair than the one taken for the SA's: those count. */
  readonly init?: InitCandidate
}

/** What one AUTH payload shows: the checks it gives, the method, and the secrets that fit. */
export function verifyAuth(input: AuthInput): VerifiedAuth {
  const { sa, state, whole, payload, unlock } = input
  const value = payloadValue(payload, auth)
  if (!value) return { checks: [], used: [] }
  const isPsk = value.method === AUTH_METHOD.SHARED_KEY
  const method = { name: methodName(value), isPsk, hasXauth: false, afterEap: state.eapSucceeded }
  const prf = unlock.next.prfOf(sa)
  const epoch = unlock.epochOf(sa, "initiator", whole.message.messageId)
  const context = prf && { prf, provider: unlock.provider }
  if (!epoch || !context || !offersPrf(context)) {
    const why = "the PRF is not known, or not computed here"
    return {
      checks: [skipped(checkId(input), rfcOf(value.method, method.afterEap), whole.datagram, why)],
      method,
      used: [],
    }
  }
  const result = held({ ...input, value, epoch, context })
  // AUTH is over the whole of IKE_SA_INIT.
  if (sa.facts.cut && result.checks.some(c => c.status === "fail"))
    return {
      checks: [skipped(checkId(input), rfcOf(value.method, method.afterEap), whole.datagram, `${CUT} that is signed`)],
      method,
      used: [],
    }
  return { method, epoch, ...result }
}

const checkId = ({ from }: AuthInput): string => `auth-${from}`

/** Holds an AUTH value against every set of keys that may be meant. */
function held(input: AuthTrial): Pick<VerifiedAuth, "checks" | "used" | "change" | "init"> {
  const { state, from, whole, value, epoch, context, pool } = input
  const at = whole.datagram
  const id = checkId(input)
  const rfc = rfcOf(value.method, state.eapSucceeded)
  const choices = ppkChoices({ state, from, whole, epoch, context, pool })
  let verdict: Verdict = { missing: "no keys" }
  for (const choice of choices) {
    for (const first of firstMessages(state)) {
      const parts = partsOf(input, choice.values, first)
      if ("missing" in parts)
        return { checks: [skipped(id, rfc, at, parts.missing), ...extras(input, parts.missing, null)], used: [] }
      for (const { octets, whole: isWhole } of formsOf(state, parts)) {
        verdict = judge(input, value, octets, choice.values)
        if (!("ok" in verdict) || !verdict.ok) continue
        const checks = [
          pass(id, rfc, at),
          ...transcript(input, isWhole),
          ...announcedHash(input),
          ...signatureParameters(value.signature?.algorithm, from, at),
          ...extras(input, "pass", choice),
        ]
        const { change } = choice
        return { checks: [...checks, ...noPpkAuth(input, change)], used: verdict.origins, change, init: first.other }
      }
      // What is missing is so over any messages.
      if (!verdictIsFailure(verdict)) break
    }
  }
  const absent = verdictIsFailure(verdict) ? missingPpk(state, from, epoch, pool) : undefined
  if (absent) return { checks: [skipped(id, rfc, at, absent), skipped("ppk", "RFC 8784 §3", at, absent)], used: [] }
  // Nothing verified: with a PPK agreed, the one of that name is taken all the same; ESP may prove it yet.
  const change = from === "responder" && state.ppkAccepted ? choices.find(c => c.change?.origin)?.change : undefined
  const found = "missing" in verdict && !saysNoScheme(value) ? undefined : arbitrate(input, choices)
  if ("missing" in verdict && !found)
    return {
      checks: [skipped(id, rfc, at, verdict.missing), ...extras(input, verdict.missing, null)],
      used: [],
      change,
    }
  if (found) {
    const reason = mistakeText("AUTH", from, found.mistake)
    const part = found.mistake.inIntAuth
      ? [fail("int-auth", "RFC 9242 §3.3.2", at, reason)]
      : extras(input, "fail", choices[0] ?? null)
    const failed = { ...fail(id, found.mistake.rfc, at, reason), mistake: found.mistake.id }
    return { checks: [failed, ...part], used: found.used, change }
  }
  if (hasClosedIntermediate(input)) {
    const why = "an IKE_INTERMEDIATE message stayed closed, and AUTH covers it"
    return { checks: [skipped(id, rfc, at, why), skipped("int-auth", "RFC 9242 §3.3.2", at, why)], used: [], change }
  }
  const failed = fail(id, rfc, at, failureOf(value, state.eapSucceeded))
  return { checks: [failed, ...extras(input, "fail", choices[0] ?? null)], used: [], change }
}

/** The octets that AUTH may cover: over both messages first where both sides announced it. */
function formsOf(state: V2State, parts: AuthParts): { octets: Uint8Array; whole: boolean }[] {
  const { message, nonce, intAuth, peerMessage, context, skP, idPayload } = parts
  const own = { message, nonce, intAuth, macedId: macedId(context, skP, idPayload.subarray(4)) }
  const plain = { octets: signedOctets(own), whole: false }
  return peerMessage && agreedFullTranscript(state)
    ? [{ octets: fullTranscriptOctets(peerMessage, own), whole: true }, plain]
    : [plain]
}

/** `full-transcript`: whether AUTH covers both IKE_SA_INIT messages, which both sides announced. */
function transcript({ state, whole }: AuthInput, isWhole: boolean): CheckResult[] {
  if (!agreedFullTranscript(state)) return []
  const rfc = "draft-ietf-ipsecme-ikev2-downgrade-prevention"
  return [
    isWhole
      ? pass("full-transcript", rfc, whole.datagram)
      : fail(
          "full-transcript",
          rfc,
          whole.datagram,
          "both sides announced IKE_SA_INIT_FULL_TRANSCRIPT_AUTH, and AUTH covers the signer's message alone: a downgrade goes unseen",
        ),
  ]
}

/** Numbers of the hashes that signatures name. RFC 7427 §7, RFC 8420 §2, RFC 9385. */
const HASH_NUMBER: Readonly<Record<string, number>> = {
  SHA1: HASH_ALGORITHM.SHA1,
  "SHA2-256": HASH_ALGORITHM.SHA2_256,
  "SHA2-384": HASH_ALGORITHM.SHA2_384,
  "SHA2-512": HASH_ALGORITHM.SHA2_512,
  identity: HASH_ALGORITHM.IDENTITY,
  "STREEBOG-256": HASH_ALGORITHM.STREEBOG_256,
  "STREEBOG-512": HASH_ALGORITHM.STREEBOG_512,
}

/** `signature-hash`: a digital signature uses a hash that the peer announced, in SIGNATURE_HASH_ALGORITHMS. RFC 7427 §4. */
function announcedHash({ state, from, value, whole }: AuthTrial): CheckResult[] {
  const peer = from === "initiator" ? state.init.response : state.init.request
  const announced = peer && notifiesOf(peer.payloads).find(n => n.type === NOTIFY.SIGNATURE_HASH_ALGORITHMS)?.data
  const hash = value.signature?.algorithm.hash
  const number = hash === undefined ? undefined : HASH_NUMBER[hash]
  if (!announced || number === undefined) return []
  for (let at = 0; at + 2 <= announced.length; at += 2)
    if (((announced[at] << 8) | announced[at + 1]) === number)
      return [pass("signature-hash", "RFC 7427 §4", whole.datagram)]
  const reason = `the signature uses ${hash}, which the peer did not announce in SIGNATURE_HASH_ALGORITHMS: the ${from} erred, and a strict peer refuses it`
  return [{ ...fail("signature-hash", "RFC 7427 §4", whole.datagram, reason), mistake: "signature-hash" }]
}

/** The mistake that makes AUTH hold, and the secrets under which it does. */
function arbitrate(
  input: AuthTrial,
  choices: readonly PpkChoice[],
): { mistake: Mistake; used: readonly Origin[] } | undefined {
  const { value, context, unlock } = input
  for (const values of valuesToTry(input, choices)) {
    const parts = partsOf(input, values.values)
    if ("missing" in parts) continue
    const right = formsOf(input.state, parts).map(f => f.octets)
    let used: readonly Origin[] = []
    const holds = (octets: Uint8Array): boolean => {
      const verdict = judge(input, value, octets, values.values)
      if (!("ok" in verdict) || !verdict.ok) return false
      used = verdict.origins
      return true
    }
    if (values.mistake && right.some(holds)) return { mistake: values.mistake, used }
    const mac = value.method === AUTH_METHOD.SHARED_KEY
    const secrets = mac ? candidates(input).map(s => s.value) : []
    const spkis = mac || value.method === AUTH_METHOD.NULL ? [] : signers(input).map(k => k.spki)
    const mistake = arbitrateAuth(parts, right, {
      holds,
      proof: octets =>
        mac
          ? mistakenMac(context, secrets, octets, value.data)
          : mistakenSignature(unlock.provider, spkis, octets, value),
    })
    if (mistake) return { mistake, used }
  }
  return undefined
}

interface TriedKeys {
  readonly values: Epoch["values"]
  /** What is wrong if AUTH holds under them. */
  readonly mistake?: Mistake
}

/** The keys that should be, then those with a PPK mixed in that nobody agreed on, or without one that was. RFC 8784 §3. */
function* valuesToTry({ epoch, context, pool }: AuthTrial, choices: readonly PpkChoice[]): Generator<TriedKeys> {
  for (const { values } of choices) yield { values }
  const { sk_d, sk_pi, sk_pr, sk_d_prime, sk_pi_prime, sk_pr_prime } = epoch.values
  const rule = { rfc: "RFC 8784 §3", rule: "a PPK is mixed in when both peers agree on one, and not otherwise" }
  if (sk_d_prime && sk_pi_prime && sk_pr_prime)
    yield {
      values: { ...epoch.values, sk_d: sk_d_prime, sk_pi: sk_pi_prime, sk_pr: sk_pr_prime },
      mistake: { id: "auth-ppk-left-out", instead: "with keys into which the PPK is not mixed", ...rule },
    }
  else if (sk_d && sk_pi && sk_pr)
    for (const ppk of pool.secrets.ppks.slice(0, 8))
      yield {
        values: { ...epoch.values, ...mixPpk(context, ppk.value, { sk_d, sk_pi, sk_pr }).values },
        mistake: {
          id: "auth-ppk-mixed",
          instead: "with a PPK mixed into the keys that this AUTH does not have",
          ...rule,
        },
      }
}

const hasClosedIntermediate = ({ sa, state }: AuthInput): boolean =>
  sa.exchanges.filter(x => x.type === EXCHANGE_TYPE.IKE_INTERMEDIATE).length > state.intermediates.length

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
  const parts = partsOf(input, values)
  if ("missing" in parts) return []
  // Its data is what an AUTH payload of the same method holds (RFC 8784 §3): with RFC 7427 the algorithm stands in front.
  const second = authenticationOf(input.value.method, notify.data)
  const verdicts = formsOf(input.state, parts).map(form => judge(input, second, form.octets, values))
  return verdicts.every(v => "ok" in v && !v.ok)
    ? [fail(`auth-${input.from}`, "RFC 8784 §3", input.whole.datagram, "NO_PPK_AUTH does not verify without the PPK")]
    : []
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
