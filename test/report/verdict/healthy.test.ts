/** Every capture that works, with keys and without: no outcome but up or closed, no finding above info but those that are true. */
import { existsSync, readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import type { Report } from "../../../src/report/types.ts"
import { analyzeCapture, fixtureCapture, fixtureSecrets } from "../../helpers/capture-edit.ts"
import { analyzedLab, labScenarios, labTruth } from "../../helpers/lab-secrets.ts"

const WELL = ["up", "closed"]

/** Fixtures where something was refused, or where strangers ask: the daemons' logs say so. */
const REFUSED = [
  "v1-no-proposal",
  "v1-wrong-psk",
  "v2-auth-failed",
  "v2-cookie",
  "v2-no-proposal",
  "v2-ts-unacceptable",
  "strongswan/v1-aggr-wrongpsk",
  "strongswan/v1-ah",
  "strongswan/v1-transport",
  "strongswan/v2-ah",
  "strongswan/v2-badcert",
  "strongswan/v2-child-nopr",
  "strongswan/v2-eap-gtc",
  "strongswan/v2-multiauth-psk",
  "strongswan/v2-transport",
  "strongswan/v2-wrongid",
]

/** Has no packet; has ESP alone. */
const WITHOUT_IKE = ["strongswan/v1-wrongpsk", "iptfs"]

/** What is true of captures that work. */
const TRUE: readonly (readonly [code: string, where: RegExp])[] = [
  // A password can be guessed from Aggressive Mode with a pre-shared key.
  ["aggressive-psk", /v1-aggr-psk|v1-aggr$|vp-3des|xauth-aggr/],
  // The lab doubled one packet of each SA with extended sequence numbers.
  ["esp-replay", /^ls-ls-|v2-esn/],
]

function expectHealthy(name: string, report: Report): void {
  expect(report.ike_sas.length).toBeGreaterThan(0)
  expect(
    report.ike_sas.filter(sa => !WELL.includes(sa.verdict.outcome)).map(sa => [sa.id, sa.verdict.headline]),
  ).toEqual([])
  const unexpected = report.diagnostics.filter(
    d => d.severity !== "info" && !TRUE.some(([code, where]) => code === d.code && where.test(name)),
  )
  expect(unexpected.map(d => [d.code, d.message])).toEqual([])
}

const FIXTURES = resolve(import.meta.dirname, "../../../fixtures")
const fixtures = ["", "strongswan"].flatMap(folder =>
  readdirSync(resolve(FIXTURES, folder))
    .map(name => (folder === "" ? name : `${folder}/${name}`))
    .filter(name => existsSync(resolve(FIXTURES, name, "capture.pcap"))),
)

describe("fixtures", () => {
  it.each(fixtures.filter(n => ![...REFUSED, ...WITHOUT_IKE].includes(n)))("%s", async name => {
    const capture = fixtureCapture(name)
    expectHealthy(name, (await analyzeCapture(capture)).report)
    expectHealthy(name, (await analyzeCapture(capture, fixtureSecrets(name))).report)
  })

  it.each(REFUSED)("%s is none that works", async name => {
    const { report } = await analyzeCapture(fixtureCapture(name), fixtureSecrets(name))
    expect(report.ike_sas.some(sa => !WELL.includes(sa.verdict.outcome))).toBe(true)
  })
})

const healthy = labScenarios().filter(s =>
  labTruth(s).verdicts?.every(v => v.outcome?.every(outcome => WELL.includes(outcome))),
)

describe.skipIf(healthy.length === 0)("the lab", () => {
  it.each(healthy)("%s", async scenario => {
    for (const keys of ["none", "dh"] as const) expectHealthy(scenario, (await analyzedLab(scenario, keys)).report)
  })
})
