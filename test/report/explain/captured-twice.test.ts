/** Captures taken at two places (`-i any`, both sides of a NAT): what they have twice counts once, and what was sent again is kept apart from it. */
import { describe, expect, it } from "vitest"
import { buildLadder, dataSasOf } from "../../../src/render/ladder.ts"
import { analyzeCapture, type Capture, fileCapture } from "../../helpers/capture-edit.ts"

/** Messages between the NAT and the host behind it, of each four. */
const INSIDE = [0, 3]
/** Where the IV of these ESP packets ends, from the end of the frame. */
const IV_FROM_END = 114

const reportOf = async (capture: Capture) => (await analyzeCapture(capture)).report

/** Every frame so much later than the one before it, seconds. */
const spread = ({ header, frames }: Capture, seconds: number): Capture => ({
  header,
  frames: frames.map((f, i) => ({ ...f, seconds: f.seconds + i * seconds })),
})

describe("messages that are in the capture twice", () => {
  it.each(["m1-big-any", "nat-ok-any"])("are drawn and counted once: %s", async name => {
    const { ike_sas, diagnostics } = await reportOf(fileCapture(`verdict/${name}.pcap`))
    const rows = buildLadder(ike_sas[0]).rows.flatMap(r =>
      r.kind === "message" || r.kind === "retransmission" ? [r] : [],
    )
    expect(rows.map(r => r.kind)).not.toContain("retransmission")
    expect(rows.flatMap(r => (r.kind === "message" ? (r.fragments?.missing ?? []) : []))).toEqual([])
    const messages = ike_sas[0].exchanges.flatMap(x => x.messages)
    const copies = messages.filter(m => m.retransmission_of !== null)
    expect(copies).toHaveLength(messages.length / 2)
    const said = diagnostics.filter(d => d.code === "captured-twice")
    expect(said.map(d => d.severity)).toEqual(["info", "info"])
    expect(said[1].message).toMatch(/^\d+ packets of .* came again at once/)
    expect(said[0].message).toMatch(
      new RegExp(
        `^${copies.length} messages came again at once .* beside ${copies.length} that count: captured at two`,
      ),
    )
  })

  it("may be a peer's that moves and asks at each address of the other", async () => {
    const { diagnostics } = await reportOf(fileCapture("verdict/mobike-probes.pcap"))
    const said = diagnostics.filter(d => d.code === "captured-twice").map(d => d.message)
    expect(said).toEqual([
      expect.stringMatching(/^2 messages .* sent to several addresses of the peer \(MOBIKE\), or /),
    ])
  })

  it("were sent again where seconds lie between", async () => {
    const { ike_sas, diagnostics } = await reportOf(spread(fileCapture("verdict/nat-ok-any.pcap"), 1))
    expect(diagnostics.map(d => d.code)).not.toContain("captured-twice")
    expect(buildLadder(ike_sas[0]).rows.map(r => r.kind)).toContain("retransmission")
  })
})

describe("ESP on both sides of a NAT", () => {
  it("is one SA's, and its negotiation is not missed", async () => {
    const report = await reportOf(fileCapture("verdict/nat-ok-any.pcap"))
    expect(report.esp_sas.map(e => [e.spi, e.packets, e.paths])).toEqual([
      ["0f0db83f", 4, ["10.2.0.254 → 10.2.0.2"]],
      ["31601e21", 4, ["10.2.0.2 → 10.1.0.1"]],
    ])
    expect(report.diagnostics.map(d => d.code)).not.toContain("negotiation-not-captured")
    expect([...dataSasOf(report.esp_sas).keys()]).toEqual(["ike/0"])
  })

  it("is another SA's where its packets are others, and no IKE was captured there", async () => {
    const capture = fileCapture("verdict/nat-ok-any.pcap")
    const frames = capture.frames.map((f, i) => {
      const bytes = f.bytes.slice()
      // Another IV in every second packet: those of one side of the NAT.
      if (i >= 8 && i % 2 === 0) bytes[bytes.length - IV_FROM_END] ^= 0xff
      return { ...f, bytes }
    })
    const codes = async (kept: typeof frames) =>
      (await reportOf({ header: capture.header, frames: kept })).diagnostics.map(d => d.code)
    expect(await codes(frames.filter((_, i) => i >= 8 || INSIDE.includes(i % 4)))).toContain("negotiation-not-captured")
    // With the messages of both sides, the IKE SA is that of either's packets.
    expect(await codes(frames)).not.toContain("negotiation-not-captured")
  })
})
