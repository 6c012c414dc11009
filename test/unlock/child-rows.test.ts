/** Keys as tools log them: without a salt, without an algorithm, for patterns of SPIs; each opens its lab capture all the same. */
import { describe, expect, it } from "vitest"
import { fromHex } from "../../src/bytes/hex.ts"
import { encrFromKeyLength } from "../../src/crypto/encr.ts"
import { type ChildSaSecret, NO_SECRETS, type Origin, type Secrets } from "../../src/secrets/secrets.ts"
import { analyzeLab, labFile, labScenarios, labTruth, opened } from "../helpers/lab-secrets.ts"

const bytes = (hex: string | null) => fromHex(hex ?? "") ?? new Uint8Array()
const origin = (kind: string, index: number): Origin => ({ file: "test", kind, index })
const name = (text: string | null) => text?.replaceAll("_", "-")

/** What the daemons knew of the data SAs, as rows. */
function rowsOf(scenario: string): ChildSaSecret[] {
  return labTruth(scenario).esp.map((e, i) => ({
    origin: origin("child_sas", i),
    protocol: e.proto as "ESP" | "AH",
    spi: Number.parseInt(e.spi ?? "", 16),
    encr: e.encr ? encrFromKeyLength(name(e.encr) ?? "", bytes(e.encr_key).length)?.name : undefined,
    integ: name(e.integ),
    key: bytes(e.encr_key),
    integKey: bytes(e.integ_key),
  }))
}

const ikeKeys = (scenario: string): Secrets["ikeSas"] =>
  labTruth(scenario).ike.map((i, n) => ({
    origin: origin("ike_sas", n),
    spiI: i.spi_i ?? "",
    spiR: i.spi_r ?? "",
    values: Object.fromEntries(["sk_ai", "sk_ar", "sk_ei", "sk_er"].flatMap(k => (i[k] ? [[k, bytes(i[k])]] : []))),
  }))

const open = async (scenario: string, secrets: Partial<Secrets>) =>
  analyzeLab([labFile(scenario, "capture.pcap")], { ...NO_SECRETS, ...secrets })

const scenarios = labScenarios().filter(s => labTruth(s).esp.some(e => e.encr_key))
const gcm = scenarios.filter(s => labTruth(s).esp.every(e => e.encr?.startsWith("AES_GCM_16")))

describe.skipIf(scenarios.length === 0)("rows of Child SAs", () => {
  it.each(scenarios)("whole rows open %s without any IKE secret", async scenario => {
    const { decrypted, icvFailed } = opened(await open(scenario, { childSas: rowsOf(scenario) }))
    expect([decrypted, icvFailed]).toEqual([labTruth(scenario).packets.esp, 0])
  })

  it("a wildcard in the SPI leaves other SPIs closed", async () => {
    const pattern = (row: ChildSaSecret) => row.spi!.toString(16).padStart(8, "0").replace(/.$/, "*")
    const rows = rowsOf("v2-psk-modp2048").map(r => ({ ...r, spi: undefined, spiPattern: pattern(r) }))
    const all = opened(await open("v2-psk-modp2048", { childSas: rows }))
    expect(all.decrypted).toBe(labTruth("v2-psk-modp2048").packets.esp)
    const none = rows.map(r => ({ ...r, spiPattern: "0000000*" }))
    expect(opened(await open("v2-psk-modp2048", { childSas: none })).decrypted).toBe(0)
  })

  it("a destination that NAT has changed only ranks a row", async () => {
    const rows = rowsOf("v2-nat").map(r => ({ ...r, destination: "192.0.2.1" }))
    expect(opened(await open("v2-nat", { childSas: rows })).decrypted).toBe(labTruth("v2-nat").packets.esp)
  })

  it("an ICV of ANY-128 is cut off, not checked", async () => {
    const rows = rowsOf("v2-psk-modp2048").map(r => ({ ...r, integ: "ANY-128", integKey: new Uint8Array() }))
    const { decrypted, icvOk } = opened(await open("v2-psk-modp2048", { childSas: rows }))
    expect([decrypted, icvOk]).toEqual([labTruth("v2-psk-modp2048").packets.esp, 0])
  })

  it("a row without algorithms takes the negotiated ones, and without a negotiation says so", async () => {
    const bare = rowsOf("v2-psk-modp2048").map(r => ({ ...r, encr: undefined, integ: undefined }))
    const keyed = await open("v2-psk-modp2048", { childSas: bare, ikeSas: ikeKeys("v2-psk-modp2048") })
    expect(opened(keyed)).toMatchObject({ decrypted: labTruth("v2-psk-modp2048").packets.esp, icvFailed: 0 })
    expect(opened(keyed).icvOk).toBe(labTruth("v2-psk-modp2048").packets.esp)
    // What opened the packets of a Child SA is its keys.
    expect(keyed.sas[0].children.map(c => [c.keyStatus, Object.keys(c.keys).length])).toEqual([["given", 4]])
    const closed = await open("v2-psk-modp2048", { childSas: bare })
    expect(opened(closed).decrypted).toBe(0)
    expect(closed.report.diagnostics.filter(d => d.code === "unusable-key")).toHaveLength(bare.length)
  })
})

describe.skipIf(gcm.length === 0)("AES-GCM keys without their salt", () => {
  it.each(gcm)("packets of %s give it away", async scenario => {
    const rows = rowsOf(scenario).map(r => ({ ...r, key: r.key.slice(0, -4), saltMissing: true }))
    const result = await open(scenario, { childSas: rows })
    expect(opened(result).icvOk).toBe(labTruth(scenario).packets.esp)
    expect(result.report.diagnostics.filter(d => d.code === "unusable-key")).toEqual([])
  })

  it("messages give away that of SK_e", async () => {
    const found = labScenarios().filter(s => labTruth(s).ike.some(i => i.encr?.startsWith("AES_GCM_16")))
    expect(found.length).toBeGreaterThan(0)
    for (const scenario of found) {
      const bare = (key?: Uint8Array) => key?.slice(0, -4)
      const whole = opened(await open(scenario, { ikeSas: ikeKeys(scenario) }))
      const ikeSas = ikeKeys(scenario).map(s => ({
        ...s,
        values: { ...s.values, sk_ei: bare(s.values.sk_ei), sk_er: bare(s.values.sk_er) },
        saltMissing: true,
      }))
      expect(opened(await open(scenario, { ikeSas })).messages, scenario).toBe(whole.messages)
      expect(whole.messages, scenario).toBeGreaterThan(0)
    }
  })

  it("other keys without a salt are said to be that", async () => {
    const scenario = scenarios.find(s => labTruth(s).esp.every(e => /CHACHA|CCM|CTR/.test(e.encr ?? "")))
    if (!scenario) return
    const rows = rowsOf(scenario).map(r => ({ ...r, key: r.key.slice(0, /CCM/.test(r.encr ?? "") ? -3 : -4) }))
    const { report } = await open(scenario, { childSas: rows })
    expect(
      report.diagnostics
        .filter(d => d.code === "unusable-key")
        .map(d => d.message)
        .join(),
    ).toContain("no salt")
  })
})
