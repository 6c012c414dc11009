/**
 * Negotiations of strongSwan 5.9.8 with itself, recorded by us: with the Diffie-Hellman secrets, pre-shared keys, MSKs and certificates of the
 * peers everything opens and every claim holds; with one bit of each secret turned nothing does.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { analyze } from "../../src/pipeline.ts"
import type { Report } from "../../src/report/types.ts"
import { importSecrets } from "../../src/secrets/import.ts"

const folder = join(import.meta.dirname, "../../fixtures/strongswan")

/** Negotiations that were made to fail: the code that must say why, or null where only part of it is in the capture. */
const FAILURES: Readonly<Record<string, string>> = {
  "v1-ah": "no-proposal-chosen",
  "v1-transport": "no-proposal-chosen",
  "v2-ah": "no-proposal-chosen",
  "v2-transport": "no-proposal-chosen",
  "v2-child-nopr": "no-proposal-chosen",
  "v2-badcert": "authentication-failed",
  "v2-wrongid": "authentication-failed",
  "v2-multiauth-psk": "authentication-failed",
  "v2-eap-gtc": "eap-failed",
}
/** The peers used another pre-shared key than the keys file has. */
const OTHER_PSK: readonly string[] = ["v1-wrongpsk", "v1-aggr-wrongpsk"]

async function report(name: string, change: (keys: KeysFile) => KeysFile = k => k): Promise<Report> {
  const keys = change(JSON.parse(readFileSync(join(folder, name, "keys.json"), "utf8")) as KeysFile)
  const { secrets } = importSecrets(JSON.stringify(keys), { file: "keys.json" })
  const capture = new Uint8Array(readFileSync(join(folder, name, "capture.pcap")))
  return (
    await analyze(memorySource(capture), {
      provider: nodeProvider,
      secrets,
      data: { createOpener: createNodeEspOpener },
    })
  ).report
}

interface KeysFile {
  dh_shared?: string[]
  psks?: { secret: string }[]
  [member: string]: unknown
}

const flip = (hex: string): string => hex.slice(0, -1) + (Number.parseInt(hex.at(-1) ?? "0", 16) ^ 1).toString(16)
/** Messages of which something inside is shown. */
const opened = (r: Report): number =>
  r.ike_sas
    .flatMap(s => s.exchanges.flatMap(x => x.messages))
    .filter(m => m.encrypted && m.payloads.some(p => p !== "SK" && p !== "SKF")).length

describe("strongSwan", () => {
  const names = readdirSync(folder)
  it.each(names.filter(n => !OTHER_PSK.includes(n)))("%s opens and verifies", async name => {
    const r = await report(name)
    const checks = r.ike_sas.flatMap(s => s.checks)
    expect(checks.filter(c => c.status === "fail").map(c => `${c.id} frame ${c.frame}: ${c.reason}`)).toEqual([])
    expect(r.ike_sas.map(s => s.keys.status)).toEqual(r.ike_sas.map(() => "derived"))
    expect(checks.filter(c => c.id === "sk-integrity" && c.status !== "pass")).toEqual([])
    for (const e of r.esp_sas) expect([e.spi, e.icv_ok, e.icv_failed]).toEqual([e.spi, e.packets, 0])
    const errors = r.diagnostics.filter(d => d.severity === "error").map(d => d.code)
    if (FAILURES[name]) expect(errors).toContain(FAILURES[name])
    else {
      expect(errors).toEqual([])
      const proven = checks
        .filter(c => /^auth-|^ikev1-(hash|sig)-[ir]$/.test(c.id) && c.status === "pass")
        .map(c => c.id)
      expect(new Set(proven).size).toBeGreaterThanOrEqual(2)
    }
  })

  it.each(names)("%s stays closed under wrong secrets", async name => {
    const r = await report(name, k => ({ ...k, dh_shared: k.dh_shared?.map(flip), psks: [] }))
    expect(r.ike_sas.every(s => s.keys.status === "none")).toBe(true)
    expect(opened(r)).toBe(0)
    expect(r.esp_sas.reduce((n, e) => n + (e.decrypted > 0 && e.icv_ok > 0 ? 1 : 0), 0)).toBe(0)
  })

  it.each(OTHER_PSK)("%s stays closed: another pre-shared key", async name => {
    const r = await report(name)
    expect(r.ike_sas.every(s => s.keys.status === "none")).toBe(true)
  })
})
