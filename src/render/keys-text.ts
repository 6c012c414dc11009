/** Derivations as `ikedump keys` shows them: what was given, each step with formula, RFC and inputs, and what proves it. */

import { toHex } from "../bytes/hex.ts"
import { plural } from "../bytes/words.ts"
import type { Step } from "../keys/step.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, pad, wrap } from "./text.ts"

/** A secret that a derivation starts from. */
export interface GivenSecret {
  /** Its name in the formulas: `g^ir`, `SK_d`. */
  readonly name: string
  /** Where it came from: `dh_shared[0]`. */
  readonly source: string
  readonly value: Uint8Array
  /** The member of the keys file, `psks`; null for a key of an earlier SA or epoch: `source` is that. */
  readonly kind: string | null
  /** Why it fits here: `matches KE of frames 1, 2 (MODP-2048)`. */
  readonly fits: string
}

/** The derivation of one key epoch of an IKE SA, or of one Child SA. */
export interface Derivation {
  /** `ike/0`, `child/0`. */
  readonly sa: string
  /** Of a Child SA. */
  readonly child: boolean
  /** Null for Child SAs, and where there is one epoch only. */
  readonly epoch: number | null
  /** What proves it: `proven by sk-integrity, frames 3-18`; null while nothing does. */
  readonly proof: string | null
  readonly given: readonly GivenSecret[]
  readonly steps: readonly Step[]
}

export interface KeysTextOptions {
  /** Print the values, secrets all of them. */
  readonly showKeys?: boolean
}

/** A line of the view before its columns are fitted. */
interface Row {
  readonly name: string
  readonly formula: string
  readonly size: string
  readonly rfc: string
  readonly note: string
  readonly values: readonly { readonly name: string; readonly value: Uint8Array }[]
}

const MAX_NAME = 16
const MAX_FORMULA = 44

/** All derivations as text, an empty line between two, a newline at the end. */
export function renderKeys(derivations: readonly Derivation[], pen: Pen, options: KeysTextOptions = {}): string {
  const tables = derivations.map(d => ({ d, rows: [...d.given.map(givenRow), ...stepRows(d.steps)] }))
  const all = tables.flatMap(t => t.rows)
  const widths = [
    columnWidth(
      all.map(r => r.name),
      MAX_NAME,
    ),
    columnWidth(
      all.map(r => r.formula),
      MAX_FORMULA,
    ),
    columnWidth(
      all.map(r => r.size),
      10,
    ),
  ]
  const blocks = tables.map(({ d, rows }) =>
    [titleLine(d, pen), ...rows.flatMap(r => rowLines(r, widths, pen, options))].join("\n"),
  )
  return `${blocks.join("\n\n")}\n`
}

const columnWidth = (texts: readonly string[], most: number): number =>
  texts.reduce((a, t) => Math.max(a, Math.min(most, displayWidth(t))), 0)

function titleLine(d: Derivation, pen: Pen): string {
  const { theme } = pen
  const title = theme.strong(pen.text(d.epoch === null ? d.sa : `${d.sa} epoch ${d.epoch}`))
  const proof = d.proof === null ? theme.warn("not proven") : theme.ok(pen.text(d.proof))
  return `${title}${" ".repeat(Math.max(2, pen.width - displayWidth(title) - displayWidth(proof)))}${proof}`
}

const givenRow = (g: GivenSecret): Row => ({
  name: g.name,
  formula: `${g.kind === null ? "of" : "given"}  ${g.source}`,
  size: plural(g.value.length, "byte"),
  rfc: "",
  note: g.fits,
  values: [g],
})

/** Steps in a row that share formula and RFC are one line: `SK_d … SK_pr`, 7 keys. */
function stepRows(steps: readonly Step[]): Row[] {
  const rows: Row[] = []
  for (let i = 0; i < steps.length; ) {
    const first = steps[i]
    let n = 1
    while (steps[i + n]?.formula === first.formula && steps[i + n].rfc === first.rfc) n++
    const group = steps.slice(i, i + n)
    rows.push({
      name: n === 1 ? first.name : `${first.name} … ${group[n - 1].name}`,
      formula: first.formula,
      size: n === 1 ? plural(first.out.length, "byte") : plural(n, "key"),
      rfc: first.rfc,
      note: first.inputs
        .filter(input => input.frame !== undefined)
        .map(input => `${input.name} frame ${input.frame}`)
        .join(", "),
      values: group.map(s => ({ name: s.name, value: s.out })),
    })
    i += n
  }
  return rows
}

function rowLines(row: Row, widths: readonly number[], pen: Pen, options: KeysTextOptions): string[] {
  const { theme } = pen
  const cells = [row.name, row.formula, row.size].map((cell, i) =>
    pad(pen.text(cell), widths[i], i === 2 ? "right" : "left"),
  )
  const line = `  ${cells.join("  ")}`
  const tail = [row.rfc, row.note].filter(Boolean).map(pen.text)
  const oneLine = [line, ...tail].join("  ")
  const indent = " ".repeat(4 + widths[0])
  const lines =
    displayWidth(oneLine) <= pen.width
      ? [`${line}  ${theme.dim(tail.join("  "))}`.trimEnd()]
      : [line.trimEnd(), ...wrap(tail.join(", "), pen.width - indent.length).map(l => indent + theme.dim(l))]
  return options.showKeys
    ? [...lines, ...row.values.flatMap(v => valueLines(v, row.values.length > 1, indent, pen))]
    : lines
}

function valueLines(v: Row["values"][number], named: boolean, indent: string, pen: Pen): string[] {
  const name = named ? `${pen.text(v.name)} ` : ""
  const margin = indent + " ".repeat(name.length)
  const pieces = wrap(toHex(v.value), Math.max(16, (pen.width - margin.length) & ~1))
  return pieces.map((piece, i) => (i === 0 ? indent + name : margin) + piece)
}
