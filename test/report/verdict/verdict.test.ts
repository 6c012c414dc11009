/** Each way to fail, shown by a capture: as recorded, or with frames left out, doubled or moved in time. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { importSecrets } from "../../../src/secrets/import.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import {
  analyzeCapture,
  type Capture,
  delay,
  drop,
  edit,
  fileCapture,
  fixtureCapture,
  fixtureSecrets,
  join,
  pick,
} from "../../helpers/capture-edit.ts"

async function verdicts(capture: Capture, keysOf?: string) {
  const { report } = await analyzeCapture(capture, keysOf === undefined ? NO_SECRETS : fixtureSecrets(keysOf))
  return report.ike_sas.map(sa => ({ ...sa.verdict, state: sa.state }))
}

async function only(capture: Capture, keysOf?: string) {
  const all = await verdicts(capture, keysOf)
  expect(all).toHaveLength(1)
  return all[0]
}

/** The frame again, `seconds` after the last one. */
const again = (capture: Capture, number: number, ...seconds: number[]): Capture =>
  join(
    capture,
    ...seconds.map(s => {
      const last = capture.frames[capture.frames.length - 1]
      const frame = { ...capture.frames[number - 1], seconds: last.seconds + s, fraction: last.fraction }
      return { header: capture.header, frames: [frame] }
    }),
  )

const FIXTURES = resolve(import.meta.dirname, "../../../fixtures")
const psk = fixtureCapture("v2-psk-modp2048")
/** Last octet of the Message ID behind Ethernet, IPv4, UDP and the non-ESP marker. */
const MESSAGE_ID = 14 + 20 + 8 + 4 + 23

describe("IKE_SA_INIT", () => {
  it("alone at the end of the capture is too little", async () => {
    expect(await only(pick(psk, [1]))).toMatchObject({ outcome: "partial", cause: null, state: "half-open" })
  })

  it("repeated and never answered", async () => {
    const v = await only(again(pick(psk, [1]), 1, 2, 5))
    expect(v).toMatchObject({ outcome: "no-answer", certainty: "seen", cause: "no-answer", frames: [1, 2, 3] })
    expect(v.why).toContain("sent 3 times in 5.0 s (frames 1 to 3)")
  })

  it("refused in the clear", async () => {
    expect(await only(fixtureCapture("v2-no-proposal"))).toMatchObject({
      outcome: "failed",
      certainty: "seen",
      cause: "no-proposal-chosen",
      frames: [2],
      state: "failed",
    })
  })

  it("answered each time it is repeated: the answers get lost", async () => {
    const start = pick(psk, [1, 2])
    const twice = again(again(again(again(start, 1, 2), 2, 0), 1, 3), 2, 0)
    expect(await only(twice)).toMatchObject({ outcome: "no-answer", certainty: "inferred", cause: "answers-lost" })
  })
})

describe("IKE_AUTH", () => {
  it("refused, by the size of the answer", async () => {
    const v = await only(fixtureCapture("v2-auth-failed"))
    expect(v).toMatchObject({
      outcome: "failed",
      certainty: "inferred",
      cause: "authentication-failed",
      state: "failed",
    })
    expect(v.why).toContain("16 bytes of ciphertext")
    expect(v.why).toContain("IDr and AUTH take at least 49")
  })

  it("refused, as keys show it", async () => {
    expect(await only(fixtureCapture("v2-auth-failed"), "v2-auth-failed")).toMatchObject({ cause: "psk-mismatch" })
  })

  it("without a Child SA, by the size of the answer and with keys", async () => {
    const name = "v2-ts-unacceptable"
    const closed = await only(fixtureCapture(name))
    expect(closed).toMatchObject({ outcome: "no-tunnel", certainty: "inferred", cause: "child-refused" })
    expect(closed.why).toMatch(/has 80 bytes of ciphertext.*SA, TSi and TSr 72 more; no ESP follows/)
    expect(await only(fixtureCapture(name), name)).toMatchObject({
      outcome: "no-tunnel",
      certainty: "proven",
      cause: "ts-unacceptable",
    })
  })

  it("unanswered", async () => {
    expect(await only(again(pick(psk, [1, 2, 3]), 3, 2, 5))).toMatchObject({ outcome: "no-answer", cause: "no-answer" })
    expect(await only(pick(psk, [1, 2, 3]))).toMatchObject({ outcome: "partial" })
  })

  it("taken back at once by the initiator, and taken down later", async () => {
    const closed = [1, 2, 3, 4, 91, 92]
    expect(await only(pick(psk, closed))).toMatchObject({ outcome: "up", certainty: "inferred" })
    const soon = pick(psk, closed)
    const at = soon.frames[3]
    const frames = soon.frames.map((f, i) =>
      i < 4 ? f : { ...f, seconds: at.seconds, fraction: at.fraction + 4000 * (i - 3) },
    )
    const v = await only({ header: soon.header, frames })
    expect(v).toMatchObject({ outcome: "failed", certainty: "inferred", cause: "authentication-failed" })
    expect(v.why).toMatch(/^frame 5, an INFORMATIONAL of .*16 bytes of ciphertext.* 4 ms after/)
  })
})

describe("EAP", () => {
  it("failed, without keys and with", async () => {
    const name = "strongswan/v2-eap-gtc"
    expect(await only(fixtureCapture(name))).toMatchObject({
      outcome: "failed",
      certainty: "inferred",
      cause: "eap-failed",
    })
    expect(await only(fixtureCapture(name), name)).toMatchObject({
      outcome: "failed",
      certainty: "proven",
      cause: "eap-failed",
    })
  })

  it("under way at the end of the capture", async () => {
    const cut = pick(fixtureCapture("strongswan/v2-eap-gtc"), [1, 2, 3, 4, 5, 6])
    expect(await only(cut)).toMatchObject({ outcome: "partial", headline: "EAP is under way" })
  })
})

describe("an SA that was up", () => {
  const request = 91

  it("closed, when keys show the Delete", async () => {
    expect(await only(psk, "v2-psk-modp2048")).toMatchObject({
      outcome: "closed",
      certainty: "proven",
      state: "deleted",
    })
  })

  it("lost, when a side falls silent", async () => {
    const v = await only(again(drop(psk, [92]), request, 2, 5, 10))
    expect(v).toMatchObject({ outcome: "lost", certainty: "seen", cause: "peer-silent", state: "established" })
    expect(v.why).toContain("sent 4 times")
  })

  it("degraded, when ESP of the silent side still comes", async () => {
    const silent = again(again(drop(psk, [92]), request, 2, 5), 90, 6)
    expect(await only(silent)).toMatchObject({ outcome: "degraded", cause: "peer-silent" })
  })

  it("degraded, when ESP goes one way", async () => {
    const isBack = (n: number) => n >= 5 && n <= 90 && psk.frames[n - 1].bytes[29] === 2
    const there = pick(
      psk,
      psk.frames.map((_, i) => i + 1).filter(n => !isBack(n)),
    )
    expect(await only(delay(there, 20, 30))).toMatchObject({ outcome: "degraded", cause: "esp-blocked" })
  })

  it("is not repeated by a second capture point", async () => {
    const twice = { header: psk.header, frames: psk.frames.flatMap(f => [f, f]) }
    expect(await only(twice)).toMatchObject({ outcome: "up" })
    expect(await only(twice, "v2-psk-modp2048")).toMatchObject({ outcome: "closed" })
  })

  it("partial, without its beginning", async () => {
    expect(await only(pick(psk, [91, 92]))).toMatchObject({ outcome: "partial", state: "unknown" })
  })
})

describe("IKEv1", () => {
  it("two pre-shared keys: message 5 answered by Informational messages, or by nothing", async () => {
    const wrong = fixtureCapture("v1-wrong-psk")
    for (const capture of [wrong, drop(wrong, [6, 8, 10, 12, 14])])
      expect(await only(capture)).toMatchObject({ outcome: "failed", cause: "psk-mismatch", state: "failed" })
    expect(await only(fixtureCapture("strongswan/v1-aggr-wrongpsk"))).toMatchObject({ cause: "psk-mismatch" })
  })

  it("Quick Mode answered by an Informational message", async () => {
    const name = "strongswan/v1-transport"
    expect(await only(fixtureCapture(name))).toMatchObject({ outcome: "no-tunnel", certainty: "inferred" })
    expect(await only(fixtureCapture(name), name)).toMatchObject({ outcome: "no-tunnel", cause: "no-proposal-chosen" })
  })
})

describe("IKEv1 that ends early", () => {
  const xauth = pick(fixtureCapture("v1-xauth-psk-cfg"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])

  it("behind the acknowledgement of XAUTH's status is too little; that it goes on without it is FAIL", async () => {
    const ended = await only(xauth)
    expect(ended).toMatchObject({ outcome: "partial", certainty: "seen", cause: null })
    expect(ended.why).toContain("too soon to say whether XAUTH passed")
    const { seconds, fraction } = xauth.frames[9]
    const later = { ...psk.frames[0], seconds: seconds + 1, fraction }
    const [failed] = await verdicts({ ...xauth, frames: [...xauth.frames, later] })
    expect(failed).toMatchObject({ outcome: "failed", certainty: "inferred", cause: "xauth-failed" })
  })

  it("a Delete long after message 3 of Aggressive Mode refuses neither it nor Quick Mode", async () => {
    const name = "verdict/v1-aggr-chain"
    const late = pick(delay(fileCapture(`${name}.pcap`), 7, 1), [1, 2, 3, 4, 5, 6, 7])
    expect(await only(late)).toMatchObject({ outcome: "partial" })
    const { secrets } = importSecrets(readFileSync(resolve(FIXTURES, `${name}.keys.json`), "utf8"), { file: "keys" })
    const { report } = await analyzeCapture(late, secrets)
    expect(report.ike_sas[0].verdict).toMatchObject({ outcome: "partial" })
    // What follows is said where the capture shows it.
    expect((await only(pick(fileCapture(`${name}.pcap`), [1, 2, 3, 4, 5, 6, 7]))).why).toContain(
      "frame 7, and the capture ends right behind",
    )
  })

  it("a refusal whose offer is not in the capture is not of an SA that its sender lost", async () => {
    const refused = fixtureCapture("v1-no-proposal")
    const verdict = await only(pick(refused, [2]))
    expect(verdict).toMatchObject({ outcome: "partial", headline: "Its beginning is not in the capture" })
  })
})

describe("many SAs", () => {
  it("are counted, the worst first", async () => {
    const { report } = await analyzeCapture(
      join(psk, fixtureCapture("v2-no-proposal"), fixtureCapture("v2-ts-unacceptable")),
    )
    expect(report.verdict).toMatchObject({ outcome: "failed", counts: { failed: 1, "no-tunnel": 1, up: 1, lost: 0 } })
  })

  it("data SAs without a negotiation have their own", async () => {
    const esp = pick(
      psk,
      psk.frames.map((_, i) => i + 1).filter(n => n >= 5 && n <= 90),
    )
    const { report } = await analyzeCapture(esp)
    expect(report.esp_sas.map(e => e.verdict?.outcome)).toEqual(["up", "up"])
    const whole = await analyzeCapture(psk, fixtureSecrets("v2-psk-modp2048"))
    expect(whole.report.esp_sas.map(e => e.verdict)).toEqual([null, null])
  })
})

it("makes a finding of a cause that no rule reported", async () => {
  const { report } = await analyzeCapture(fixtureCapture("v2-ts-unacceptable"))
  expect(report.diagnostics.filter(d => d.severity !== "info")).toMatchObject([
    { code: "child-refused", severity: "warning", sa: "ike/0", frame: 3 },
  ])
})

describe("a responder that stays silent", () => {
  it("says which of two pre-shared keys the initiator uses", async () => {
    const keys = JSON.parse(readFileSync(resolve(FIXTURES, "v2-psk-modp2048/keys.json"), "utf8"))
    const { secrets } = importSecrets(
      JSON.stringify({ ...keys, psks: [{ secret: "of-the-other-end" }, ...keys.psks] }),
      { file: "keys.json" },
    )
    const { report } = await analyzeCapture(again(pick(psk, [1, 2, 3]), 3, 2, 5), secrets)
    const { verdict } = report.ike_sas[0]
    expect(verdict).toMatchObject({ outcome: "no-answer", certainty: "seen", cause: "no-answer" })
    expect(verdict.why).toContain("left.lab uses psks[1]; psks[0] fits nothing here, perhaps the other end's")
  })
})

it("a rekey without a collision, or whose new IKE SA goes on, lost nothing", async () => {
  const both = fileCapture("verdict/rekey-collision.pcap")
  const [, alone] = await verdicts(drop(both, [7, 10]))
  expect(alone).toMatchObject({ outcome: "up", certainty: "inferred" })
  const later = (frame: DataView) => frame.setUint8(MESSAGE_ID, 1)
  const next = edit(edit(pick(both, [11, 14]), 1, later), 2, later)
  const goes = join(drop(both, [15, 16, 17, 18]), next, pick(both, [15, 16, 17, 18]))
  expect((await verdicts(goes))[1]).toMatchObject({ outcome: "up" })
})

it("ESP of Child SAs that a rekeyed IKE SA took over is not missed", async () => {
  const [old, taken] = await verdicts(fixtureCapture("v2-nat"), "v2-nat")
  expect(old.headline).toBe("Replaced by ike/1")
  expect(taken.why).not.toContain("no ESP is seen")
  const [, closed] = await verdicts(fixtureCapture("v2-nat"))
  expect(closed.why).toContain("it took over the Child SAs of ike/0, whose ESP is before it")
})
