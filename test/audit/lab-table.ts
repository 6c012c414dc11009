/** The audit of lab scenarios, and the tables of docs/audit.md: profiles, rules, and what it found in the lab. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { audit } from "../../src/audit/audit.ts"
import { AUDIT_RULES } from "../../src/audit/catalog.ts"
import { AuditFacts } from "../../src/audit/facts.ts"
import type { Profile } from "../../src/audit/profile.ts"
import { PROFILES } from "../../src/audit/profiles/index.ts"
import { SEVERITIES } from "../../src/audit/severity.ts"
import type { AuditResult } from "../../src/audit/types.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyzeLab, dhSecrets, labFile } from "../helpers/lab-secrets.ts"

/** One scenario, with every shared secret of its daemons or with none. */
export async function auditLab(name: string, keyed: boolean): Promise<AuditResult> {
  const facts = new AuditFacts(nodeProvider)
  const secrets = keyed ? dhSecrets(name) : undefined
  return audit(await analyzeLab([labFile(name, "capture.pcap")], secrets, { observer: facts }), facts)
}

type AuditOf = (name: string, keyed: boolean) => Promise<AuditResult>

/** Where the document is, and the document with its tables made anew; without scenarios their table stays as it is. */
export async function auditDocument(
  names: readonly string[],
  auditOf: AuditOf,
): Promise<{ file: string; text: string }> {
  let text = withSection(readFileSync(file, "utf8"), "rules", rules())
  text = withSection(text, "profiles", profiles())
  if (names.length > 0) text = withSection(text, "lab", await labTable(names, auditOf))
  return { file, text }
}

/** Rows of scenario, findings with keys, what of them is found without, post-quantum grade. */
async function labTable(names: readonly string[], auditOf: AuditOf): Promise<string[]> {
  const rows: string[] = []
  for (const name of names) {
    const open = await auditOf(name, true)
    const closed = await auditOf(name, false)
    const grades = [...new Set(open.tunnels.map(t => t.quantum))].filter(g => g !== "unknown")
    rows.push(`| ${name} | ${cell(open)} | ${cell(closed)} | ${grades.join(", ") || "–"} |`)
  }
  return ["| scenario | with keys | without | key exchange |", "| --- | --- | --- | --- |", ...rows]
}

/** `**high** weak-prf; **low** no-forward-secrecy`; `info` is left out. */
function cell({ findings }: AuditResult): string {
  const parts = SEVERITIES.filter(s => s !== "info").flatMap(s => {
    const rules = [...new Set(findings.filter(f => f.severity === s).map(f => f.rule))].sort()
    return rules.length > 0 ? [`**${s}** ${rules.join(", ")}`] : []
  })
  return parts.join("; ") || "–"
}

const file = resolve(import.meta.dirname, "../../docs/audit.md")

/** The text between `<!-- name -->` and `<!-- /name -->` replaced. */
function withSection(text: string, name: string, lines: readonly string[]): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`docs/audit.md has no section ${name}`)
  return `${text.slice(0, from + open.length)}\n${lines.join("\n")}\n${text.slice(to)}`
}

const rules = (): string[] => [
  "| rule | what it looks for |",
  "| --- | --- |",
  ...Object.entries(AUDIT_RULES).map(([id, what]) => `| \`${id}\` | ${what} |`),
]

const profiles = (): string[] => [
  "| name | document | date | notes |",
  "| --- | --- | --- | --- |",
  ...PROFILES.map(p => `| \`${p.id}\` | [${p.document}](${p.url}), ${p.title} | ${p.date} | ${notes(p)} |`),
]

function notes({ note, limits }: Profile): string {
  const hours = (s: number | undefined, what: string) => (s === undefined ? [] : [`${what} at most ${s / 3600} h`])
  const parts = [
    ...(note ? [note] : []),
    ...hours(limits?.ikeSeconds, "IKE SAs"),
    ...hours(limits?.childSeconds, "Child SAs"),
    ...(limits?.pfs ? ["forward secrecy asked for"] : []),
  ]
  return parts.join("; ")
}
