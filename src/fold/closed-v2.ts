/** IKEv2 messages that no key opened yet: kept for the keys to come, and reported when the SA closes without them. */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { isCut } from "../track/datagram.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessage } from "../track/sealed-message.ts"
import { OTHER_EPOCH, type V2Unlock } from "../unlock/v2.ts"
import { CUT } from "../verify/check.ts"
import { skIntegrity } from "../verify/sk.ts"
import { addCheck, type FoldContext } from "./context.ts"

export class ClosedV2 {
  readonly #pending = new Map<IkeSa, SealedMessage[]>()
  #bytes = 0

  constructor(
    private readonly context: FoldContext,
    private readonly unlock: V2Unlock,
  ) {}

  /** SAs that have some. */
  sas(): Iterable<IkeSa> {
    return this.#pending.keys()
  }

  /** Keeps a message while there is room and a secret that may open it; else it stays closed. */
  add(item: SealedMessage): void {
    const { sa } = item
    const { pool, limits } = this.context
    const list = this.#pending.get(sa) ?? []
    const bytes = heldBytes(item)
    const room = list.length < limits.pending && this.#bytes + bytes <= limits.pendingBytes
    if (!pool.empty && room) {
      list.push(item)
      this.#pending.set(sa, list)
      this.#bytes += bytes
    } else this.#reportClosed(item)
  }

  /** Tries those of an SA again; those that open are kept no longer. */
  retry(sa: IkeSa, open: (item: SealedMessage) => boolean): void {
    const list = this.#pending.get(sa)
    if (!list) return
    this.#pending.delete(sa)
    const kept = inOrder(list).filter(item => {
      const closed = !open(item)
      if (!closed) this.#bytes -= heldBytes(item)
      return closed
    })
    if (kept.length > 0) this.#pending.set(sa, kept)
  }

  /** Checks of messages that stayed closed to the end, in their places among the others. */
  giveUp(sa: IkeSa): void {
    const items = this.#pending.get(sa)
    if (!items) return
    this.#pending.delete(sa)
    const otherEpochs = new Set<number>()
    for (const item of items) {
      this.#bytes -= heldBytes(item)
      if (this.#reportClosed(item)) otherEpochs.add(item.datagram.frame)
    }
    sa.checks.sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0))
    this.#noteClosed(sa, items, otherEpochs)
  }

  /** One finding for what stayed closed although secrets were given; `otherEpochs` are frames for which other epochs' keys were given. */
  #noteClosed(sa: IkeSa, items: readonly SealedMessage[], otherEpochs: ReadonlySet<number>): void {
    const frames = items.filter(item => !isCut(item.datagram)).map(item => item.datagram.frame)
    const failed = frames.filter(f =>
      sa.checks.some(c => c.id === "sk-integrity" && c.frame === f && c.status === "fail"),
    )
    const say = (code: DiagnosticCode, severity: "warning" | "info", at: number[], why: string) => {
      const first = items.find(item => item.datagram.frame === at[0])
      if (first) addFinding(sa, code, severity, first.datagram, `${frameList(at)} ${why}`)
    }
    say(
      "decryption-failed",
      "warning",
      failed,
      "does not verify under the keys of this SA: damaged on the way, forged, or under other keys",
    )
    const rest = frames.filter(f => !failed.includes(f))
    const between = rest.filter(f => otherEpochs.has(f))
    say("no-key-fits", "info", between, `stays closed: ${OTHER_EPOCH}`)
    const why = sa.facts.cut ? `${CUT} from which its keys come` : "none of the secrets given opens it"
    const others = rest.filter(f => !between.includes(f))
    say("no-key-fits", "info", others, `stays closed: ${why}`)
  }

  /** Whether keys were given, but those of other epochs. */
  #reportClosed(item: SealedMessage): boolean {
    const outcome = isCut(item.datagram) ? { noKey: CUT } : this.unlock.closedOutcome(item)
    addCheck(this.context, item.sa, skIntegrity(outcome, item.payload, item.datagram))
    return typeof outcome === "object" && outcome.otherEpoch === true
  }
}

/** Memory of a message that is held: its bytes, and about what its objects take. */
const heldBytes = ({ message }: SealedMessage): number => message.end - message.start + 512

/** `frame 4`, `frame 4 (and 5 more)`. */
const frameList = ([first, ...more]: readonly number[]): string =>
  `frame ${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`

/** As they came, but those of one side by Message ID: merged captures have them otherwise, and later keys follow from earlier messages. */
function inOrder(list: readonly SealedMessage[]): SealedMessage[] {
  const came = list.toSorted((a, b) => a.datagram.frame - b.datagram.frame)
  const of = (side: Side) =>
    came.filter(m => m.exchange.startedBy === side).sort((a, b) => a.exchange.messageId - b.exchange.messageId)
  const next = { initiator: of("initiator").values(), responder: of("responder").values() }
  return came.map(m => next[m.exchange.startedBy].next().value ?? m)
}
