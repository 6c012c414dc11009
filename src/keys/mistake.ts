/** What the arbiter knows of mistakes of implementations: a hypothesis counts only when it makes the check hold. */

export interface Mistake {
  /** `auth-own-nonce`. */
  readonly id: string
  readonly rfc: string
  /** The sentence that is broken, or its sense where it is long. */
  readonly rule: string
  /** What was done instead: follows "AUTH holds only ". */
  readonly instead: string
  /** It is in IntAuth, which AUTH covers. RFC 9242 §3.3.2. */
  readonly inIntAuth?: true
}

/** The words of a finding: who erred, what was done, and the rule. */
export const mistakeText = (what: string, who: string, { instead, rfc, rule }: Mistake): string =>
  `${what} holds only ${instead}: the ${who} erred. ${rfc}: "${rule}"`
