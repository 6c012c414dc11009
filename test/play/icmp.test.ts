/** ICMP errors that quote IKE and ESP: which of them explain what does not come, and what each is called. RFC 792, RFC 1122 §3.2.2, RFC 4443. */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"
import { saysTheSame } from "../../src/report/verdict/same-story.ts"
import { reportOf } from "./analyzed.ts"
import { PlayV1 } from "./play-v1.ts"
import { PlayV2 } from "./play-v2.ts"
import { type Endpoint, ip, Tape } from "./tape.ts"

const ROUTER: Endpoint = { address: [192, 0, 2, 254], port: 0 }

/** An ICMP error about a frame, to who sent that. */
function icmp(tape: Tape, frame: number, from: Endpoint, to: Endpoint, type: number, code: number): number {
  const quoted = tape.packets[frame - 1].subarray(0, 56)
  return tape.add(ip(from, to, 1, concat(Uint8Array.of(type, code, 0, 0), u32be(0), quoted)))
}

/** The first request, sent three times, each answered by an ICMP error. */
async function refusedRequest(type: number, code: number) {
  const play = new PlayV2(new Tape()).saInit()
  const error = icmp(play.tape, 1, ROUTER, play.left, type, code)
  const report = await reportOf(play.tape.capture([1, error, 1, error, 1, error]))
  return { verdict: report.ike_sas[0].verdict, finding: report.diagnostics.find(d => d.code === "icmp-error") }
}

describe("an error instead of the answer", () => {
  it.each([
    [3, 1, "host unreachable"],
    [3, 13, "communication administratively"],
    [11, 0, "time-to-live exceeded"],
    [11, 1, "fragment reassembly time exceeded"],
  ])("type %i code %i is the reason", async (type, code, name) => {
    const { verdict, finding } = await refusedRequest(type, code)
    expect(verdict).toMatchObject({ outcome: "no-answer", cause: "icmp-error", certainty: "seen" })
    expect(verdict.headline).toContain(name)
    expect(finding?.message).toContain("3 times")
  })

  it("of the peer itself asks for its daemon, and none of the silence is told beside it", async () => {
    const play = new PlayV2(new Tape()).saInit()
    const error = icmp(play.tape, 1, play.right, play.left, 3, 3)
    const { ike_sas, diagnostics } = await reportOf(play.tape.capture([1, error, 1, error, 1, error]))
    const { verdict } = ike_sas[0]
    expect(verdict).toMatchObject({
      cause: "icmp-error",
      remedy: expect.stringMatching(/^Look at .*: nobody listens on that port: the daemon is down/),
    })
    const silence = { code: "no-answer", frame: 1 } as const
    expect(saysTheSame(verdict, silence)).toBe(true)
    // Another request may stay unanswered as well.
    expect(saysTheSame(verdict, { ...silence, frame: 99 })).toBe(false)
    expect(saysTheSame(verdict, { ...silence, code: "authentication-failed" })).toBe(false)
    expect(diagnostics.find(d => d.code === "icmp-error")?.message).toContain("nobody listens on that port")
  })

  it("for a port that is none of IKE's tells of a NAT that forgot it", async () => {
    const play = new PlayV2(new Tape(), { left: { address: [10, 0, 0, 7], port: 35989 } }).saInit()
    const error = icmp(play.tape, 2, play.left, play.right, 3, 3)
    const { diagnostics } = await reportOf(play.tape.capture([1, 2, error]))
    expect(diagnostics.find(d => d.code === "icmp-error")?.message).toContain(
      "most likely a NAT forgot who sent from it",
    )
  })

  it.each([
    [4, 0],
    [5, 1],
  ])("type %i code %i is a hint, and none", async (type, code) => {
    const { verdict, finding } = await refusedRequest(type, code)
    expect(verdict.cause).not.toBe("icmp-error")
    expect(finding?.severity).toBe("info")
  })

  it("of the initiator, that refuses the answer", async () => {
    const { tape, left, right } = new PlayV2(new Tape()).saInit()
    const error = icmp(tape, 2, left, right, 3, 3)
    const [sa] = (await reportOf(tape.capture([1, 2, error, 2, error]))).ike_sas
    expect(sa.verdict).toMatchObject({ outcome: "no-answer", cause: "icmp-error" })
    expect(sa.verdict.why).toContain("the answer in frame 2 is refused")
  })
})

describe("an error instead of ESP", () => {
  it.each([
    [3, 13, "icmp-error"],
    [3, 2, "icmp-error"],
    [5, 1, null],
  ])("type %i code %i", async (type, code, cause) => {
    const child = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", packets: 0 }
    const play = new PlayV2(new Tape()).saInit().auth({ child })
    for (let n = 1; n <= 6; n++)
      icmp(play.tape, play.data(play.children[0], "starter", n), ROUTER, play.left, type, code)
    const [sa] = (await reportOf(play.tape)).ike_sas
    if (cause) expect(sa.verdict).toMatchObject({ outcome: "degraded", cause, certainty: "seen" })
    else expect(sa.verdict.cause).not.toBe("icmp-error")
  })
})

describe("an error of the peer itself instead of its ESP", () => {
  it.each([
    [3, 2, "lost", "does not do ESP"],
    [3, 3, "degraded", "a filter forbids"],
    [3, 9, "degraded", "a filter forbids"],
    [3, 10, "degraded", "a filter forbids"],
    [3, 13, "degraded", "a filter forbids"],
    [3, 1, "degraded", "look at routes"],
    [11, 1, "degraded", "fragments of it were lost"],
  ])("type %i code %i: %s, and not always its daemon", async (type, code, outcome, says) => {
    const child = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", packets: 3 }
    const play = new PlayV2(new Tape()).saInit().auth({ child })
    for (let n = 4; n <= 9; n++)
      icmp(play.tape, play.data(play.children[0], "starter", n), play.right, play.left, type, code)
    const { verdict } = (await reportOf(play.tape)).ike_sas[0]
    expect(verdict).toMatchObject({ outcome, cause: "icmp-error", certainty: "seen" })
    expect(verdict.why).toContain(says)
    if (outcome === "degraded") expect(`${verdict.why} ${verdict.remedy}`).not.toMatch(/daemon/)
  })
})

/** The capture with a packet a second. */
const slow = ({ packets }: Tape): Uint8Array =>
  concat(
    sectionBlock(),
    interfaceBlock({ linkType: 101 }),
    ...packets.map((bytes, i) =>
      packetBlock({ interfaceId: 0, seconds: 1_700_000_000 + i, nanos: (i * 7919 + 11) * 1000, bytes }),
    ),
  )

it("IKEv1's liveness checks that ICMP answers are one finding, and why the peer is silent", async () => {
  const play = new PlayV1(new Tape())
  play.main().quick("initiator").all()
  const { tape, left, right } = play
  for (let n = 0; n < 3; n++) {
    const body = concat(u32be(1), Uint8Array.of(1, 16), u16be(36136), play.ckyI, play.ckyR, u32be(n))
    icmp(tape, play.informational("initiator", { type: 11, body }), right, left, 3, 3)
  }
  const report = await reportOf(slow(tape))
  expect(report.ike_sas[0].verdict).toMatchObject({ outcome: "lost", cause: "peer-silent" })
  expect(report.ike_sas[0].verdict.why).toContain('10.0.0.2 says ICMP "port unreachable"')
  expect(report.diagnostics.filter(d => d.code === "icmp-error")).toHaveLength(1)
})
