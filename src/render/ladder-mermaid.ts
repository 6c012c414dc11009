/** A ladder as a Mermaid sequence diagram, which GitHub and many wikis draw. */
import { safeText } from "../bytes/safe-text.ts"
import type { Ladder, LadderRow } from "./ladder-rows.ts"
import { rowWords } from "./ladder-words.ts"
import { clockText } from "./units.ts"

/** The whole diagram, `sequenceDiagram` first, ending with a newline. */
export function ladderMermaid(ladder: Ladder): string {
  const lines = [
    "sequenceDiagram",
    `  participant I as ${plainText(ladder.left)}`,
    `  participant R as ${plainText(ladder.right)}`,
    `  Note over I,R: ${plainText(`${ladder.id}  ${ladder.title}`)}<br/>${plainText(ladder.verdict)}`,
    ...ladder.rows.flatMap(row => rowStatements(ladder, row).map(s => `  ${s}`)),
  ]
  return `${lines.join("\n")}\n`
}

function rowStatements(ladder: Ladder, row: LadderRow): string[] {
  const { texts, labels } = rowWords(ladder, row)
  // Abbreviated notifications: a picture on a page has about as much room as a wide terminal.
  const text = plainText(texts[row.kind === "message" ? 1 : 0])
  const beside = labels.map(l => plainText(l.text))
  const place = plainText(
    row.frames.length > 0 ? `${clockText(row.at)} s, frame ${row.frames.join("-")}` : `${clockText(row.at)} s`,
  )
  if (row.kind === "band") return [`Note over I,R: ${text}`]
  if (row.kind === "liveness")
    return [`Note over I,R: ${[`${clockText(row.at)} to ${clockText(row.until)} s`, text, ...beside].join("<br/>")}`]
  const [from, to] = row.from === "initiator" ? ["I", "R"] : ["R", "I"]
  const arrow = { message: "->>", data: "-)", retransmission: "-->>" }[row.kind]
  const opening = row.kind === "message" && row.opens ? beside.shift() : undefined
  const statement = `${from}${arrow}${to}: ${[place + (opening ? `, ${opening}` : ""), text, ...beside].join("<br/>")}`
  const bad = row.kind === "message" && (row.refused || row.failed.length > 0)
  return bad ? [`rect ${RED}`, `  ${statement}`, "end"] : [statement]
}

/** Behind what was refused or failed: red on a light page as on a dark one. */
const RED = "rgba(207, 34, 46, 0.25)"

/**
 * Text that Mermaid cannot take for syntax: its own entity codes for `#`, `;`, angle brackets, quotes and what Markdown
 * or the diagram's keywords would catch.
 */
function plainText(text: string): string {
  return safeText(text)
    .replace(/[#;<>"&`%\\]/g, c => `#${c.charCodeAt(0)};`)
    .replace(/\b(end)\b/gi, word => `#${word.charCodeAt(0)};${word.slice(1)}`)
}
