/** Every profile against what its document says: name by name, and on each suite that the lab's daemons negotiated. */
import { describe, expect, it } from "vitest"
import { CONTROLS, type Control } from "../../src/audit/controls.ts"
import { verdictsOn } from "../../src/audit/coverage.ts"
import { PROFILES } from "../../src/audit/profiles/index.ts"
import type { CoverageStatus } from "../../src/audit/types.ts"
import { labScenarios, labTruth } from "../helpers/lab-secrets.ts"
import { ROWS, wordsOf } from "./documents.ts"
import { auditLab } from "./lab-table.ts"

const YEAR = 2026

/** Whether a profile is content with a name under a control; undefined when it says nothing of it. */
function met(profile: string, control: string, name: string): boolean | undefined {
  const p = PROFILES.find(x => x.id === profile)
  const c: Control | undefined = CONTROLS.find(x => x.id === control)
  if (!p || !c) throw new Error(`${profile} ${control}`)
  const names = name.split("+")
  const bits = control === "rsa-key" ? Number(name.slice("RSA-".length)) : undefined
  const proof = bits === undefined ? undefined : { method: "digital signature", bits }
  const verdicts = verdictsOn(p, c, { names, ...(proof && { proof }) }, YEAR)
  return verdicts.length === 0 ? undefined : verdicts.every(v => v.met)
}

describe("each profile judges as its document does", () => {
  it.each(ROWS.map(r => [`${r.profile} ${r.control} (${r.source})`, r] as const))("%s", (_, r) => {
    const wrong = [
      ...wordsOf(r.pass)
        .filter(n => met(r.profile, r.control, n) !== true)
        .map(n => `${n} should pass`),
      ...wordsOf(r.fail)
        .filter(n => met(r.profile, r.control, n) !== false)
        .map(n => `${n} should fail`),
      ...wordsOf(r.unnamed)
        .filter(n => met(r.profile, r.control, n) !== undefined)
        .map(n => `${n} is not named`),
    ]
    expect(wrong).toEqual([])
  })

  it("and every profile has rows", () => {
    expect(PROFILES.map(p => p.id).filter(id => !ROWS.some(r => r.profile === id))).toEqual([])
  })
})

/** The report's name of a proposal's part as the lab's daemons write it. */
const NAMES: Readonly<Record<string, string>> = {
  "3DES_CBC": "3DES-CBC",
  PRF_AES128_XCBC: "AES128-XCBC",
  AES_XCBC_96: "AES-XCBC-96",
  CHACHA20_POLY1305: "CHACHA20-POLY1305",
  CURVE_25519: "X25519",
  CURVE_448: "X448",
}
function nameOf(part: string): string {
  const bp = /^ECP_(\d+)_BP$/.exec(part)
  return (
    NAMES[part] ??
    (bp
      ? `BRAINPOOL-P${bp[1]}R1`
      : part
          .replace(/^PRF_|^KE\d_/, "")
          .replaceAll("_", "-")
          .replace("SHA2-", "SHA2-"))
  )
}

interface Parts {
  readonly encr: string[]
  readonly integ: string[]
  readonly prf: string[]
  readonly ke: string[]
}

/** `IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_512`. */
function partsOf(proposal: string): Parts {
  const all = proposal
    .slice(proposal.indexOf(":") + 1)
    .split("/")
    .filter(p => !/EXT_SEQ/.test(p))
  const ke = all.filter(p => /^(MODP|ECP|CURVE|KE\d)_/.test(p))
  const prf = all.filter(p => p.startsWith("PRF_"))
  const integ = all.filter(p => /^(HMAC|AES_XCBC)/.test(p))
  const encr = all.filter(p => ![...ke, ...prf, ...integ].includes(p))
  return { encr: encr.map(nameOf), integ: integ.map(nameOf), prf: prf.map(nameOf), ke: ke.map(nameOf) }
}

/** What the table says of all the names that a scenario has under a control; null when it is silent on one. */
function expected(profile: string, control: string, names: readonly string[]): CoverageStatus | null {
  const rows = ROWS.filter(r => r.profile === profile && r.control === control)
  const has = (list: "fail" | "pass" | "unnamed", n: string) => rows.some(r => wordsOf(r[list]).includes(n))
  const verdicts = names.map(n =>
    has("fail", n) ? "fail" : has("unnamed", n) ? "not named" : has("pass", n) ? "pass" : null,
  )
  if (verdicts.includes("fail")) return "fail"
  if (verdicts.includes("not named") && !verdicts.includes(null)) return "not named"
  return verdicts.length === 0 || verdicts.includes(null) ? null : "pass"
}

const names = labScenarios().filter(n => labTruth(n).ike.length > 0)

/** The suites that the daemons say they had, by control. */
function truthOf(name: string): ReadonlyMap<string, readonly string[]> {
  const truth = labTruth(name)
  const ike = truth.ike.map(i => partsOf(i.proposal ?? ""))
  const esp = truth.esp.map(e => ({ ...partsOf(e.proposal ?? ""), protocol: e.proto ?? "ESP" }))
  const unique = (list: readonly string[]) => [...new Set(list)]
  const v1 = String(truth.ike[0].version) === "1"
  return new Map([
    ["ike-version", [v1 ? "IKEv1" : "IKEv2"]],
    ["ike-encryption", unique(ike.flatMap(i => i.encr))],
    ["ike-integrity", v1 ? [] : unique(ike.flatMap(i => i.integ))],
    ["ike-prf", unique(ike.flatMap(i => i.prf))],
    ["ike-key-exchange", unique(ike.map(i => i.ke.join("+")))],
    ["ipsec-protocol", unique(esp.map(e => e.protocol))],
    ["ipsec-encryption", unique(esp.flatMap(e => e.encr))],
    ["ipsec-integrity", unique(esp.flatMap(e => e.integ))],
  ])
}

describe.skipIf(names.length === 0)("the lab's suites", () => {
  it.each(names)("%s: each profile says what its document does", async name => {
    const { coverage, tunnels } = await auditLab(name, true, { profiles: PROFILES })
    const truth = truthOf(name)
    const wrong: string[] = []
    let compared = 0
    for (const { profile, controls } of coverage)
      for (const { id, tunnels: of } of controls) {
        const wanted = expected(profile, id, truth.get(id) ?? [])
        if (wanted === null) continue
        // Several tunnels of one scenario: together they have the suites of all.
        const statuses = of.map(t => t.status)
        const order = ["fail", "not named", "pass"] as const
        const seen = order.find(s => statuses.includes(s)) ?? statuses[0]
        compared++
        if (seen !== wanted) wrong.push(`${profile} ${id}: ${seen}, not ${wanted} (${truth.get(id)?.join(" ")})`)
      }
    expect(wrong).toEqual([])
    expect(tunnels.length).toBeGreaterThan(0)
    expect(compared).toBeGreaterThan(20)
  })
})
