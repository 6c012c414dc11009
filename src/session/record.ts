/** A session's answers, taken down: what a report in HTML holds, to be looked at without the capture. */
import { plural } from "../bytes/words.ts"
import { Kind } from "../net/packet-view.ts"
import type { Report } from "../report/types.ts"
import type { Session } from "./session.ts"
import type { FrameDetail, KeyDerivation, LadderView, Line, SaDetail, Timeline } from "./types.ts"

export interface Recording {
  readonly schema: "ikedump/recording/1"
  readonly info: ReturnType<Session["info"]>
  readonly report: Report
  readonly sas: ReturnType<Session["sas"]>
  readonly sa: Readonly<Record<string, SaDetail>>
  readonly tunnel: Readonly<Record<string, readonly string[]>>
  readonly ladder: Readonly<Record<string, LadderView>>
  /** By the id of the IKE SA; that of all is under the empty name. */
  readonly timeline: Readonly<Record<string, Timeline>>
  readonly lines: readonly Line[]
  readonly frames: Readonly<Record<number, FrameDetail>>
  readonly derivations: readonly KeyDerivation[]
  readonly audit: ReturnType<Session["audit"]>
  readonly verdict: ReturnType<Session["verdict"]>
  /** What did not fit. */
  readonly leftOut: readonly string[]
}

export interface RecordOptions {
  /** Values of keys and of secret fields. */
  readonly showKeys?: boolean
}

/** Bounds: a report is attached to a ticket. */
const MOST_SAS = 500
/** Each detail repeats the report of its IKE SA: that of an SA with thousands of Child SAs is long. */
const DETAIL_CHARACTERS = 40_000_000
const MOST_LINES = 20_000
const MOST_FRAMES = 2_000
const TREE_CHARACTERS = 40_000_000
const BINS = 480

/** Takes down what views of a finished session ask for. Trees are those of frames with IKE. */
export async function record(session: Session, options: RecordOptions = {}): Promise<Recording> {
  const sas = session.sas()
  const kept = sas.slice(0, MOST_SAS)
  const ike = kept.filter(row => row.kind === "ike").map(row => row.id)
  const by = <T>(ids: readonly string[], of: (id: string) => T | undefined): Record<string, T> =>
    Object.fromEntries(
      ids.flatMap(id => {
        const value = of(id)
        return value === undefined ? [] : [[id, value]]
      }),
    )
  const { frames: count } = session.info()
  const { frames, leftOut } = await trees(session, options)
  const details = saDetails(
    session,
    kept.map(row => row.id),
  )
  return {
    schema: "ikedump/recording/1",
    info: session.info(),
    report: session.report(),
    sas: kept,
    sa: Object.fromEntries(details),
    tunnel: by(ike, id => session.tunnel(id)),
    ladder: by(ike, id => session.ladder(id)),
    timeline: { "": session.timeline(null, { bins: BINS }), ...by(ike, id => session.timeline(id, { bins: BINS })) },
    lines: await session.lines(Array.from({ length: Math.min(count, MOST_LINES) }, (_, i) => i + 1)),
    frames,
    derivations: session.derivations({ showKeys: options.showKeys }),
    audit: session.audit(),
    verdict: session.verdict(),
    leftOut: [
      ...(sas.length > kept.length ? [plural(sas.length - kept.length, "SA")] : []),
      ...(kept.length > details.length ? [`details of ${plural(kept.length - details.length, "SA")}`] : []),
      ...(count > MOST_LINES ? [`lines of ${plural(count - MOST_LINES, "frame")}`] : []),
      ...(leftOut > 0 ? [`trees of ${plural(leftOut, "frame")}`] : []),
    ],
  }
}

/** Details of SAs, as far as there is room. */
function saDetails(session: Session, ids: readonly string[]): [string, SaDetail][] {
  const details: [string, SaDetail][] = []
  const sizes = new Map<SaDetail["ike"], number>()
  let room = DETAIL_CHARACTERS
  for (const id of ids) {
    const detail = session.sa(id)
    if (!detail) continue
    const size = sizes.get(detail.ike) ?? JSON.stringify(detail.ike).length
    sizes.set(detail.ike, size)
    room -= size
    if (room < 0) break
    details.push([id, detail])
  }
  return details
}

async function trees(session: Session, { showKeys }: RecordOptions) {
  const { kind } = session.columns()
  const frames: Record<number, FrameDetail> = {}
  let characters = 0
  let leftOut = 0
  for (let n = 1; n <= kind.length; n++) {
    if (kind[n - 1] !== Kind.ISAKMP && kind[n - 1] !== Kind.QUOTED_ISAKMP) continue
    const full = characters > TREE_CHARACTERS || Object.keys(frames).length >= MOST_FRAMES
    const detail = full ? undefined : await session.frame(n, { showKeys })
    if (detail) {
      frames[n] = detail
      characters += JSON.stringify(detail.tree).length
    } else leftOut++
  }
  return { frames, leftOut }
}
