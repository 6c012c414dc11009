/**
 * A captured negotiation as a test: what two gateways agreed on is held against what they were configured to do.
 *
 * In a project of your own, record in CI (`tcpdump -w vpn.pcap`), let the daemon write its secrets (`docs/keys.md`), and import from
 * "ikedump/node" and "ikedump/vitest".
 */
import { resolve } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { analyzeFiles, loadSecrets, type Report } from "../src/node/index.ts"
import "../src/vitest.ts"

const folder = resolve(import.meta.dirname, "../fixtures/v2-nat")

describe("the tunnel between left.lab and right.lab", () => {
  let report: Report

  beforeAll(async () => {
    const { secrets } = await loadSecrets([resolve(folder, "keys.json")])
    report = (await analyzeFiles([resolve(folder, "capture.pcap")], { secrets })).report
  })

  it("comes up, and both sides are who they should be", () => {
    expect(report).toEstablishIkeSa({
      version: "2.0",
      auth: "pre-shared key",
      idInitiator: "left.lab",
      idResponder: "right.lab",
    })
  })

  it("uses the algorithms that both are configured for", () => {
    expect(report).toHaveSuite({ encr: "AES-CBC-256", prf: "HMAC-SHA2-256", ke: ["X25519"] })
    for (const child of report.ike_sas.flatMap(sa => sa.child_sas))
      expect(child).toHaveSuite({ encr: "AES-GCM-16-256", integ: null })
  })

  it("is proven: authentication on both sides, and every ESP packet", () => {
    expect(report).toVerify({ checks: ["auth-initiator", "auth-responder", "child-keys", "esp-icv"] })
  })

  it("is rekeyed while data flows", () => {
    expect(report.ike_sas.filter(sa => sa.rekeys !== null)).toHaveLength(1)
    expect(report.ike_sas.flatMap(sa => sa.child_sas).filter(child => child.rekeys !== null)).toHaveLength(1)
  })

  it("has nothing to complain about", () => {
    expect(report).toHaveNoFindings()
  })
})
