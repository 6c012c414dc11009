/** The audit of every lab scenario, with all keys and without: what is weak is found, what is healthy is left in peace. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { AuditResult } from "../../src/audit/types.ts"
import { isV1, labScenarios, labTruth } from "../helpers/lab-secrets.ts"
import { brief } from "./audited.ts"
import { auditDocument, auditLab } from "./lab-table.ts"

const names = labScenarios()

/** What must be found with keys, beside what else is reported. */
const WEAK: Readonly<Record<string, readonly string[]>> = {
  "v1-3des-md5": [
    "high weak-prf",
    "high weak-key-exchange",
    "high weak-integrity",
    "medium weak-encryption",
    "medium ikev1",
  ],
  "v1-aes256-md5": ["high weak-prf", "high weak-integrity"],
  "v1-aggr-psk": ["high aggressive-mode-psk", "medium weak-key-exchange", "low identity-in-clear"],
  "v1-pfs": ["high weak-key-exchange"],
  "v1-xauth-psk-cfg": ["medium xauth-group-key"],
  "v2-ah-sha1": ["low weak-integrity", "low ah-without-encryption"],
  "v2-alg-3des-sha1": ["high weak-key-exchange", "medium weak-encryption", "low weak-integrity", "low weak-prf"],
  "v2-alg-blowfish": ["high weak-encryption", "medium weak-encryption"],
  "v2-alg-ccm12": ["high weak-key-exchange"],
  "v2-alg-ecp192": ["medium weak-key-exchange", "low weak-prf"],
  "v2-alg-null-sha256": ["medium null-encryption"],
  "v2-eap-gtc": ["medium eap-without-key"],
  "v2-eap-mschapv2": ["low eap-weak-method"],
  "v2-esn": ["low replayed-packets"],
  "dh2-ecp521-ecp192": ["medium weak-key-exchange"],
  "dh2-modp1024s160": ["high weak-key-exchange", "medium weak-key-exchange"],
}
/** IKEv2 that went well, with nothing above `low` to be said: without forward secrecy in rekeys, or with HMAC-SHA1, at worst. */
const HEALTHY = names.filter(n => !isV1(n) && !labTruth(n).cause && !(n in WEAK))
/** And nothing at all. */
const SPOTLESS = [
  "v2-rsa-gcm-ecp384",
  "v2-mlkem768",
  "v2-ed25519-x448",
  "v2-rsapss",
  "v2-psk-modp2048",
  "lsw-v2-psk",
  "v2-cookie",
]

/** The table holds what the script that renews it saw: a scenario that came later is no difference. */
const document = readFileSync(new URL("../../docs/audit.md", import.meta.url), "utf8")
const isDocumented = (name: string): boolean => process.env.IKEDUMP_RENEW === "1" || document.includes(`\n| ${name} |`)

const audits = new Map<string, Promise<AuditResult>>()
function auditOf(name: string, keyed = true): Promise<AuditResult> {
  const key = `${name} ${keyed}`
  const known = audits.get(key) ?? auditLab(name, keyed)
  audits.set(key, known)
  return known
}

describe.skipIf(names.length === 0)("the lab", () => {
  it.each(Object.keys(WEAK))("%s: its weakness is found", async name => {
    expect(brief(await auditOf(name))).toEqual(expect.arrayContaining([...WEAK[name]]))
  })

  it.each(HEALTHY)("%s: nothing of medium or above", async name => {
    const urgent = brief(await auditOf(name)).filter(t => /^(critical|high|medium)/.test(t))
    expect(urgent).toEqual([])
  })

  it.each(SPOTLESS)("%s: nothing above info", async name => {
    expect(brief(await auditOf(name))).toEqual([])
  })

  it.each(names.filter(isV1))("%s: IKEv1 is reported, with keys and without", async name => {
    for (const keyed of [true, false]) expect(brief(await auditOf(name, keyed))).toContain("medium ikev1")
  })

  it.each(names)("%s: without keys nothing is reported that keys would take back", async name => {
    const [open, closed] = [brief(await auditOf(name)), brief(await auditOf(name, false))]
    expect(closed.filter(t => !open.includes(t))).toEqual([])
  })

  it("certificates after their last day are reported, with IKEv2 and IKEv1", async () => {
    for (const name of ["v2-rsapss", "v1-main-rsa"]) {
      const late = await auditLab(name, true, { years: 40 })
      const expired = late.findings.filter(f => f.rule === "certificate-expired")
      expect(expired.map(f => [f.severity, f.frames.length])).toEqual([
        ["high", 1],
        ["high", 1],
      ])
    }
  })

  it("post-quantum posture", async () => {
    const grade = async (name: string, keyed: boolean) => (await auditOf(name, keyed)).tunnels[0].quantum
    expect(await grade("v2-mlkem768", true)).toBe("hybrid")
    expect(await grade("v2-mlkem768", false)).toBe("hybrid")
    expect(await grade("v2-ppk", true)).toBe("ppk")
    expect(await grade("v2-ppk", false)).toBe("ppk")
    expect(await grade("v2-ed25519-x448", true)).toBe("classical")
    expect(await grade("v2-alg-3des-sha1", false)).toBe("weak")
  })
})

it("docs/audit.md has these findings, the rules and the profiles (`node scripts/audit-docs.mjs` renews it)", async () => {
  const { file, text } = await auditDocument(names.filter(isDocumented), auditOf)
  await expect(text).toMatchFileSnapshot(file)
})
