/** The lab's scenarios, their true secrets as a keys file of one kind, and what an analysis opened. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { inflateRawSync } from "node:zlib"
import type { AnalysisResult, AnalyzeOptions } from "../../src/analyze-options.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"

const LAB = resolve(import.meta.dirname, "../../../shared/captures/lab")

/** Names of the scenarios; none, and the reason printed, when the lab is not beside the checkout. */
export function labScenarios(): string[] {
  if (existsSync(LAB)) return readdirSync(LAB).filter(d => existsSync(join(LAB, d, "truth.json")))
  console.log("skipped: the lab captures are not beside the checkout")
  return []
}

export const labFile = (scenario: string, name: string): string => join(LAB, scenario, name)

export interface LabTruth {
  readonly psk: string | null
  readonly ppk: { id: string; hex: string } | null
  readonly msk: string | null
  readonly packets: { esp: number; ah: number }
  readonly ike: readonly Record<string, string | null>[]
  readonly esp: readonly Record<string, string | null>[]
  readonly expected_failures: readonly string[]
  /** The true reason of a failure, null where all went well; the first scenarios do not say. */
  readonly cause?: string | null
  /** What a right report says of a capture, with every g^ir (`dh`) or without keys. */
  readonly verdicts?: readonly LabVerdict[]
  readonly exchanges: readonly (readonly [frame: number, exchange: string, ...unknown[]])[]
}

interface LabVerdict {
  readonly capture: string
  readonly keys: "none" | "dh"
  /** Those that are right for the worst IKE SA. */
  readonly outcome: readonly string[] | null
  readonly causes?: readonly string[] | null
}

export const labTruth = (scenario: string): LabTruth =>
  JSON.parse(readFileSync(labFile(scenario, "truth.json"), "utf8"))

/** Whether the scenario is a negotiation of IKEv1. */
export const isV1 = (scenario: string): boolean =>
  labTruth(scenario).exchanges.some(([, exchange]) => exchange === "MAIN" || exchange === "AGGRESSIVE")

const pieces = (hex: string | null): string[] =>
  !hex ? [] : hex.length > 64 && hex.length % 64 === 0 ? (hex.match(/.{64}/g) ?? []) : [hex]
const flip = (hex: string): string =>
  hex.slice(0, -2) + (Number.parseInt(hex.slice(-2), 16) ^ 1).toString(16).padStart(2, "0")

/** The keys file with every g^ir, the PSK, the PPK and the MSK; `wrong` turns a bit of each g^ir and leaves the PSK out. */
export function dhKeysFile(scenario: string, wrong = false): string {
  const t = labTruth(scenario)
  const shared = [
    ...t.ike.flatMap(i => [i.dh_shared_secret, ...pieces(i.additional_ke_secret)]),
    ...t.esp.flatMap(e => [e.pfs_shared_secret, ...pieces(e.pfs_additional_secret)]),
  ].filter(s => s !== null && s !== undefined)
  const certs = labFile(scenario, "certs")
  const { spi_i, spi_r } = t.ike[0] ?? {}
  return JSON.stringify({
    ikedump_keys: 1,
    psks: t.psk && !wrong ? [{ secret: t.psk }] : [],
    ppks: t.ppk ? [{ id: t.ppk.id, secret: { hex: t.ppk.hex } }] : [],
    dh_shared: [...new Set(shared)].map(s => (wrong ? flip(s) : s)),
    certificates: existsSync(certs)
      ? readdirSync(certs)
          .filter(f => f.endsWith(".pem"))
          .map(f => readFileSync(join(certs, f), "utf8"))
      : [],
    ike_sas: t.msk && !wrong ? [{ spi_i, spi_r, msk: t.msk }] : [],
  })
}

/** The keys file read. */
export const dhSecrets = (scenario: string, wrong = false): Secrets =>
  importSecrets(dhKeysFile(scenario, wrong), { file: "dh" }).secrets

/** Analyzes captures of the disk with these secrets. */
export function analyzeLab(
  paths: readonly string[],
  secrets: Secrets = NO_SECRETS,
  extra: Partial<AnalyzeOptions> = {},
): Promise<AnalysisResult> {
  return analyze(
    { rereadable: true, read: handler => readCaptures(paths, handler) },
    {
      provider: nodeProvider,
      secrets,
      ...extra,
      data: { inflate: bytes => new Uint8Array(inflateRawSync(bytes)), ...extra.data },
    },
  )
}

const analyzed = new Map<string, Promise<AnalysisResult>>()
/** A scenario under its DH secrets, or without any: analyzed once for all tests, which only read it. */
export function analyzedLab(scenario: string, keys: "dh" | "none" = "dh"): Promise<AnalysisResult> {
  const name = `${scenario} ${keys}`
  const known = analyzed.get(name)
  if (known) return known
  const made = analyzeLab([labFile(scenario, "capture.pcap")], keys === "dh" ? dhSecrets(scenario) : NO_SECRETS)
  analyzed.set(name, made)
  return made
}

/** How much of a capture is open: messages and data packets of IKE and data SAs. */
export function opened({ sas, report }: Pick<AnalysisResult, "sas" | "report">) {
  const messages = sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages))
  const sum = (name: "decrypted" | "icv_ok" | "icv_failed") => report.esp_sas.reduce((n, e) => n + e[name], 0)
  return {
    messages: messages.filter(m => m.opened).length,
    decrypted: sum("decrypted"),
    icvOk: sum("icv_ok"),
    icvFailed: sum("icv_failed"),
  }
}
