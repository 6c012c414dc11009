/** Each explanation of an IKE failure, shown by a capture: as recorded, or with frames left out, doubled or changed. */
import { describe, expect, it } from "vitest"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import {
  analyzeCapture,
  type Capture,
  delay,
  drop,
  edit,
  fixtureCapture,
  fixtureSecrets,
  join,
  pick,
} from "../../helpers/capture-edit.ts"

const IKE = 42
const SPI_I = IKE

/** The findings of a capture by code: severity and sentence. */
async function findings(capture: Capture, keysOf?: string) {
  const { report } = await analyzeCapture(capture, keysOf === undefined ? NO_SECRETS : fixtureSecrets(keysOf))
  const of = (code: string) => report.diagnostics.filter(d => d.code === code)
  const one = (code: string) => {
    expect(report.diagnostics.map(d => d.code)).toContain(code)
    const [{ severity, message, frame }] = of(code)
    return { severity, message, frame }
  }
  return { of, one, states: report.ike_sas.map(sa => sa.state), report }
}

/** Where a run of bytes begins in a frame. */
function indexOf(frame: DataView, wanted: readonly number[]): number {
  for (let at = IKE; at + wanted.length <= frame.byteLength; at++)
    if (wanted.every((b, i) => frame.getUint8(at + i) === b)) return at
  throw new Error("not in the frame")
}

/** A clear notification of another type. */
const renotify = (capture: Capture, frame: number, from: number, to: number): Capture =>
  edit(capture, frame, f => f.setUint16(indexOf(f, [from >> 8, from & 255]), to))

/** The last byte flipped: other content, as a new message of the same exchange has. */
const vary = (capture: Capture, frame: number, by: number): Capture =>
  edit(capture, frame, f => f.setUint8(f.byteLength - 1, f.getUint8(f.byteLength - 1) ^ by))

describe("no-proposal-chosen", () => {
  it("lists the offer when nothing else is known", async () => {
    const { one, states } = await findings(fixtureCapture("v2-no-proposal"))
    expect(one("no-proposal-chosen")).toEqual({
      severity: "error",
      frame: 2,
      message: expect.stringMatching(
        /^10\.1\.0\.2 answers .*frame 2.*in frame 1; offered 1: AES-CBC-128 .*policy is not/,
      ),
    })
    expect(states).toEqual(["failed"])
  })

  it("says the same of Main Mode", async () => {
    const { one } = await findings(fixtureCapture("v1-no-proposal"))
    expect(one("no-proposal-chosen").message).toContain("offered 1: AES-CBC-128 · SHA2-256 · MODP-2048")
  })

  it("names the nearest suite that the peer accepts elsewhere, and what differs", async () => {
    const both = join(fixtureCapture("v2-no-proposal"), fixtureCapture("v2-dpd"))
    const { one } = await findings(both)
    expect(one("no-proposal-chosen").message).toMatch(
      /Nearest suite .*: AES-GCM-16-256 · HMAC-SHA2-512 · ECP-521 \(frame 4\); proposal 1 differs in encryption \(offers AES-CBC-128, accepted AES-GCM-16-256\)/,
    )
  })

  it("sees that the suite is not the reason", async () => {
    const { one } = await findings(fixtureCapture("v2-cookie"))
    expect(one("no-proposal-chosen").message).toContain("accepted this very suite in frame 10")
  })

  it("explains a refused Child SA", async () => {
    const name = "strongswan/v2-child-nopr"
    const { one } = await findings(fixtureCapture(name), name)
    expect(one("no-proposal-chosen").message).toContain("Child SA in frame 3; offered 1: AES-CBC-256")
  })

  it("tells a starter that refuses what it asked for", async () => {
    const name = "strongswan/v1-transport"
    const { one, report } = await findings(fixtureCapture(name), name)
    expect(one("no-proposal-chosen").message).toContain("what the other end chose from its own offer in frame 7")
    expect(report.ike_sas[0].child_sas[0].state).toBe("failed")
  })
})

it("proposal-not-offered", async () => {
  const wider = edit(fixtureCapture("v2-psk-modp2048"), 2, f => f.setUint16(indexOf(f, [0x80, 14, 0, 128]) + 2, 256))
  const { one } = await findings(wider)
  expect(one("proposal-not-offered").message).toContain("frame 2 chooses AES-CBC-256 (encryption) in proposal 1")
})

describe("INVALID_KE_PAYLOAD", () => {
  const capture = fixtureCapture("v2-invalid-ke")

  it("is context when the next request has the group", async () => {
    const { of } = await findings(capture, "v2-invalid-ke")
    expect(of("invalid-ke-payload").map(d => [d.severity, d.frame])).toEqual([
      ["info", 2],
      ["info", 94],
    ])
  })

  it("is the failure when nothing follows", async () => {
    const { one } = await findings(pick(capture, [1, 2]))
    expect(one("invalid-ke-payload")).toMatchObject({
      severity: "error",
      message: expect.stringContaining("asks for X25519 instead of MODP-3072"),
    })
  })

  it("knows no offer that is not in the capture", async () => {
    const { one } = await findings(pick(fixtureCapture("v2-no-proposal"), [2]))
    expect(one("no-proposal-chosen").message).toContain("to an offer that is not in the capture")
  })

  it("goes round in circles", async () => {
    const start = pick(capture, [1, 2])
    const again = (by: number) => vary(vary(start, 1, by), 2, by)
    const { one } = await findings(join(start, again(1), again(2)))
    expect(one("invalid-ke-loop").message).toMatch(/answered 3 times \(frames 2, 4, 6\)/)
  })

  it("asks for the group that was sent", async () => {
    const odd = edit(pick(capture, [1, 2]), 2, f => f.setUint16(indexOf(f, [0, 0, 0, 17]) + 4, 15))
    const { one, report } = await findings(vary(join(odd, pick(capture, [1])), 3, 0))
    expect(one("invalid-ke-payload").message).toMatch(/asks for MODP-3072 \(the group that was sent\) .* it errs/)
    const said = JSON.stringify(report)
    expect(said).not.toMatch(/MODP-3072 instead of MODP-3072|wants another key exchange group|does not arrive/)
  })

  describe("to the first request, which was sent twice", () => {
    // The refusal once more, under another responder SPI.
    const late = edit(pick(capture, [2]), 1, f => f.setUint8(SPI_I + 15, 7))
    const [first, second] = [pick(capture, [1, 2]), pick(capture, [3])]
    const rest = drop(capture, [1, 2, 3])
    const verdictOf = ({ report }: Awaited<ReturnType<typeof findings>>) => report.ike_sas[0].verdict

    it("is no answer to the second one", async () => {
      const again = [1, 3, 7].map(seconds => delay(second, 1, seconds))
      const found = await findings(join(first, second, late, ...again))
      expect(verdictOf(found)).toMatchObject({
        outcome: "no-answer",
        certainty: "inferred",
        why: expect.stringContaining("; frame 4 most likely refuses an earlier request"),
      })
      expect(found.one("invalid-ke-payload")).toMatchObject({ severity: "info", frame: 2 })
      expect(JSON.stringify(found.report)).not.toMatch(
        /the group that was sent|that it refuses|it errs|invalid-ke-loop/,
      )
    })

    it("is context where the second one comes up", async () => {
      const { one } = await findings(join(first, second, late, rest))
      expect(one("invalid-ke-payload").message).toMatch(/wanted X25519 instead of MODP-3072 \(frame 2\) and got it/)
    })

    it("and is not in the capture the first time", async () => {
      const { one, report } = await findings(join(pick(capture, [1]), second, late, rest))
      expect(one("invalid-ke-payload").message).toMatch(
        /wanted X25519 instead of MODP-3072 of an earlier request \(frame 3\) and got it/,
      )
      expect(JSON.stringify(report)).not.toContain("it errs")
    })

    it("is followed by requests that nobody answers", async () => {
      const again = [1, 3, 7].map(seconds => delay(second, 1, seconds))
      const found = await findings(join(first, second, ...again))
      expect(verdictOf(found)).toMatchObject({ outcome: "no-answer", certainty: "seen" })
      expect(found.one("invalid-ke-payload")).toEqual({
        severity: "info",
        frame: 2,
        message: expect.stringMatching(
          /asks for X25519 instead of MODP-3072 in frame 2; 10\.1\.0\.1 asks anew in frame 3$/,
        ),
      })
    })
  })

  it("asks for what was not offered", async () => {
    const odd = edit(pick(capture, [1, 2]), 2, f => f.setUint16(indexOf(f, [0, 0, 0, 17]) + 4, 1))
    expect((await findings(odd)).one("ke-group-not-offered").message).toContain("asks for MODP-768")
  })
})

describe("authentication", () => {
  it("says what the check adds", async () => {
    const { one } = await findings(fixtureCapture("v2-auth-failed"), "v2-auth-failed")
    expect(one("authentication-failed")).toEqual({
      severity: "error",
      frame: 4,
      message: expect.stringMatching(/left\.lab \(10\.1\.0\.1\) presented pre-shared key\. It does not match/),
    })
  })

  it("knows a right key with a wrong identity", async () => {
    const name = "strongswan/v2-wrongid"
    const { one } = await findings(fixtureCapture(name), name)
    expect(one("authentication-failed").message).toMatch(/mallory\.lab .*It is right under the pre-shared key given/)
  })

  it("tells a refusal by its size without keys", async () => {
    const { one, states } = await findings(fixtureCapture("v2-auth-failed"))
    expect(one("ike-auth-refused")).toMatchObject({ severity: "warning", frame: 4 })
    expect(states).toEqual(["failed"])
  })

  it("tells a failed EAP by its size, and an EAP that is cut off or succeeds not", async () => {
    const gtc = fixtureCapture("strongswan/v2-eap-gtc")
    expect((await findings(gtc)).one("ike-auth-refused").message).toContain("EAP Failure")
    const { of, states } = await findings(pick(gtc, [1, 2, 3, 4, 5, 6]))
    expect([of("ike-auth-refused"), states]).toEqual([[], ["half-open"]])
    expect((await findings(fixtureCapture("strongswan/v2-eap-md5"))).of("ike-auth-refused")).toEqual([])
  })

  it("explains a failed EAP once", async () => {
    const name = "strongswan/v2-eap-gtc"
    const { one, of } = await findings(fixtureCapture(name), name)
    expect(one("eap-failed").message).toContain("EAP of carol (10.1.0.1) fails")
    expect(of("authentication-failed")).toEqual([])
  })
})

describe("IKEv1 phase 1", () => {
  const wrong = fixtureCapture("v1-wrong-psk")

  it("shows a wrong key by answers to message 5", async () => {
    const { one, states } = await findings(wrong)
    expect(one("ikev1-psk-mismatch")).toMatchObject({
      severity: "error",
      message: expect.stringMatching(/frames 5, 7, 9, 11, 13, sent after 0, 2\.0, 4\.8, 8\.7, 14\.2 s/),
    })
    expect(states).toEqual(["failed"])
  })

  it("shows it by repetitions alone, and then only suspects", async () => {
    const { one, states } = await findings(drop(wrong, [6, 8, 10, 12, 14]))
    expect(one("ikev1-psk-mismatch").severity).toBe("warning")
    // What is inferred of a failure is a failure.
    expect(states).toEqual(["failed"])
  })

  it("shows it in Aggressive Mode", async () => {
    const { one, states } = await findings(fixtureCapture("strongswan/v1-aggr-wrongpsk"))
    expect(one("ikev1-psk-mismatch").message).toContain("HASH_R does not fit")
    expect(states).toEqual(["failed"])
  })

  it("suspects no certificates where port 4500 is closed", async () => {
    const signed = delay(pick(fixtureCapture("strongswan/v1-ecdsa256"), [1, 2, 3, 4, 5, 5]), 6, 4)
    const { one, of } = await findings(signed)
    expect(one("no-answer-on-4500").message).toContain("sent 2 times")
    expect(of("ikev1-authentication-refused")).toEqual([])
  })

  it("warns of Aggressive Mode with a pre-shared key", async () => {
    expect((await findings(fixtureCapture("v1-aggr-psk"))).one("aggressive-psk")).toMatchObject({
      severity: "warning",
      frame: 2,
    })
    expect((await findings(fixtureCapture("strongswan/v1-aggr-rsa"))).of("aggressive-psk")).toEqual([])
  })
})

it("ts-unacceptable names both selectors", async () => {
  const { one } = await findings(fixtureCapture("v2-ts-unacceptable"), "v2-ts-unacceptable")
  expect(one("ts-unacceptable").message).toContain("in frame 3 for TSi 10.10.1.0/24 and TSr 10.10.2.0/24")
})

describe("silence", () => {
  const retransmitted = fixtureCapture("v2-retrans")

  it("has the timetable of a request without an answer", async () => {
    const { one, states } = await findings(pick(retransmitted, [1, 2, 3, 4]))
    expect(one("no-answer").message).toMatch(/frames 1, 2, 3, 4 was sent 4 times \(after 0, 2\.0, 4\.8, 8\.7 s\)/)
    expect(states).toEqual(["half-open"])
  })

  it("is no failure when the answer came in the end", async () => {
    const { one, of } = await findings(retransmitted, "v2-retrans")
    expect(one("retransmissions").severity).toBe("info")
    expect(of("no-answer")).toEqual([])
  })

  it("tells a closed port 4500", async () => {
    const { one } = await findings(delay(delay(pick(fixtureCapture("v2-dpd"), [1, 2, 3, 3, 3]), 4, 4), 5, 7))
    expect(one("no-answer-on-4500").message).toContain("IKE_AUTH 1 in frames 3, 4, 5")
  })

  it("counts single requests together", async () => {
    const { one } = await findings(pick(fixtureCapture("v2-cookie"), [1, 2, 3]))
    expect(one("single-requests").message).toMatch(/^3 IKE SAs consist of one request without an answer/)
  })

  it("counts answers without requests together", async () => {
    const answers = [fixtureCapture("v2-psk-modp2048"), fixtureCapture("v2-nat"), fixtureCapture("v1-main-psk")]
    const { one } = await findings(join(...answers.map(c => pick(c, [2]))))
    expect(one("answers-alone").message).toMatch(/^3 IKE SAs consist of answers without a request .* in the name of /)
    const { of } = await findings(join(...answers.map((c, i) => pick(c, i === 0 ? [2] : [1, 2]))))
    expect(of("answers-alone")).toEqual([])
  })

  it("does not count answers whose requests may lie before the capture, nor those to whom the capture shows", async () => {
    const [first, second, whole] = ["v2-psk-modp2048", "v1-main-psk", "v2-dpd"].map(fixtureCapture)
    const at = (seconds: number, { header, frames: [frame] }: Capture): Capture => ({
      header,
      frames: [{ ...frame, seconds: first.frames[0].seconds + seconds }],
    })
    const alone = async (...captures: Capture[]) =>
      (await findings(join(...captures))).of("answers-alone").map(d => d.message.slice(0, 9))
    const answers = [pick(first, [2]), pick(second, [2]), pick(fixtureCapture("v2-frag"), [2])] as const
    expect(await alone(at(0, answers[0]), at(0, answers[1]), at(5, answers[2]))).toEqual([])
    expect(await alone(at(0, answers[0]), at(4, answers[1]), at(5, answers[2]))).toEqual(["3 IKE SAs"])
    expect(await alone(at(0, answers[0]), at(4, answers[1]), at(5, answers[2]), at(6, pick(whole, [1])))).toEqual([])
  })
})

describe("fragments", () => {
  const capture = fixtureCapture("v2-frag")
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

  it("names the one that never came", async () => {
    const { one } = await findings(
      pick(
        capture,
        upTo(9).filter(n => n !== 5),
      ),
    )
    expect(one("fragment-missing")).toMatchObject({
      severity: "error",
      message: expect.stringMatching(/^fragment 3 of 7 of the IKE_AUTH 1 request from 10\.1\.0\.1 never came/),
    })
  })

  it("knows that the capture lost it when it was answered", async () => {
    expect((await findings(drop(capture, [5]))).one("fragment-missing").severity).toBe("info")
  })
})

describe("COOKIE and REDIRECT", () => {
  const challenge = pick(fixtureCapture("v2-cookie"), [7, 8])

  it("goes round in circles", async () => {
    const again = (by: number) => vary(vary(challenge, 1, by), 2, by)
    expect((await findings(join(challenge, again(1), again(2)))).one("cookie-loop")).toMatchObject({
      severity: "error",
    })
  })

  it("is never sent back", async () => {
    const { of } = await findings(fixtureCapture("v2-cookie"))
    expect(of("cookie-not-returned").map(d => [d.severity, d.frame])).toEqual([
      ["info", 4],
      ["info", 5],
    ])
  })

  it("sends the client elsewhere", async () => {
    expect((await findings(renotify(challenge, 2, 16390, 16407))).one("redirected").severity).toBe("info")
  })
})

describe("other notifications", () => {
  it.each([
    [1, "unsupported-critical-payload"],
    [4, "invalid-ike-spi"],
    [5, "invalid-major-version"],
    [7, "invalid-syntax"],
    [9, "invalid-message-id"],
    [11, "invalid-spi"],
    [34, "single-pair-required"],
    [35, "no-additional-sas"],
    [36, "internal-address-failure"],
    [37, "failed-cp-required"],
    [39, "invalid-selectors"],
    [40, "unacceptable-addresses"],
    [41, "unexpected-nat-detected"],
    [43, "temporary-failure"],
    [44, "child-sa-not-found"],
    [46, "authorization-failed"],
    [47, "state-not-found"],
    [8000, "error-notification"],
  ])("%i is %s", async (type, code) => {
    const { one } = await findings(renotify(fixtureCapture("v2-no-proposal"), 2, 14, type))
    expect(one(code).message).toContain("in frame 2")
  })

  it("names those of IKEv1", async () => {
    const { one } = await findings(renotify(fixtureCapture("v1-no-proposal"), 2, 14, 16))
    expect(one("payload-malformed").message).toContain("PAYLOAD-MALFORMED")
  })

  it("takes a collision for what it is", async () => {
    const { of } = await findings(fixtureCapture("v2-collision"), "v2-collision")
    expect(of("temporary-failure").map(d => d.severity)).toEqual(["info", "info"])
  })
})

describe("reuse", () => {
  it("sees nonce and KE value of another SA", async () => {
    const first = pick(fixtureCapture("v2-psk-modp2048"), [1, 2])
    const second = [1, 2].reduce((c, n) => edit(c, n, f => f.setUint32(SPI_I, 0xdeadbeef)), first)
    const { of } = await findings(join(first, second))
    expect(of("nonce-reused").map(d => d.frame)).toEqual([3, 4])
    expect(of("ke-reused").map(d => d.frame)).toEqual([3, 4])
    expect(of("nonce-reused")[0].message).toContain("10.1.0.1 lacks randomness")
    // Sent by another address: both are spoken of.
    const elsewhere = [3, 4].reduce((c, n) => edit(c, n, f => f.setUint8(n === 3 ? 29 : 33, 9)), join(first, second))
    const other = await findings(elsewhere)
    expect(other.of("nonce-reused")[0].message).toMatch(/ and .* lack randomness/)
  })

  it("is calm about a retry of the same SA", async () => {
    const { of } = await findings(pick(fixtureCapture("v2-cookie"), [7, 8, 9, 10]))
    expect(of("ke-reused")).toEqual([])
  })
})

it("delete-unknown-spi", async () => {
  const name = "v1-main-psk"
  const capture = fixtureCapture(name)
  const { report } = await findings(capture, name)
  const quick = report.ike_sas[0].exchanges.filter(x => x.type === "Quick Mode")[1]
  const frames = quick.messages.map(m => m.frame)
  const { of } = await findings(drop(capture, frames), name)
  expect(of("delete-unknown-spi").length).toBeGreaterThan(0)
  expect(of("delete-unknown-spi")[0].severity).toBe("warning")
})

it("clock-jump", async () => {
  const { one } = await findings(delay(fixtureCapture("v2-dpd"), 50, -3600))
  expect(one("clock-jump")).toMatchObject({ severity: "warning", frame: 50 })
})

it("peer-vendor", async () => {
  const { of } = await findings(fixtureCapture("v2-psk-modp2048"))
  expect(of("peer-vendor").map(d => d.message)).toEqual([
    "10.1.0.1 says it is strongSwan (Vendor ID, frame 1)",
    "10.1.0.2 says it is strongSwan (Vendor ID, frame 2)",
  ])
})
