/** The audit for other tools: CSV by its RFC, Markdown whose tables hold, and a CBOM that CycloneDX' own schema takes. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Ajv } from "ajv"
import { describe, expect, it } from "vitest"
import { PROFILES } from "../../src/audit/profiles/index.ts"
import { renderAudit } from "../../src/render/audit/index.ts"
import { csvLine } from "../../src/render/csv.ts"
import { mdCode, mdText } from "../../src/render/markdown.ts"
import { PlayV1 } from "../play/play-v1.ts"
import { PlayV2, type SuiteSpec } from "../play/play-v2.ts"
import { audited, keysOf } from "./audited.ts"

const WEAK: SuiteSpec = { encr: "3DES-CBC", integ: "HMAC-MD5-96", prf: "HMAC-MD5", ke: 2 }
const HYBRID: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 20, additional: [37] }

const result = await audited(
  tape => {
    const weak = new PlayV2(tape, { suite: WEAK }).saInit().auth({ child: { encr: "DES-CBC", integ: "HMAC-SHA1-96" } })
    const hybrid = new PlayV2(tape, { suite: HYBRID })
      .saInit()
      .addKe(37)
      .auth({ child: { encr: "AES-GCM-16-256" } })
    hybrid.child("initiator", { encr: "AES-GCM-16-256", ke: [20, 37] })
    new PlayV1(tape).aggressive()
    return keysOf(weak, hybrid)
  },
  { profiles: PROFILES },
)
const render = (format: "csv" | "markdown" | "cyclonedx") =>
  [...renderAudit(result, result.analysis.report, format, { version: "0.0.0" })].join("")

/** RFC 4180 §2, as a reader would. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (end === "\r\n") rows.push([])
  }
  return rows.filter(r => r.length > 1)
}

describe("csv", () => {
  const [titles, ...rows] = parseCsv(render("csv"))

  it("has a line a tunnel, and a cell a column", () => {
    expect(rows.map(r => r[0])).toEqual(result.tunnels.map(t => t.id))
    for (const r of rows) expect(r.length).toBe(titles.length)
    const row = Object.fromEntries(titles.map((t, i) => [t, rows[0][i]]))
    expect(row).toMatchObject({
      version: "IKEv2",
      suite: "3DES-CBC HMAC-MD5-96 HMAC-MD5 MODP-1024",
      initiator_id: "left.lab",
      initiator_auth: "pre-shared key",
      worst: "critical",
      quantum: "weak",
    })
    expect(row.cnsa2_fail).toContain("ike-encryption; ")
    expect(row["sp800-77r1_not_observable"]).toContain("forward-secrecy")
  })

  it("quotes what needs it, and lets no cell be a formula", () => {
    expect(csvLine(["a,b", 'c"d', "e\nf", null, -5, "=1+1", "@x", "+4", "-a"])).toBe(
      '"a,b","c""d",e\\nf,,-5,\'=1+1,\'@x,+4,\'-a\r\n',
    )
  })
})

describe("markdown", () => {
  it("has tables whose lines have as many cells as their headings", () => {
    const blocks = render("markdown")
      .split(/\n\n/)
      .map(b => b.split("\n").filter(l => l.startsWith("|")))
      .filter(b => b.length > 0)
    expect(blocks.length).toBeGreaterThan(3)
    const cells = (l: string) => l.replace(/\\./g, "").split("|").length
    for (const b of blocks) expect(new Set(b.map(cells)).size).toBe(1)
  })

  it("tells the sum, findings, coverage and posture", () => {
    const text = render("markdown")
    expect(text).toMatch(/^## Audit of `/)
    expect(text).toMatch(/\*\*\d+ findings\*\*: 1 critical/)
    for (const head of ["### Findings", "### Coverage of RFC 9206", "### Posture"]) expect(text).toContain(head)
  })

  it("makes no markup of what a capture says", () => {
    expect(mdText("<img src=x> a|b `c` [d](e) &amp; \u202e")).toBe(
      "\\<img src=x\\> a\\|b \\`c\\` \\[d\\](e) \\&amp; \\\\u202e",
    )
    expect(mdCode("a`b")).toBe("`` a`b ``")
  })
})

describe("cyclonedx", () => {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
    "res/schema",
  )
  const schema = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"))
  const ajv = new Ajv({ strict: false, allErrors: true })
  for (const f of ["date-time", "email", "idn-email", "uri", "iri-reference"]) ajv.addFormat(f, true)
  ajv.addSchema(schema("spdx.SNAPSHOT.schema.json"), "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json")
  ajv.addSchema(schema("jsf-0.82.SNAPSHOT.schema.json"), "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json")
  const validate = ajv.compile(schema("bom-1.6.SNAPSHOT.schema.json"))
  const bom = JSON.parse(render("cyclonedx"))

  it("is as the published schema wants it", () => {
    expect(validate(bom) ? [] : validate.errors?.map(e => `${e.instancePath} ${e.message}`)).toEqual([])
    expect(validate({ ...bom, bomFormat: "SPDX" })).toBe(false)
    const wrong = { type: "cryptographic-asset", name: "x", cryptoProperties: { assetType: "cipher" } }
    expect(validate({ ...bom, components: [wrong] })).toBe(false)
  })

  it("refers to components that are there, and to each once", () => {
    const refs = bom.components.map((c: { "bom-ref": string }) => c["bom-ref"])
    expect(new Set(refs).size).toBe(refs.length)
    for (const d of bom.dependencies) for (const ref of [d.ref, ...d.dependsOn]) expect(refs).toContain(ref)
  })

  it("says what is post-quantum and what is not", () => {
    const of = (ref: string) =>
      bom.components.find((c: { "bom-ref": string }) => c["bom-ref"] === ref)?.cryptoProperties.algorithmProperties
    expect(of("algorithm/ke/ML-KEM-1024")).toMatchObject({ primitive: "kem", nistQuantumSecurityLevel: 5 })
    expect(of("algorithm/ke/ECP-384")).toMatchObject({
      primitive: "key-agree",
      curve: "nist/P-384",
      nistQuantumSecurityLevel: 0,
    })
    expect(of("algorithm/encr/AES-GCM-16-256")).toMatchObject({
      primitive: "ae",
      mode: "gcm",
      nistQuantumSecurityLevel: 5,
    })
    const ike = bom.components.find((c: { "bom-ref": string }) => c["bom-ref"] === "protocol/ike/ike/1")
    expect(ike.cryptoProperties.protocolProperties.ikev2TransformTypes).toMatchObject({
      ke: ["algorithm/ke/ECP-384", "algorithm/ke/ML-KEM-1024"],
      auth: ["material/pre-shared key"],
    })
  })

  it("is the same, number and all, for the same audit", () => {
    expect(render("cyclonedx")).toBe(render("cyclonedx"))
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  })
})
