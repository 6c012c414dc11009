/** Why SAs ended as they did: one sentence each that a person can act on, with frames and a stable code (docs/diagnostics.md). */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { explainAuthentication } from "./authentication.ts"
import { explainCopies } from "./captured-twice.ts"
import { explainCertificates } from "./certificates.ts"
import { ExplainContext, type ExplainOptions } from "./context.ts"
import { explainCookies } from "./cookies.ts"
import { explainData } from "./data.ts"
import type { DataInput } from "./data-input.ts"
import { explainDeletes } from "./deletes.ts"
import { explainFragments } from "./fragments.ts"
import { explainIkev1 } from "./ikev1.ts"
import { explainKeyExchange } from "./key-exchange.ts"
import { explainMistakes } from "./mistakes.ts"
import { explainNat } from "./nat.ts"
import { explainNotifications } from "./notifications.ts"
import { explainPaths } from "./paths.ts"
import { explainPeers } from "./peers.ts"
import { explainProposals, learnPolicies } from "./proposals.ts"
import { explainRefusedAuth } from "./refused-auth.ts"
import { type Say, sayInto } from "./say.ts"
import { explainSelectors } from "./selectors.ts"
import { explainSilence } from "./silence.ts"

type Rule = (sa: IkeSa, say: Say, context: ExplainContext) => void

/** Every rule that looks at one IKE SA once it is closed; each gives its findings. */
const RULES: readonly Rule[] = [
  explainProposals,
  explainKeyExchange,
  explainCookies,
  explainAuthentication,
  explainMistakes,
  explainRefusedAuth,
  explainSelectors,
  explainNotifications,
  explainIkev1,
  explainSilence,
  explainCopies,
  explainFragments,
  explainDeletes,
  explainCertificates,
  explainNat,
  explainPaths,
  explainPeers,
]

/** Explains the SAs of one analysis. `learn` every SA known so far before `explain`: one peer's policy shows in its other SAs. */
export class Explainer {
  readonly #context: ExplainContext

  constructor(options: ExplainOptions) {
    this.#context = new ExplainContext(options)
  }

  learn(sa: IkeSa): void {
    const context = this.#context
    if (context.seenBefore(sa, "policies")) return
    context.between(sa.initiator.address, sa.responder.address)
    for (const { initiator, responder } of sa.paths) context.between(initiator.address, responder.address)
    learnPolicies(sa, context)
  }

  /** Findings about data SAs, and those that only all SAs together show. */
  explainData(input: DataInput): Diagnostic[] {
    return explainData(input, this.#context)
  }

  /** What can be said about an SA, after what the tracker found. Call once, when it is closed. */
  explain(sa: IkeSa): Diagnostic[] {
    const findings = [...sa.findings]
    const say = sayInto(sa, findings)
    for (const rule of RULES) rule(sa, say, this.#context)
    return findings
  }
}
