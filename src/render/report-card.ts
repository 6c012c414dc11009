/** The card of one IKE SA: who, what was agreed, how it was proven, what went wrong. */

import { grouped } from "../bytes/grouped.ts"
import { countText, plural } from "../bytes/words.ts"
import type { CheckReport, DiagnosticReport, EspSaReport, IkeSaReport, Offer } from "../report/types.ts"
import { saysTheSame } from "../report/verdict/same-story.ts"
import { isProofOf } from "../track/check-ids.ts"
import { bySeverity, findingsLines } from "./findings.ts"
import { childWords } from "./ladder.ts"
import { lifecycle } from "./lifecycle.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, pad, truncate, wrap, wrapItems } from "./text.ts"
import type { Style } from "./theme.ts"
import { framesText, sizeText } from "./units.ts"
import { verdictLines } from "./verdict-lines.ts"

export interface CardInput {
  readonly sa: IkeSaReport
  readonly data: readonly EspSaReport[]
  /** What became of its peers later (`laterTexts`). */
  readonly later: string | undefined
  readonly findings: readonly DiagnosticReport[]
  /** The capture's first time, which counts as 0. */
  readonly zero: string
  /** Which SA of the report, for its colour. */
  readonly index: number
  readonly verbose: boolean
}

const INDENT = 2
/** Names of a card's lines are padded to this. */
const NAME = 9

/** The card without its ladder, as lines. */
export function cardLines(input: CardInput, pen: Pen): string[] {
  const { sa } = input
  const dot = pen.text(" · ")
  const line = (name: string, items: readonly string[], style: Style = plain) => labelled(name, items, dot, pen, style)
  return [
    ...verdictLines(sa, input.index, pen),
    ...line("later", input.later === undefined ? [] : [pen.text(input.later)]),
    ...line("peers", peerItems(sa, pen)),
    ...line("group", groupItems(sa, pen)),
    ...agreedLines(sa, pen),
    ...authLines(sa, pen),
    ...keyLines(sa, pen),
    ...lifeLines(input, pen),
    ...findingsLines(
      input.findings.filter(d => d.severity !== "info" && !isInVerdict(d, input)),
      pen,
      input.verbose,
    ),
    ...childLines(input, pen),
    ...checkLines(input, pen),
    ...asideLines(input, pen),
  ]
}

/** The verdict says it already. */
const isInVerdict = (d: DiagnosticReport, { sa: { verdict }, verbose }: CardInput): boolean =>
  !verbose && saysTheSame(verdict, d)

/** What is good to know: one dim line a kind; with `--verbose` each finding whole. */
function asideLines({ findings, verbose }: CardInput, pen: Pen): string[] {
  const infos = bySeverity(findings.filter(d => d.severity === "info"))
  if (verbose) return findingsLines(infos, pen, true)
  const kinds = new Map<string, DiagnosticReport[]>()
  for (const d of infos) kinds.set(d.code, [...(kinds.get(d.code) ?? []), d])
  return [...kinds.values()].map(of => {
    const said = [...new Set(of.map(d => pen.text(d.message)))].join("; ")
    return pen.theme.dim(truncate(`  ${pen.glyphs.info} ${said}`, pen.width, pen.glyphs.cut))
  })
}

const plain: Style = text => text

/** `10.1.0.1:500 → 10.1.0.2:500 · SPIs 23f2…:ea30…`, and what it replaces. */
function peerItems(sa: IkeSaReport, pen: Pen): string[] {
  const name = ({ address, port }: IkeSaReport["initiator"]) =>
    address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
  const peers = `${name(sa.initiator)} → ${name(sa.responder)}`
  const spis = `SPIs ${sa.spi_i}…${/^0+$/.test(sa.spi_r) ? "0000" : sa.spi_r}`
  return [peers, spis, ...(sa.rekeys === null ? [] : [`replaces ${sa.rekeys}`])].map(pen.text)
}

/** What it is to a group: `member of group-42 · rekey SA 0011… · sender ID 5`. */
function groupItems({ group }: IkeSaReport, pen: Pen): string[] {
  if (!group) return []
  const ids = group.sender_ids
  return [
    group.role === "rekey" ? "rekey SA" : `member of ${group.id?.value ?? "a group"}`,
    ...(group.from === null ? [] : [`keys from ${group.from}`]),
    ...group.rekey_spis.map(spi => `rekey SA ${spi.slice(0, 16)}…${spi.slice(16)}`),
    ...(ids.length === 0
      ? []
      : [
          `${plural(ids.length, "sender ID")} ${ids.join(", ")}${group.sender_id_bits === null ? "" : ` of ${group.sender_id_bits} bits`}`,
        ]),
  ].map(pen.text)
}

/** `  name     first item · second item`, wrapped under the first item. */
function labelled(name: string, items: readonly string[], separator: string, pen: Pen, style: Style = plain): string[] {
  if (items.length === 0) return []
  const margin = " ".repeat(INDENT + NAME)
  const lines = wrapItems(items, separator, pen.width - margin.length).flatMap(l =>
    displayWidth(l) > pen.width - margin.length && !l.includes("\u001b") ? wrap(l, pen.width - margin.length) : [l],
  )
  return lines.map((l, i) => (i === 0 ? `${" ".repeat(INDENT)}${pen.theme.dim(pad(name, NAME))}` : margin) + style(l))
}

function agreedLines(sa: IkeSaReport, pen: Pen): string[] {
  const { encr, integ, prf, hash, ke } = sa.suite
  const suite = [encr, integ, prf, hash, ...ke].filter(a => a !== null).map(pen.text)
  const dot = pen.text(" · ")
  if (suite.length > 0) return labelled("suite", suite, dot, pen)
  const offers = sa.offered
    .slice(0, MAX_OFFERS)
    .flatMap((o, i) => labelled(i === 0 ? "offered" : "", offerItems(o, pen), dot, pen))
  const more = sa.offered.length - MAX_OFFERS
  if (more > 0) offers.push(...labelled("", [`and ${plural(more, "more proposal")}`], dot, pen))
  return [...offers, ...answerLines(sa, pen)]
}

const MAX_OFFERS = 8

const offerItems = (o: Offer, pen: Pen): string[] =>
  [o.encr, o.integ, o.prf, o.ke]
    .filter(l => l.length > 0)
    .map((l, i) => pen.text(`${i === 0 ? `${o.number}: ` : ""}${l.join(", ")}`))

/** What the responder said instead of choosing. */
function answerLines(sa: IkeSaReport, pen: Pen): string[] {
  const answers = sa.exchanges.flatMap(x => x.messages.filter(m => m.from !== x.started_by && m.notifies.length > 0))
  const last = answers.at(-1)
  if (!last || last.payloads.includes("SA")) return []
  return labelled("answered", [pen.text(`${last.notifies.join(", ")} (frame ${last.frame})`)], ", ", pen, pen.theme.bad)
}

function keyLines(sa: IkeSaReport, pen: Pen): string[] {
  const { status, from, epochs } = sa.keys
  if (status === "none") {
    const closed = sa.exchanges.reduce((n, x) => n + x.messages.filter(m => m.encrypted).length, 0)
    if (closed > 0 && sa.suite.encr === "NULL")
      return labelled("keys", ["none: NULL encryption hides nothing, and ICVs stay unchecked"], "", pen)
    return closed === 0
      ? []
      : labelled("keys", [`none: ${plural(closed, "message stays", "messages stay")} encrypted`], "", pen)
  }
  const text = [
    from === null ? status : `${status} from ${from}`,
    epochs.length > 1 ? plural(epochs.length, "epoch") : "",
  ]
  return labelled("keys", [pen.text(text.filter(Boolean).join(", "))], "", pen)
}

function lifeLines({ sa, data, zero }: CardInput, pen: Pen): string[] {
  const steps = lifecycle(sa, data, zero).map((s, i) => `${i > 0 ? "→ " : ""}${s.name} ${s.text}`.replace("  ", " "))
  return labelled("life", steps.map(pen.text), " ", pen)
}

/** Cells that a proof may take behind a wrapped identity. */
const PROOF = 18

/** Cells of an identity: a long distinguished name, but not a whole payload of noise. */
const MAX_IDENTITY = 160

function authLines(sa: IkeSaReport, pen: Pen): string[] {
  const sides = (["initiator", "responder"] as const).flatMap(side => {
    const id = sa.ids[side]
    const method = sa.auth[side]
    if (id === null && method === null) return []
    const name = truncate(pen.text(id?.value ?? side), MAX_IDENTITY)
    const proof = sa.checks.filter(c => isProofOf(side, c))
    return [{ text: [name, pen.text(method ?? "")].filter(Boolean).join(" "), proof: proofText(proof, pen) }]
  })
  const dot = pen.text(" · ")
  const room = pen.width - INDENT - NAME
  const whole = sides.map(s => s.text + s.proof)
  if (whole.every(w => displayWidth(w) <= room)) return labelled("auth", whole, dot, pen)
  return sides.flatMap(({ text, proof }, i) => {
    const pieces = wrap(text, room - PROOF)
    return pieces.flatMap((piece, n) =>
      labelled(i + n === 0 ? "auth" : "", [n === pieces.length - 1 ? piece + proof : piece], dot, pen),
    )
  })
}

function proofText(checks: readonly CheckReport[], pen: Pen): string {
  const { theme, glyphs } = pen
  const worst = checks.find(c => c.status === "fail") ?? checks.find(c => c.status === "pass")
  if (!worst) return ""
  const frame = worst.frame === null ? "" : ` frame ${worst.frame}`
  return worst.status === "pass"
    ? ` ${theme.ok(glyphs.ok)}${theme.dim(frame)}`
    : ` ${theme.bad(`${glyphs.bad}${frame}`)}`
}

function childLines({ sa, data, verbose }: CardInput, pen: Pen): string[] {
  const dot = pen.text(" · ")
  const most = verbose ? sa.child_sas.length : MAX_CHILDREN
  const lines = sa.child_sas.slice(0, most).flatMap((child, i) => {
    const own = data.filter(e => e.child_sa === child.id)
    const words = [
      ...childWords(child),
      ...(child.pfs ? ["PFS"] : []),
      ...(child.state === "failed" ? [] : [child.state]),
      ...volumes(own),
    ]
    return labelled(i === 0 ? "children" : "", words.map(pen.text), dot, pen)
  })
  const more = sa.child_sas.length - most
  return more > 0 ? [...lines, ...labelled("", [`and ${plural(more, "more Child SA")}`], dot, pen)] : lines
}

const MAX_CHILDREN = 12

function volumes(data: readonly EspSaReport[]): string[] {
  if (data.length === 0) return ["no packet seen"]
  const sum = (of: (e: EspSaReport) => number) => data.reduce((total, e) => total + of(e), 0)
  const packets = sum(e => e.packets)
  const out = [`${plural(packets, "packet")}, ${sizeText(sum(e => e.bytes))}`]
  if (sum(e => e.icv_ok) > 0) out.push(`ICV ${countText(sum(e => e.icv_ok))}/${countText(packets)}`)
  if (data.length === 1) out.push("one way only")
  return out
}

function checkLines({ sa, verbose }: CardInput, pen: Pen): string[] {
  const { theme, glyphs } = pen
  const count = (status: CheckReport["status"]) => sa.checks.filter(c => c.status === status).length
  if (sa.checks.length === 0) return []
  const [pass, fail, skipped] = [count("pass"), count("fail"), count("skipped")]
  const dot = pen.text(" · ")
  const summary = [
    pass > 0 ? theme.ok(`${countText(pass)} passed`) : "0 passed",
    fail > 0 ? theme.bad(`${countText(fail)} failed`) : "0 failed",
    `${countText(skipped)} skipped`,
  ]
  const failed = groupsOf(sa.checks.filter(c => c.status === "fail"))
  const unsure = groupsOf(sa.checks.filter(c => c.status === "skipped"))
  const passed = verbose ? groupsOf(sa.checks.filter(c => c.status === "pass")) : []
  const shown = verbose ? unsure : unsure.slice(0, MAX_SKIPPED)
  const hidden = unsure.length - shown.length
  return [
    ...labelled("checks", [summary.join(dot)], dot, pen),
    ...failed.flatMap(g => groupLines(g, glyphs.bad, theme.bad, pen)),
    ...passed.flatMap(g => groupLines(g, glyphs.ok, theme.ok, pen)),
    ...shown.flatMap(g => groupLines(g, glyphs.info, theme.dim, pen)),
    ...(hidden > 0 ? labelled("", [`and ${plural(hidden, "more kind")} skipped`], dot, pen, theme.dim) : []),
  ]
}

const MAX_SKIPPED = 5

/** Checks that share id, reason and RFC, so that 40 messages without a key are one line. */
function groupsOf(checks: readonly CheckReport[]): CheckReport[][] {
  return [...grouped(checks, c => `${c.id}\n${c.reason}\n${c.rfc}`).values()]
}

const NO_BREAK = "\u00a0"

function groupLines(group: readonly CheckReport[], mark: string, style: Style, pen: Pen): string[] {
  const [{ id, reason, rfc }] = group
  const frames = framesText(group.flatMap(c => (c.frame === null ? [] : [c.frame])))
  const said = [id, frames && `(${frames})`, reason === null ? "" : `: ${reason}`]
    .filter(Boolean)
    .join(" ")
    .replace(" : ", ": ")
  const margin = " ".repeat(INDENT + NAME)
  const gap = " ".repeat(displayWidth(mark) + 1)
  // The RFC and its section stay together.
  const source = pen.text(rfc).replaceAll(" ", NO_BREAK)
  const text = `${pen.text(said)}, ${source}`
  const lines = wrap(text, pen.width - margin.length - gap.length).map(l => l.replaceAll(NO_BREAK, " "))
  return lines.map((l, i) => margin + style((i === 0 ? `${mark} ` : gap) + l))
}
