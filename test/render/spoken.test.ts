/** Differences in words: lists, PFS, what is on one side alone. */
import { describe, expect, it } from "vitest"
import { compareReports, type Golden } from "../../src/check/golden.ts"
import { spoken, spokenDifferences } from "../../src/render/check/spoken.ts"

const says = (path: string, before: unknown, after: unknown) => spoken({ path, before, after }, "→")

describe("a difference in words", () => {
  it.each([
    ["ike_sas[0].suite.encr", "AES-CBC-128", "AES-GCM-16-256", "IKE SA 1", "encryption AES-CBC-128 → AES-GCM-16-256"],
    ["ike_sas[0].child_sas[1].pfs", true, false, "Child SA 2 of IKE SA 1", "PFS gone"],
    ["ike_sas[0].child_sas[1].pfs", false, true, "Child SA 2 of IKE SA 1", "PFS is new"],
    ["ike_sas[2].suite.ke", ["MODP-2048"], ["X25519"], "IKE SA 3", "key exchange MODP-2048 → X25519"],
    ["ike_sas[0].offered[0].ke", ["A", "B"], ["B", "C"], "IKE SA 1", "offer 1: key exchange + C, - A"],
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
    ["ike_sas[1]", undefined, { id: "ike/1", state: "failed" }, "IKE SA 2", "it is new: id ike/1, state failed"],
    [
      "ike_sas[0].exchanges[2]",
      { type: "INFORMATIONAL" },
      undefined,
      "IKE SA 1",
      "exchange 3: gone: type INFORMATIONAL",
    ],
  ])("%s", (path, before, after, subject, text) => {
    expect(says(path, before, after)).toEqual({ subject, says: text })
  })

  it("of two alike is nothing", () => {
    const golden: Golden = { schema: "ikedump/golden/1", ike_sas: [], esp_sas: [], findings: [] }
    expect([...spokenDifferences(compareReports(golden, golden), {}, "a → b")].join("")).toBe(
      "✔ a → b  nothing differs\n",
    )
  })
})
