/**
 * Where one of two captures was opened and the other was not, what is encrypted cannot be compared. Those parts of an SA are left out on both sides;
 * that one was opened is a difference by itself.
 */

import type { JsonObject } from "./difference.ts"

interface Message extends JsonObject {
  readonly payloads: readonly string[]
}

interface Sa extends JsonObject {
  readonly state: string
  readonly keys: { readonly status: string }
  readonly checks: Readonly<Record<string, string>>
  readonly exchanges: readonly { readonly messages: readonly Message[] }[]
}

/** Two things in a place of two golden reports as they can be compared: SAs of which one alone was opened without what is encrypted. */
export function comparable(before: JsonObject, after: JsonObject): readonly [JsonObject, JsonObject] {
  if (isSa(before) && isSa(after)) {
    const [closed, other] = [isClosed(before), isClosed(after)]
    if (closed !== other) return [clearPart(before, after, closed), clearPart(after, before, other)]
  } else if (isData(before) && isData(after) && isUnknown(before) !== isUnknown(after))
    return [
      { ...before, child_sa: undefined },
      { ...after, child_sa: undefined },
    ]
  return [before, after]
}

const isSa = (value: JsonObject): value is Sa => "keys" in value && "exchanges" in value

/** The message is encrypted, and nothing is known of what is in it. */
const isShut = ({ payloads }: Message): boolean => /^(SKF?)?$/.test(payloads.at(-1) ?? "")

const isClosed = ({ keys, exchanges }: Sa): boolean =>
  keys.status === "none" && exchanges.some(x => x.messages.some(isShut))

function clearPart(sa: Sa, other: Sa, closed: boolean): JsonObject {
  const shut = closed ? sa : other
  const exchanges = sa.exchanges.map((exchange, i) => ({
    ...exchange,
    messages: exchange.messages.map((message, n) => {
      const same = shut.exchanges[i]?.messages[n]
      return same && !isShut(same) ? message : { ...message, payloads: undefined, notifies: undefined }
    }),
  }))
  const checks = Object.fromEntries(Object.entries(sa.checks).filter(([id]) => id in other.checks))
  // How an SA ended or why it failed is said in encrypted messages.
  const state = shut.state === "established" ? undefined : sa.state
  const left = { state, auth: undefined, ids: undefined, child_sas: undefined, keys: undefined }
  return { ...sa, ...left, exchanges, checks, encrypted_messages: closed ? "not opened" : "opened" }
}

interface Data extends JsonObject {
  readonly child_sa: string | null
  readonly keys: string
}

const isData = (value: JsonObject): value is Data => "child_sa" in value && "encapsulation" in value

/** Without keys it is not known to which Child SA packets belong. */
const isUnknown = ({ child_sa, keys }: Data): boolean => child_sa === null && keys === "none"
