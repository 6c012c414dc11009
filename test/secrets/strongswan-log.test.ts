/** charon's level 4 logs of the lab: every secret that the daemon's own records have is found, with its SPIs and epoch. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"

const lab = join(import.meta.dirname, "../../../shared/captures/lab")
const scenarios = existsSync(lab) ? readdirSync(lab).filter(d => existsSync(join(lab, d, "charon-left.log"))) : []
if (scenarios.length === 0) console.log("skipped: the lab captures are not beside the checkout")

const IKE_VALUES = "sk_d sk_ai sk_ar sk_ei sk_er sk_pi sk_pr sk_d_prime sk_pi_prime sk_pr_prime skeyseed".split(" ")
const V1_VALUES: Record<string, string> = {
  skeyid: "skeyid",
  skeyid_d: "skeyid_d",
  skeyid_a: "skeyid_a",
  skeyid_e: "skeyid_e",
  encr_key: "encryption_key",
}
const pieces = (hex: string | null): string[] => (hex ? (hex.match(/.{64}/g) ?? []) : [])

describe.skipIf(scenarios.length === 0)("lab logs", () => {
  it.each(scenarios)("%s", scenario => {
    const truth = JSON.parse(readFileSync(join(lab, scenario, "truth.json"), "utf8"))
    const { secrets, notes } = importSecrets(readFileSync(join(lab, scenario, "charon-left.log")), { file: scenario })
    // A log of the right side alone has epochs that the left one never derived.
    const left = truth.ike.filter((i: { from: string }) => i.from.includes("L"))
    const shared = secrets.dhShared.map(s => toHex(s.value))
    for (const ike of left) {
      for (const dh of [ike.dh_shared_secret, ...pieces(ike.additional_ke_secret)]) if (dh) expect(shared).toContain(dh)
      const names: [string, string][] = [
        ...IKE_VALUES.map((n): [string, string] => [n, n]),
        ...Object.entries(V1_VALUES),
      ]
      for (const [theirs, ours] of names)
        if (ike[theirs]) expect(valuesOf(secrets, ike, ours), theirs).toContain(ike[theirs])
    }
    for (const esp of truth.esp) {
      if (!left.some((i: { spi_i: string }) => i.spi_i === esp.ike_spi_i)) continue
      for (const dh of [esp.pfs_shared_secret, ...pieces(esp.pfs_additional_secret)])
        if (dh) expect(shared).toContain(dh)
      const child = secrets.childSas.find(c => c.spi === Number.parseInt(esp.spi, 16))
      expect(child && [toHex(child.key), toHex(child.integKey), child.protocol]).toEqual([
        esp.encr_key ?? "",
        esp.integ_key ?? "",
        esp.proto,
      ])
    }
    if (truth.ppk) expect(secrets.ppks.map(s => toHex(s.value))).toContain(truth.ppk.hex)
    if (truth.msk) expect(secrets.ikeSas.some(s => s.values.msk && toHex(s.values.msk) === truth.msk)).toBe(true)
    const psks = secrets.psks.map(s => new TextDecoder().decode(s.value))
    if (truth.psk && truth.auth === "psk" && left[0]?.version === 2 && !truth.expected_failures.length)
      expect(psks).toContain(truth.psk)
    if (truth.msk) expect(psks).toEqual([])
    expect(notes.filter(n => n.severity === "warning")).toEqual([])
  })
})

function valuesOf(secrets: Secrets, ike: { spi_i: string; spi_r: string }, name: string): string[] {
  return secrets.ikeSas
    .filter(s => s.spiI === ike.spi_i && s.spiR === ike.spi_r)
    .flatMap(s => (s.values[name as "sk_d"] ? [toHex(s.values[name as "sk_d"]!)] : []))
}

describe("other shapes of the log", () => {
  const log = readFileSync(join(import.meta.dirname, "../../fixtures/keys/strongswan/charon.log"), "utf8")
  const base = importSecrets(log, { file: "a" }).secrets
  const values = (s: Secrets) => s.dhShared.map(d => toHex(d.value))

  it("syslog with levels", () => {
    const text = log.replace(/^\S+ (\d\d)\[(\w+)\]/gm, "Nov 21 00:00:04 gw charon-systemd[811]: $1[$24]")
    const { secrets } = importSecrets(text, { file: "a" })
    expect(secrets.ikeSas.map(s => s.values)).toEqual(base.ikeSas.map(s => s.values))
    expect(secrets.childSas.map(c => toHex(c.key))).toEqual(base.childSas.map(c => toHex(c.key)))
  })

  it("without names of the IKE SAs: by thread", () => {
    const { secrets } = importSecrets(log.replace(/ <[^>]*>/g, ""), { file: "a" })
    expect(values(secrets)).toEqual(values(base))
    expect(secrets.ikeSas[0].values).toEqual(base.ikeSas[0].values)
    const keys = new Set(secrets.childSas.map(c => `${c.spi} ${toHex(c.key)}`))
    for (const c of base.childSas) expect(keys).toContain(`${c.spi} ${toHex(c.key)}`)
  })

  it("without the exchange lines: both directions are given, and that is said", () => {
    const { secrets, notes } = importSecrets(log.replace(/^.*parsed .*\n/gm, ""), { file: "a" })
    expect(secrets.childSas).toHaveLength(4)
    expect(notes.map(n => n.message).join()).toContain("both directions")
  })

  it("with a dump cut short, or rows of another thread in between", () => {
    const lines = log.split("\n")
    const at = lines.findIndex(l => l.includes("key exchange secret => 256"))
    lines.splice(at + 3, 0, "00:00:04 07[NET] <other|9> received packet: from 1.2.3.4[500]")
    expect(values(importSecrets(lines.join("\n"), { file: "a" }).secrets)).toEqual(values(base))
    lines.splice(at + 5, 2)
    expect(importSecrets(lines.join("\n"), { file: "a" }).secrets.dhShared).toEqual([])
  })
})

describe("a connection that changes its name", () => {
  const dump = (name: string, label: string, byte: string, n: number) =>
    `13[IKE] <${name}> ${label} => ${n} bytes @ 0x7f00\n` +
    Array.from(
      { length: n / 16 },
      (_, i) => `13[IKE] <${name}> ${String(16 * i).padStart(4)}: ${Array(16).fill(byte).join(" ")}  x\n`,
    ).join("")
  const log = (later: string) =>
    dump("1", "SKEYSEED", "AA", 32) +
    dump("1", "Sk_pi secret", "AB", 32) +
    `13[IKE] <${later}> EAP method EAP_MSCHAPV2 succeeded, MSK established\n` +
    dump(later, "secret", "CD", 64)

  it("keeps the MSK with the keys that were logged under the number alone", () => {
    const [sa] = importSecrets(log("lab|1"), { file: "t" }).secrets.ikeSas
    expect(sa.values.msk?.length).toBe(64)
    expect(importSecrets(log("lab|2"), { file: "t" }).secrets.ikeSas[0].values.msk).toBeUndefined()
  })
})
