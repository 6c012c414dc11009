/**
 * The JSON text of verdicts and findings, written straight into a buffer: the same bytes that `safeJson` makes of the objects. Nearly every SA of a
 * stream has one of each.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { encoded, type TextBuffer } from "../bytes/text-buffer.ts"
import type { DiagnosticReport, Verdict } from "./types.ts"

const P = {
  frames: encoded(',"frames":['),
  headline: encoded('],"headline":'),
  why: encoded(',"why":'),
  remedy: encoded(',"remedy":'),
  time: encoded(',"time":'),
  message: encoded(',"message":'),
  sa: encoded(',"sa":'),
  captures: encoded(',"captures":['),
  comma: encoded(","),
  close: encoded("}"),
  end: encoded("]}\n"),
  null: encoded("null"),
}

/** There are far fewer combinations of a few words than this. */
const MAX_HEADS = 4096

/** What a JSON object begins with, by the words in it. */
class Heads {
  readonly #all = new BoundedMap<string, BoundedMap<string, Uint8Array>>(MAX_HEADS)

  of(one: string, other: string, make: () => string): Uint8Array {
    const known = this.#all.get(one)?.get(other)
    if (known) return known
    const made = encoded(make())
    this.#all.getOrMake(one, () => new BoundedMap(MAX_HEADS)).set(other, made)
    return made
  }
}

/** Writes into its buffer. */
export class FindingsWriter {
  readonly #verdictHeads = new Heads()
  readonly #findingHeads = new Heads()

  constructor(readonly to: TextBuffer) {}

  /** Appends the verdict of an SA. */
  verdict(v: Verdict): void {
    const { to } = this
    const { outcome, certainty, cause } = v
    to.piece(
      this.#verdictHeads.of(outcome, cause === null ? certainty : certainty + cause, () =>
        JSON.stringify({ outcome, certainty, cause }).slice(0, -1),
      ),
    )
    to.piece(P.frames)
    numbers(to, v.frames)
    to.piece(P.headline)
    to.quoted(v.headline)
    to.piece(P.why)
    to.quoted(v.why)
    to.piece(P.remedy)
    to.quotedOrNull(v.remedy)
    to.piece(P.close)
  }

  /** Appends a finding as a line of NDJSON, as `ndjsonLine("diagnostic", finding)` makes it. */
  findingLine(d: DiagnosticReport): void {
    const { to } = this
    const { code, severity } = d
    to.piece(
      this.#findingHeads.of(
        code,
        severity,
        () => `${JSON.stringify({ kind: "diagnostic", code, severity }).slice(0, -1)},"frame":`,
      ),
    )
    if (d.frame === null) to.piece(P.null)
    else to.number(d.frame)
    to.piece(P.time)
    to.quotedOrNull(d.time)
    to.piece(P.message)
    to.quoted(d.message)
    to.piece(P.sa)
    to.quotedOrNull(d.sa)
    to.piece(P.remedy)
    to.quotedOrNull(d.remedy)
    to.piece(P.captures)
    numbers(to, d.captures)
    to.piece(P.end)
  }
}

function numbers(to: TextBuffer, all: readonly number[]): void {
  for (let i = 0; i < all.length; i++) {
    if (i > 0) to.piece(P.comma)
    to.number(all[i])
  }
}
