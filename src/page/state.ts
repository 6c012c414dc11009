/** What the page shows: one signal for each thing that views read. `actions.ts` changes them. */
import { computed, signal } from "@preact/signals"
import type { ComparedValue } from "../render/check/spoken.ts"
import type {
  AuditResult,
  FilterFault,
  FrameDetail,
  KeyDerivation,
  LadderView,
  Progress,
  SaDetail,
  SaRow,
  SessionInfo,
  Timeline,
  VerdictView,
} from "../session/types.ts"

export const VIEWS = ["ladder", "packets", "keys", "audit", "compare"] as const
export type View = (typeof VIEWS)[number]
export type TimeFormat = "relative" | "delta" | "utc"

export const view = signal<View>("ladder")
export const info = signal<SessionInfo | null>(null)
export const verdict = signal<VerdictView | null>(null)
export const rows = signal<readonly SaRow[]>([])
/** The SA that the ladder, the time line and the facts are about. */
export const sa = signal<string | null>(null)
export const facts = signal<SaDetail | null>(null)
/** Ladders of the selected IKE SA and of those it replaced or that replaced it. */
export const ladders = signal<readonly LadderView[]>([])
export const timeline = signal<Timeline | null>(null)
/** Seconds that the time line is zoomed to. */
export const zoom = signal<readonly [number, number] | null>(null)
/** The selected frame, 0 for none, and what is inside; the tree before stays while the next is decoded. */
export const frame = signal(0)
export const detail = signal<FrameDetail | null>(null)
export const inspecting = signal(false)
/** The selected field, as the places of its node in the tree: `2.5.0`. */
export const field = signal("")
export const hoverAt = signal<{ readonly source: string; readonly at: number } | null>(null)
export const opened = signal<ReadonlySet<string>>(new Set())
export const source = signal("")

/** What a link asks for and the capture does not have yet: it may come with the keys. */
export const wanted = signal<{ readonly sa: string | null; readonly frame: number; readonly field: string } | null>(
  null,
)

export const filterText = signal("")
export const filterFault = signal<FilterFault | null>(null)
/** The frames that pass, or null for all; `filterDone` is false while more may come. */
export const passing = signal<Uint32Array | null>(null)
export const filterDone = signal(true)

export const derivations = signal<readonly KeyDerivation[]>([])
export const step = signal("")
export const showValues = signal(false)
export const audit = signal<AuditResult | null>(null)
export const differences = signal<readonly ComparedValue[] | null>(null)
export const other = signal("")

export const progress = signal<Progress | null>(null)
export const fault = signal("")
export const said = signal("")
export const theme = signal<"auto" | "light" | "dark">("auto")
export const timeFormat = signal<TimeFormat>("relative")
export const pinned = signal<ReadonlySet<number>>(new Set())
export const dialog = signal<"help" | "copy" | "goto" | null>(null)
/** Names of the captures and of the files of keys. */
export const names = signal<readonly string[]>([])
export const keyFiles = signal<readonly string[]>([])
/** Counts up when lines of the packet list came. */
export const linesVersion = signal(0)
/** A report that was made before: what it holds beside the report, for its banner. */
export const banner = signal("")

export const frameCount = computed(() => passing.value?.length ?? info.value?.frames ?? 0)
/** Frame number of a row of the packet list. */
export const frameAt = (row: number): number => passing.value?.[row] ?? row + 1
/** When the selected frame came, seconds since frame 1; undefined until it is decoded. */
export const frameSeconds = computed(() =>
  detail.value?.frame === frame.value && frame.value > 0 ? detail.value.seconds : undefined,
)
/** Rows of the SA list by id. */
export const rowById = computed(() => new Map(rows.value.map(row => [row.id, row])))
/** Which Child SA of its IKE SA: for its colour. */
export const childIndex = computed(() => {
  const index = new Map<string, number>()
  const seen = new Map<string, number>()
  for (const row of rows.value) {
    if (row.kind !== "child" || row.parent === null) continue
    const n = seen.get(row.parent) ?? 0
    seen.set(row.parent, n + 1)
    index.set(row.id, n)
  }
  return index
})

/** The window leaves no room for facts beside the ladder. */
const query = matchMedia("(max-width: 1499px)")
export const narrow = signal(query.matches)
query.addEventListener("change", () => {
  narrow.value = query.matches
})
