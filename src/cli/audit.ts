/** `ikedump audit`: what a security reviewer would say of the negotiations; exits with 1 when `--fail-on` is reached. */
import type { Command } from "commander"
import { audit } from "../audit/audit.ts"
import { AuditFacts } from "../audit/facts.ts"
import type { Profile } from "../audit/profile.ts"
import { DEFAULT_PROFILES } from "../audit/profiles/default.ts"
import { PROFILE_NAMES, PROFILES, profilesNamed } from "../audit/profiles/index.ts"
import { type AuditSeverity, reaches, SEVERITIES } from "../audit/severity.ts"
import { AUDIT_FORMATS, type AuditFormat, renderAudit } from "../render/audit/index.ts"
import { renderTable } from "../render/table.ts"
import { analyzeFiles } from "./analyze.ts"
import { orStdin } from "./arguments.ts"
import { printReadProblems } from "./captures.ts"
import { destination } from "./destination.ts"
import { EXIT, setExit } from "./exit.ts"
import { narrowing } from "./narrowing.ts"
import { type CommonOptions, collect, unknownWord, withNarrowing, withReading } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { selectedSas } from "./sa-option.ts"
import { VERSION } from "./version.ts"

interface AuditCommandOptions extends CommonOptions {
  readonly profile?: string[]
  readonly failOn?: string
  readonly listProfiles?: boolean
  readonly ascii?: boolean
  readonly all?: boolean
}

export function configure(command: Command): void {
  withReading(withNarrowing(command, ...AUDIT_FORMATS))
    .option("--profile <name>", `hold against ${PROFILE_NAMES.join(", ")}; repeatable (default: rfc)`, collect)
    .option("--fail-on <severity>", `exit with 1 on a finding as urgent as ${SEVERITIES.join(", ")}`)
    .option("--list-profiles", "print the profiles with their documents and dates")
    .option("--all", "each tunnel, however many there are; by default many are listed by rule")
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump audit capture.pcap
  ikedump audit capture.pcap --keys keys.json --profile cnsa2
  ikedump audit capture.pcap --sa ike/3
  ikedump audit capture.pcap --fail-on high --format sarif > audit.sarif
`

async function run(captures: string[], options: AuditCommandOptions): Promise<void> {
  if (options.listProfiles) return print([`${profileTable()}\n`])
  const paths = orStdin(captures, "audit")
  const format = wordOf(options.format, AUDIT_FORMATS, "format")
  const threshold = options.failOn === undefined ? undefined : wordOf(options.failOn, SEVERITIES, "severity")
  const profiles = profilesGiven(options.profile)
  const facts = new AuditFacts()
  const analysis = await analyzeFiles(paths, options, { observer: facts }, await narrowing(paths, options))
  printReadProblems(analysis.report)
  const result = audit(analysis, facts, { profiles, only: selectedSas(analysis.report, options) })
  print(
    renderAudit(result, analysis.report, format, {
      ...presentation(options.color),
      ascii: options.ascii,
      all: options.all,
      version: VERSION,
    }),
  )
  if (threshold && result.findings.some(f => reaches(f.severity, threshold))) setExit(EXIT.FAILED)
}

function profilesGiven(names: readonly string[] | undefined): readonly Profile[] {
  if (!names) return DEFAULT_PROFILES
  const found = names.flatMap(name => {
    const profiles = profilesNamed(name)
    if (profiles) return profiles
    throw unknownWord("profile", name, PROFILE_NAMES)
  })
  return [...new Set(found)]
}

function profileTable(): string {
  const rows = PROFILES.map(p => [p.id, p.date, p.document, p.title])
  return renderTable(
    ["profile", "date", "document", "title"].map(title => ({ title, shrink: title === "title" })),
    rows,
    { width: destination().screen.columns },
  )
}

function wordOf<T extends AuditFormat | AuditSeverity>(word: string, known: readonly T[], what: string): T {
  const found = known.find(k => k === word)
  if (found) return found
  throw unknownWord(what, word, known)
}
