/** `eap-tls`: whether records of TLS inside EAP open under the key log; and the MSKs that follow. RFC 5216 §2.3, RFC 5281 §8, RFC 9190 §2.3. */
import type { TlsConversation } from "../crypto/tls-inside.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import type { TlsSecret } from "../secrets/secrets.ts"
import type { SeenAt } from "../track/moment.ts"
import type { V2State } from "../track/v2-state.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"
import type { DerivedMsk } from "./sim-msk.ts"

const RFC = "RFC 5216 §2.3"

type Followed = Pick<TlsConversation<TlsSecret>, "opened" | "closed">

/** What a packet added: the first record that opens, the first that does not. */
export function tlsChecks(
  now: Followed & Pick<TlsConversation<TlsSecret>, "suite">,
  before: Followed,
  at: SeenAt,
): CheckResult[] {
  const checks: CheckResult[] = []
  if (before.opened === 0 && now.opened > 0) checks.push(pass("eap-tls", RFC, at))
  if (before.closed || !now.closed) return checks
  const { why } = now.closed
  if (why === "mismatch")
    checks.push(
      fail(
        "eap-tls",
        RFC,
        at,
        "a TLS record does not verify under the secrets that the key log has for this client random",
      ),
    )
  else if (why === "no-suite")
    checks.push(skipped("eap-tls", RFC, at, `${now.suite ?? "the cipher suite"} is not computed here`))
  else checks.push(skipped("eap-tls", RFC, at, "the TLS key log has no line with the client random of this connection"))
  return checks
}

/** MSKs out of the secrets of TLS. With crypto-binding PEAP mixes the key of the method inside in. */
export const tlsMsks = ({ tls, eap }: Pick<V2State, "tls" | "eap">): DerivedMsk[] =>
  (tls?.msks() ?? []).map(({ value, key }) => ({ value, origin: key.origin, mayBeBound: eap === EAP_TYPE.EAP_PEAP }))
