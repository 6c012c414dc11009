/** Runs of liveness checks (RFC 7296 §2.4) and Dead Peer Detection (RFC 3706), folded into one row of a ladder each. */

import type { ExchangeReport, IkeSaReport, MessageReport } from "../report/types.ts"
import { isV1 } from "../report/version.ts"
import type { LivenessRow, Sent, Side } from "./ladder-rows.ts"

/** Fewer in a row are drawn as the messages they are. */
const MIN_RUN = 2
/** Encrypted ones are only folded when there are as many: what they carry is a guess. */
const MIN_ENCRYPTED_RUN = 3

interface Context {
  isOpened(m: MessageReport): boolean
  clock(time: string): number
  readonly sizes: ReadonlyMap<number, number> | undefined
}

interface Probe {
  readonly exchange: ExchangeReport
  readonly from: Side
  readonly name: LivenessRow["name"]
  readonly messages: readonly MessageReport[]
  /** Only probes of one shape fold together. */
  readonly shape: string
  readonly answer: MessageReport | undefined
}

export interface LivenessRuns {
  readonly rows: LivenessRow[]
  readonly taken: ReadonlySet<MessageReport>
}

/** Folds probes that follow one another with no other message between; `sent` is in the order of frames. */
export function livenessRuns(sa: IkeSaReport, sent: readonly Sent[], context: Context): LivenessRuns {
  const probes = probesOf(sa, sent, context)
  const taken = new Set<MessageReport>()
  const rows: LivenessRow[] = []
  let run: Probe[] = []
  const last = sent.at(-1)?.exchange
  const close = () => {
    // The last encrypted exchange of an SA is most likely its Delete; sizes would show it.
    if (run.at(-1)?.name === "INFORMATIONAL" && context.sizes === undefined && run.at(-1)?.exchange === last) run.pop()
    if (run.length >= (run[0]?.name === "INFORMATIONAL" ? MIN_ENCRYPTED_RUN : MIN_RUN)) {
      rows.push(rowOf(run, context.clock))
      for (const m of run.flatMap(p => p.messages)) taken.add(m)
    }
    run = []
  }
  for (const { message } of sent) {
    const probe = probes.get(message)
    if (probe === undefined) close()
    else if (probe.messages[0] === message) {
      if (run.length > 0 && run[0].shape !== probe.shape) close()
      run.push(probe)
    }
  }
  close()
  return { rows, taken }
}

function probesOf(sa: IkeSaReport, sent: readonly Sent[], context: Context): Map<MessageReport, Probe> {
  const probes = new Map<MessageReport, Probe>()
  const add = (probe: Probe | undefined) => {
    if (probe) for (const m of probe.messages) probes.set(m, probe)
  }
  if (isV1(sa)) for (const probe of dpdProbes(sent)) add(probe)
  else for (const x of sa.exchanges) add(probeV2(x, context))
  return probes
}

/** An INFORMATIONAL exchange with nothing in it, or one that may be such. */
function probeV2(x: ExchangeReport, { isOpened, sizes }: Context): Probe | undefined {
  const bare = (m: MessageReport) => m.payloads.length === 1 && m.payloads[0] === "SK"
  if (x.type !== "INFORMATIONAL" || x.messages.length === 0 || !x.messages.every(bare)) return undefined
  if (x.messages.some(m => m.fragment !== null)) return undefined
  const opened = x.messages.every(isOpened)
  const answer = x.messages.find(m => m.from !== x.started_by)
  if (!opened && answer === undefined) return undefined
  const name = opened ? "liveness" : "INFORMATIONAL"
  const size = opened ? "" : (sizes?.get(x.messages[0].frame) ?? "")
  return {
    exchange: x,
    from: x.started_by,
    name,
    messages: x.messages,
    shape: `${name} ${x.started_by} ${size}`,
    answer,
  }
}

/** Both ends may ask at once: an answer is looked for among so many messages that follow. */
const ANSWER_WITHIN = 4

/** R-U-THERE and the R-U-THERE-ACK that answers it, each an Informational exchange of its own in IKEv1. */
function* dpdProbes(sent: readonly Sent[]): Generator<Probe> {
  const used = new Set<MessageReport>()
  for (let i = 0; i < sent.length; i++) {
    const { exchange, message } = sent[i]
    if (used.has(message) || !only(message, "R-U-THERE")) continue
    const messages = [message]
    for (const { message: next } of sent.slice(i + 1, i + 1 + ANSWER_WITHIN)) {
      const again = next.from === message.from && only(next, "R-U-THERE") && next.retransmission_of !== null
      const answers = next.from !== message.from && only(next, "R-U-THERE-ACK") && !used.has(next)
      if (again || answers) messages.push(next)
      if (answers) break
    }
    for (const m of messages) used.add(m)
    const last = messages[messages.length - 1]
    const answer = last.from === message.from ? undefined : last
    yield { exchange, from: message.from, name: "DPD", messages, shape: `DPD ${message.from}`, answer }
  }
}

const only = (m: MessageReport, notify: string): boolean =>
  m.notifies.length === 1 &&
  m.notifies[0].replaceAll("_", "-") === notify &&
  m.payloads.every(p => p === "HASH" || p === "N")

function rowOf(run: readonly Probe[], clock: (time: string) => number): LivenessRow {
  const starts = run.map(p => clock(p.messages[0].time))
  const every = starts.slice(1).map((t, i) => t - starts[i])
  const answered = run.flatMap(p => (p.answer ? [clock(p.answer.time) - clock(p.messages[0].time)] : []))
  const last = run[run.length - 1].messages
  const lastMessage = last[last.length - 1]
  return {
    kind: "liveness",
    at: starts[0],
    until: clock(lastMessage.time),
    frames: [run[0].messages[0].frame, lastMessage.frame],
    from: run[0].from,
    count: run.length,
    every: span(every),
    answered: span(answered),
    unanswered: run.length - answered.length,
    name: run[0].name,
  }
}

function span(values: readonly number[]): readonly [number, number] | undefined {
  if (values.length === 0) return undefined
  return values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [values[0], values[0]])
}
