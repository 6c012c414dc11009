/** What stands behind the values that an expression saw: the frames and words that a reader looks at next. */
import { type CelObject, listOf } from "./objects.ts"
import type { Kind } from "./schema.ts"
import type { SeenValue } from "./seen.ts"

/** What a reader wants to know next about what an expression saw, and the frame to look at, where it is not the object's first. */
export interface Origin {
  readonly note: string
  readonly frame: number | null
}

/** Where an IKE SA's suite was chosen; why a check did not pass; what a finding says. Undefined where there is no more to say. */
export function originOf(kind: Kind, object: CelObject, seen: readonly SeenValue[]): Origin | undefined {
  if (kind === "ike_sa") return suiteOrigin(object, seen)
  const said = kind === "check" ? "reason" : kind === "diagnostic" ? "message" : undefined
  const note = said === undefined || seen.some(s => s.path === said) ? null : object[said]
  return typeof note === "string" ? { note, frame: null } : undefined
}

/** `chosen in frame 2, offered in frame 1 as proposal 1`, for the first value of the suite among those seen. */
function suiteOrigin(sa: CelObject, seen: readonly SeenValue[]): Origin | undefined {
  const value = seen.find(s => /^(?:ike_sa\.)?suite\.(encr|integ|prf|ke)\b/.test(s.path))
  const init = listOf(sa.exchanges)
    .filter(x => OPENING.has(String(x.type)))
    .at(-1)
  if (!value || !init) return undefined
  const messages = listOf(init.messages).filter(m => textsOf(m.payloads).includes("SA"))
  const offer = messages.find(m => m.from === "initiator")
  const choice = messages.find(m => m.from === "responder")
  const words: string[] = []
  if (choice) words.push(`chosen in frame ${choice.frame}`)
  if (offer) words.push(`offered in frame ${offer.frame}${proposalWith(sa, value)}`)
  const frame = choice ?? offer
  return frame && { note: words.join(", "), frame: Number(frame.frame) }
}

const OPENING = new Set(["IKE_SA_INIT", "Identity Protection (Main Mode)", "Aggressive"])

/** The texts of a list member; none where the object has no such list. */
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [])

/** The first proposal that has the value seen. */
function proposalWith(sa: CelObject, { path, value }: SeenValue): string {
  const part = /suite\.(\w+)/.exec(path)?.[1] ?? ""
  const algorithm = Array.isArray(value) ? value[0] : value
  const offer = listOf(sa.offered).find(o => textsOf(o[part]).includes(String(algorithm)))
  return offer ? ` as proposal ${offer.number}` : ""
}
