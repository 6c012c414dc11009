/** What the tests of rules share: rules from text, sample reports, and the lab's captures analyzed with their secrets. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { loadRules } from "../../src/check/load.ts"
import type { Outcome } from "../../src/check/outcome.ts"
import { RulesError } from "../../src/check/rules.ts"
import { runRules } from "../../src/check/run.ts"
import { analyzeFiles, importSecrets, NO_SECRETS, nodeProvider } from "../../src/node/index.ts"
import type { Report } from "../../src/report/types.ts"

export const LAB = resolve(import.meta.dirname, "../../../shared/captures/lab")

/** Runs rules given as the text of a rules file. */
export async function check(report: Report, text: string, vars: Record<string, string> = {}): Promise<Outcome> {
  return runRules(await loadText(text, {}, vars), report)
}

/** Loads a rules file from text; `others` are the files it may include. */
export const loadText = (text: string, others: Record<string, string> = {}, vars: Record<string, string> = {}) =>
  loadRules(["rules.yaml"], {
    vars,
    read: async path => {
      const found = path === "rules.yaml" ? text : others[path]
      if (found === undefined) throw new Error("no such file")
      return { file: path, text: found }
    },
  })

/** The error of a malformed rules file; fails when there is none. */
export async function faultOf(text: string, others: Record<string, string> = {}): Promise<RulesError> {
  try {
    await loadText(text, others)
  } catch (e) {
    if (e instanceof RulesError) return e
    throw e
  }
  throw new Error("the rules file has no fault")
}

/** A rules file of one rule, its members given as YAML lines. */
export const oneRule = (...lines: string[]): string =>
  `ikedump_rules: 1\nrules:\n  - name: the rule\n${lines.map(l => `    ${l}\n`).join("")}`

interface Truth {
  readonly psk?: string
  readonly ppk?: { readonly id: string; readonly hex: string }
  readonly msk?: string
  readonly ike: readonly { spi_i: string; spi_r: string; dh_shared_secret?: string; additional_ke_secret?: string }[]
  readonly esp: readonly { pfs_shared_secret?: string; pfs_additional_secret?: string }[]
}

/** The report of a lab scenario with every secret that its daemons used. */
export async function labReport(name: string): Promise<Report> {
  const folder = resolve(LAB, name)
  const keys = keysOf(JSON.parse(readFileSync(resolve(folder, "truth.json"), "utf8")), resolve(folder, "certs"))
  const secrets = importSecrets(JSON.stringify(keys), { file: "keys.json" }).secrets ?? NO_SECRETS
  const { report } = await analyzeFiles([resolve(folder, "capture.pcap")], { provider: nodeProvider, secrets })
  return report
}

function keysOf(truth: Truth, certs: string) {
  const shared = [
    ...truth.ike.flatMap(i => [i.dh_shared_secret, ...halves(i.additional_ke_secret)]),
    ...truth.esp.flatMap(e => [e.pfs_shared_secret, ...halves(e.pfs_additional_secret)]),
  ]
  const pem = existsSync(certs) ? readdirSync(certs).filter(f => f.endsWith(".pem")) : []
  const [first] = truth.ike
  return {
    ikedump_keys: 1,
    dh_shared: [...new Set(shared.filter(Boolean))],
    certificates: pem.map(f => readFileSync(resolve(certs, f), "utf8")),
    ...(truth.psk ? { psks: [{ secret: truth.psk }] } : {}),
    ...(truth.ppk ? { ppks: [{ id: truth.ppk.id, secret: { hex: truth.ppk.hex } }] } : {}),
    ...(truth.msk ? { ike_sas: [{ spi_i: first.spi_i, spi_r: first.spi_r, msk: truth.msk }] } : {}),
  }
}

/** Several additional key exchanges stand joined, 32 bytes each. */
const halves = (hex: string | undefined): (string | undefined)[] =>
  hex && hex.length > 64 && hex.length % 64 === 0 ? (hex.match(/.{64}/g) ?? []) : [hex]
