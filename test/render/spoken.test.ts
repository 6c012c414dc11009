/** Differences in words: lists, PFS, what is on one side alone. */
import { describe, expect, it } from "vitest"
import { compareReports, type Golden } from "../../src/check/golden.ts"
import { comparedValue, spoken, spokenDifferences } from "../../src/render/check/spoken.ts"

const says = (path: string, before: unknown, after: unknown) => spoken({ path, before, after }, "→")

const ends = { initiator: { address: "192.0.2.1", port: 500 }, responder: { address: "192.0.2.2", port: 500 } }
const SA = { id: "ike/1", version: 2, ...ends, state: "failed", exchanges: [] }
const EXCHANGE = { type: "INFORMATIONAL", started_by: "responder", complete: true, messages: [] }
const CHILD = { id: "child/0", protocol: "ESP", mode: "tunnel", ts_i: ["10.0.0.0/8"], ts_r: [], state: "installed" }

describe("a difference in words", () => {
  it.each([
    ["ike_sas[0].suite.encr", "AES-CBC-128", "AES-GCM-16-256", "IKE SA 1", "encryption AES-CBC-128 → AES-GCM-16-256"],
    ["ike_sas[0].child_sas[1].pfs", true, false, "Child SA 2 of IKE SA 1", "PFS gone"],
    ["ike_sas[0].child_sas[1].pfs", false, true, "Child SA 2 of IKE SA 1", "PFS is new"],
    ["ike_sas[2].suite.ke", ["MODP-2048"], ["X25519"], "IKE SA 3", "key exchange MODP-2048 → X25519"],
    ["ike_sas[0].offered[0].ke", ["A", "B"], ["B", "C"], "IKE SA 1", "offer 1: key exchange +C, -A"],
    ["ike_sas[0].offered[0].ke", ["A", "B"], ["B", "A"], "IKE SA 1", "offer 1: key exchange in another order: B, A"],
    [
      "ike_sas[0].auth.initiator",
      "pre-shared key",
      null,
      "IKE SA 1",
      "authentication of the initiator pre-shared key → none",
    ],
    ["ike_sas[0].checks.esp-icv", "pass", "fail", "IKE SA 1", "check esp-icv pass → fail"],
    ["esp_sas[0].icv_failed", false, true, "ESP or AH SA 1", "ICVs that fail no → yes"],
    ["ike_sas[1]", undefined, SA, "IKE SA 2", "new: IKEv2 192.0.2.1 → 192.0.2.2, failed"],
    [
      "ike_sas[0].exchanges[2]",
      EXCHANGE,
      undefined,
      "IKE SA 1",
      "exchange 3 gone: INFORMATIONAL, started by the responder",
    ],
    ["esp_sas[1]", { protocol: "AH", source: "a", destination: "b" }, undefined, "ESP or AH SA 2", "gone: AH a → b"],
    ["ike_sas[0].child_sas[0]", undefined, CHILD, "Child SA 1 of IKE SA 1", "new: ESP tunnel, installed"],
  ])("%s", (path, before, after, subject, text) => {
    expect(says(path, before, after)).toEqual({ subject, says: text })
  })

  it("is a row of a table, where one side alone has it too", () => {
    const row = (path: string, before: unknown, after: unknown) => comparedValue({ path, before, after })
    expect(row("ike_sas[0].exchanges[2]", EXCHANGE, undefined)).toMatchObject({
      what: "exchange 3",
      was: "INFORMATIONAL, started by the responder",
      is: null,
    })
    expect(row("ike_sas[1]", undefined, SA)).toMatchObject({ was: null, is: "IKEv2 192.0.2.1 → 192.0.2.2, failed" })
    expect(row("ike_sas[0].offered[0].ke", ["A"], [])).toMatchObject({
      what: "offer 1: key exchange",
      was: "A",
      is: "none",
    })
  })

  it("of two alike is nothing", () => {
    const golden: Golden = { schema: "ikedump/golden/1", ike_sas: [], esp_sas: [], findings: [] }
    expect([...spokenDifferences(compareReports(golden, golden), {}, "a → b")].join("")).toBe(
      "✔ a → b  nothing differs\n",
    )
  })

  it("tells a finding of an SA there, and not once more for the whole", () => {
    const golden = (findings: string[], sa: string[]): Golden => ({
      schema: "ikedump/golden/1",
      ike_sas: [{ findings: sa }],
      esp_sas: [],
      findings,
    })
    const before = golden(["info fragment-gap"], [])
    const after = golden(["error no-proposal-chosen", "warning capture-cut"], ["no-proposal-chosen"])
    expect([...spokenDifferences(compareReports(before, after), {}, "a → b")].join("")).toBe(
      [
        "✖ a → b  2 differences",
        "  IKE SA 1",
        "    findings none → no-proposal-chosen",
        "  the whole",
        "    findings info fragment-gap → warning capture-cut",
        "",
      ].join("\n"),
    )
  })
})
