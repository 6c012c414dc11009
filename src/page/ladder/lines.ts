/** Ladders as lines of one height: messages, what carries data, bands and faults, of all SAs of a tunnel in order of time. */

import type { LadderRow } from "../../render/ladder-rows.ts"
import type { Item } from "../../render/notation.ts"
import { durationRange } from "../../render/units.ts"
import type { CheckReport, EspSaReport } from "../../report/types.ts"
import { isV1 } from "../../report/version.ts"
import type { LadderView } from "../../session/types.ts"
import { isProof } from "../../track/check-ids.ts"
import { size } from "../parts/words.ts"

export interface Proof {
  readonly tone: "ok" | "bad" | "dim"
  readonly text: string
  readonly title: string
}

interface Base {
  readonly key: string
  /** Frame that a click selects; 0 for none. */
  readonly frame: number
  readonly frames: string
  readonly at: number | null
  readonly side: "I" | "R" | null
  readonly sa: string
}

export type Line =
  | (Base & {
      readonly kind: "message"
      readonly row: Extract<LadderRow, { kind: "message" }>
      readonly exchange: string
      readonly v1: boolean
      readonly proof: Proof | null
    })
  | (Base & {
      readonly kind: "data"
      readonly esp: EspSaReport
      readonly until: number
      readonly child: number
      readonly proof: Proof
      readonly plausible: boolean
    })
  | (Base & {
      readonly kind: "band"
      readonly words: readonly string[]
      readonly child: number | null
      readonly proof: Proof | null
    })
  | (Base & { readonly kind: "repeat"; readonly text: string; readonly dim: string })
  | (Base & { readonly kind: "caption"; readonly name: string; readonly id: string })
  | (Base & { readonly kind: "fault"; readonly text: string; readonly rfc: string; readonly rows: number })
  /** What the fault above it needs beyond one row. */
  | (Base & { readonly kind: "room" })

/** Characters of a fault that one row holds, with and without the inspector beside it. */
const FAULT_ROW = 115
const COMPACT_FAULT_ROW = 56

const SHORT: Readonly<Record<string, string>> = {
  "Identity Protection (Main Mode)": "Main Mode",
}

/** All lines of a tunnel. `compact`: exchanges are named above their messages, not beside them. */
export function ladderLines(
  views: readonly LadderView[],
  children: ReadonlyMap<string, number>,
  compact = false,
): Line[] {
  const lines = views.flatMap(view => view.ladder.rows.map(row => ({ row, view })))
  // A stable sort: rows of one SA stay in the order of its ladder.
  lines.sort((a, b) => a.row.at - b.row.at)
  const all = lines.flatMap(({ row, view }, i) => linesOf(row, view, children, `${view.ladder.id} ${i}`))
  const roomy = all.flatMap(line => (line.kind === "fault" ? withRoom(line, compact) : [line]))
  return compact ? roomy.flatMap(line => [...captionOf(line), line]) : roomy
}

/** A fault is read whole: it takes as many rows as its text needs. */
function withRoom(line: Extract<Line, { kind: "fault" }>, compact: boolean): Line[] {
  const rows = Math.ceil((line.text.length + line.rfc.length) / (compact ? COMPACT_FAULT_ROW : FAULT_ROW))
  const room = Array.from({ length: rows - 1 }, (_, i): Line => ({ ...line, key: `${line.key} ${i}`, kind: "room" }))
  return [{ ...line, rows }, ...room]
}

function captionOf(line: Line): Line[] {
  if (line.kind !== "message" || line.exchange === "") return []
  const { type, message_id } = line.row.exchange
  const id = line.v1 ? "" : `message ID ${message_id}`
  return [{ ...line, key: `${line.key} caption`, kind: "caption", name: SHORT[type] ?? type, id, frames: "", at: null }]
}

function linesOf(row: LadderRow, view: LadderView, children: ReadonlyMap<string, number>, key: string): Line[] {
  const first = row.frames[0] ?? 0
  const last = row.frames.at(-1) ?? first
  const sides = row.kind === "band" ? null : row.from === "initiator" ? ("I" as const) : ("R" as const)
  const base: Base = {
    key,
    frame: first,
    frames: first === 0 ? "" : first === last ? String(first) : `${first}–${last}`,
    at: row.kind === "band" ? null : row.at,
    side: sides,
    sa: view.ladder.id,
  }
  switch (row.kind) {
    case "message": {
      const checks = view.checks.filter(c => c.frame !== null && c.frame >= first && c.frame <= last)
      const { type, message_id } = row.exchange
      const v1 = isV1(view.sa)
      const id = v1 ? "" : ` ${message_id}`
      const exchange = row.opens ? `${SHORT[type] ?? type}${id}` : ""
      return [
        { ...base, kind: "message", row, exchange, v1, proof: proofOf(checks, v1) },
        ...checks
          .filter(c => c.status === "fail")
          .map(
            (c): Line => ({
              ...base,
              key: `${key} ${c.id}`,
              kind: "fault",
              text: c.reason ?? `${c.id} fails`,
              rfc: c.rfc,
              rows: 1,
              frames: "",
              at: null,
            }),
          ),
      ]
    }
    case "retransmission": {
      const gaps = row.after.map(g => g.toFixed(g < 10 ? 1 : 0)).slice(0, 6)
      return [
        {
          ...base,
          kind: "repeat",
          text: `${row.count === 1 ? "retransmission" : `${row.count} retransmissions`} of ${row.of}`,
          dim: `after ${gaps.join(", ")} s`,
        },
      ]
    }
    case "liveness":
      return [{ ...base, kind: "repeat", text: livenessText(row), dim: livenessTimes(row) }]
    case "data": {
      const child = children.get(row.esp.child_sa ?? "") ?? 0
      return [
        {
          ...base,
          kind: "data",
          esp: row.esp,
          until: row.until,
          child,
          proof: dataProof(row.esp),
          plausible: row.plausible,
        },
      ]
    }
    case "band": {
      const proof = row.band === "child" ? childProof(view, row.index) : null
      return [{ ...base, kind: "band", words: row.words, child: row.band === "child" ? row.index : null, proof }]
    }
  }
}

function livenessText(row: Extract<LadderRow, { kind: "liveness" }>): string {
  const what =
    row.name === "liveness"
      ? `liveness check${row.count === 1 ? "" : "s"}`
      : row.name === "DPD"
        ? "DPD"
        : "INFORMATIONAL, encrypted"
  return `${row.count} ${what}${row.unanswered > 0 ? `, ${row.unanswered} without an answer` : ""}`
}

function livenessTimes({ every, answered }: Extract<LadderRow, { kind: "liveness" }>): string {
  return [every ? `every ${durationRange(...every)}` : "", answered ? `answered in ${durationRange(...answered)}` : ""]
    .filter(Boolean)
    .join(", ")
}

/** What the checks of a message say in a word: its AUTH, or how many hold. */
function proofOf(checks: readonly CheckReport[], v1: boolean): Proof | null {
  const passed = checks.filter(c => c.status === "pass")
  const failed = checks.filter(c => c.status === "fail")
  const title = checks
    .map(
      c => `${c.status === "pass" ? "✔" : c.status === "fail" ? "✖" : "–"} ${c.id}${c.reason ? `: ${c.reason}` : ""}`,
    )
    .join("\n")
  if (failed.length > 0) return { tone: "bad", text: `✖ ${failed.length} of ${passed.length + failed.length}`, title }
  if (!v1 && passed.some(isProof)) return { tone: "ok", text: "✔ AUTH", title }
  return passed.length > 0 ? { tone: "ok", text: `✔ ${passed.length}`, title } : null
}

function dataProof(esp: EspSaReport): Proof {
  const gaps = esp.sequence.missing > 0 ? `${esp.sequence.missing} missing` : "no gaps"
  const title = `${gaps}; ${esp.sequence.duplicate} duplicate, ${esp.sequence.out_of_order} out of order`
  if (esp.icv_failed > 0) return { tone: "bad", text: `✖ ICV ${esp.icv_failed} of ${esp.packets}`, title }
  if (esp.icv_ok > 0) return { tone: "ok", text: `✔ ICV ${esp.icv_ok}/${esp.packets} · ${gaps}`, title }
  return { tone: "dim", text: gaps, title }
}

function childProof({ checks, sa }: LadderView, index: number): Proof | null {
  const child = sa.child_sas[index]
  if (!child) return null
  return child.keys.status === "none"
    ? { tone: "dim", text: "no keys", title: "no secret gives its keys" }
    : checks.some(c => c.id === "child-keys" && c.status === "pass")
      ? { tone: "ok", text: "✔ keys proven", title: "packets or the exchange verify under its keys" }
      : { tone: "dim", text: "keys derived", title: "derived, not proven" }
}

/** `ESP ef3ddc4d`, `43 packets · 4.4 kB`. */
export const dataText = (esp: EspSaReport): string =>
  `${esp.packets} packet${esp.packets === 1 ? "" : "s"} · ${size(esp.bytes)}`

/** Notifications that come together as one chip, unless one of them is an error. */
export function gathered(items: readonly Item[], errors: readonly string[]): readonly Item[] {
  const all = items.flatMap(i => i.notifies ?? [])
  if (all.length < 2 || all.some(name => errors.includes(name))) return items
  const at = items.findIndex(i => i.notifies)
  return items.flatMap((item, i): Item[] => (i === at ? [{ notifies: all }] : item.notifies ? [] : [item]))
}
