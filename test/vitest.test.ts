/** The matchers of `ikedump/vitest`: each holds, and fails in words that say why. */
import { describe, expect, it } from "vitest"
import "../src/vitest.ts"
import { sample } from "./render/golden.ts"

const good = sample("v2-psk-modp2048")
const refused = sample("v2-no-proposal")
const wrongPsk = sample("v2-auth-failed")

/** The message of an expectation that is not met. */
function messageOf(expectation: () => void): string {
  try {
    expectation()
  } catch (e) {
    return (e as Error).message
  }
  throw new Error("the expectation is met")
}

describe("toEstablishIkeSa", () => {
  it("holds for an SA that came up, and as wanted", () => {
    expect(good).toEstablishIkeSa()
    expect(good).toEstablishIkeSa({
      version: "2.0",
      initiator: "10.1.0.1",
      auth: "pre-shared key",
      idResponder: "right.lab",
    })
    expect(refused).not.toEstablishIkeSa()
  })

  it("says what each SA lacks", () => {
    expect(messageOf(() => expect(good).toEstablishIkeSa({ responder: "10.9.9.9", idInitiator: "carol" }))).toBe(
      [
        'expected an established IKE SA with {"responder":"10.9.9.9","idInitiator":"carol"}',
        '  ike/0  responder is "10.1.0.2", not "10.9.9.9"',
        '  ike/0  ids.initiator is "left.lab", not "carol"',
      ].join("\n"),
    )
    const text = messageOf(() => expect(refused).toEstablishIkeSa())
    expect(text).toMatch(
      /^expected an established IKE SA\n {2}ike\/0 {2}state is "failed"\n {2}error no-proposal-chosen, frame 2: /,
    )
    expect(messageOf(() => expect({ ...good, ike_sas: [] }).toEstablishIkeSa())).toContain(
      "no IKE SA is in the capture",
    )
    expect(messageOf(() => expect(good).not.toEstablishIkeSa())).toBe(
      "expected no established IKE SA, and ike/0 is one",
    )
  })
})

describe("toHaveSuite", () => {
  it("holds for a report, an IKE SA and a Child SA", () => {
    expect(good).toHaveSuite({ encr: "AES-CBC-128", ke: ["MODP-2048"] })
    expect(good.ike_sas[0]).toHaveSuite({ prf: "HMAC-SHA2-256" })
    expect(good.ike_sas[0].child_sas[0]).toHaveSuite({ integ: "HMAC-SHA2-256-128", esn: false })
    expect(good).not.toHaveSuite({ encr: "AES-GCM-16-256" })
  })

  it("says which algorithm is another", () => {
    expect(messageOf(() => expect(good).toHaveSuite({ encr: "AES-CBC-128", ke: ["X25519"] }))).toBe(
      'expected the suite {"encr":"AES-CBC-128","ke":["X25519"]}\n  ike/0  suite.ke is ["MODP-2048"], not ["X25519"]',
    )
    expect(messageOf(() => expect(refused).toHaveSuite({ ke: [] }))).toContain("no IKE SA agreed on a suite")
  })
})

describe("toVerify", () => {
  it("holds when checks passed and none failed", () => {
    expect(good).toVerify()
    expect(good.ike_sas[0]).toVerify({ checks: ["auth-initiator", "auth-responder"] })
    expect(wrongPsk).not.toVerify()
  })

  it("says which failed, and which were not made", () => {
    expect(messageOf(() => expect(wrongPsk).toVerify())).toMatch(
      /^expected every cryptographic check to hold\n {2}auth-initiator failed, frame 3: /,
    )
    expect(messageOf(() => expect(good).toVerify({ checks: ["ppk"] }))).toContain(
      "ppk did not pass: no such check was made",
    )
    expect(messageOf(() => expect({ ...good, ike_sas: [] }).toVerify())).toContain("no check passed")
  })
})

describe("toHaveNoFindings", () => {
  it("counts warnings and errors, or what is asked for", () => {
    expect(good).toHaveNoFindings()
    expect(good).not.toHaveNoFindings({ severity: "info" })
    expect(good).toHaveNoFindings({ severity: "info", except: ["peer-vendor"] })
    expect(messageOf(() => expect(refused).toHaveNoFindings())).toMatch(/\n {2}error no-proposal-chosen, frame 2: /)
  })
})
