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
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { dhSecrets, labFile } from "../helpers/lab-secrets.ts"

export interface LabOptions {
  /** Recorded so many years later. */
  readonly years?: number
  readonly profiles?: readonly Profile[]
}

/** One scenario, with every shared secret of its daemons or with none. */
export async function auditLab(
  name: string,
  keyed: boolean,
  { years = 0, profiles }: LabOptions = {},
): Promise<AuditResult> {
  const facts = new AuditFacts()
  const capture = later(new Uint8Array(readFileSync(labFile(name, "capture.pcap"))), years)
  const options = { provider: nodeProvider, secrets: keyed ? dhSecrets(name) : NO_SECRETS, observer: facts }
  return audit(await analyze(memorySource(capture, name), options), facts, { profiles })
}

/** A pcap with its times moved on. */
function later(pcap: Uint8Array, years: number): Uint8Array {
  const view = new DataView(pcap.buffer)
  const little = view.getUint8(0) !== 0xa1
  for (let at = 24; years > 0 && at + 16 <= pcap.length; at += 16 + view.getUint32(at + 8, little))
    view.setUint32(at, view.getUint32(at, little) + years * 365 * 86_400, little)
  return pcap
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
  "| name | document | edition | rows | notes |",
  "| --- | --- | --- | --- | --- |",
  ...PROFILES.map(
    p => `| \`${p.id}\` | [${p.document}](${p.url}), ${p.title} | ${p.edition} | ${sureness(p)} | ${notes(p)} |`,
  ),
]

/** `31 original, 2 unverified`: how many rows are how sure. */
function sureness(p: Profile): string {
  const all = [...p.lines, ...(p.keySets ?? []), ...Object.values(p.otherwise ?? {})]
  return (["original", "secondary", "unverified"] as const)
    .flatMap(v => {
      const n = all.filter(l => (l.verified ?? p.verified) === v).length
      return n > 0 ? [`${n} ${v}`] : []
    })
    .join(", ")
}

function notes({ note, ikeLifetime, childLifetime, forwardSecrecy, childGroup }: Profile): string {
  const hours = (d: { readonly seconds: number } | undefined, what: string) =>
    d === undefined ? [] : [`${what} at most ${d.seconds / 3600} h`]
  const parts = [
    ...(note ? [note] : []),
    ...hours(ikeLifetime, "IKE SAs"),
    ...hours(childLifetime, "Child SAs"),
    ...(forwardSecrecy ? [`forward secrecy: ${forwardSecrecy.level}`] : []),
    ...(childGroup ? [`a Child SA's group: ${childGroup.rule} as the IKE SA's`] : []),
  ]
  return parts.join("; ")
}
