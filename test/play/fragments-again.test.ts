/** Fragments that come again, and those that never come: an SKF message sent twice opens twice; a lost IP fragment is a finding of its SA. */
import { describe, expect, it } from "vitest"
import { analyzeCapture, drop, fixtureCapture, fixtureSecrets, pick, snapped } from "../helpers/capture-edit.ts"

/** Cleartexts of messages put together from fragments, by the frame that completed them. */
async function reassembled(numbers: readonly number[], known = true) {
  const whole: { frame: number; text: string; frames: readonly number[] }[] = []
  const secrets = known ? fixtureSecrets("v2-frag") : undefined
  const { report } = await analyzeCapture(pick(fixtureCapture("v2-frag"), numbers), secrets, {
    onOpened(frame, _place, { reassembled: r }) {
      if (r) whole.push({ frame, text: Buffer.from(r.clear.bytes).toString("hex"), frames: r.frames })
    },
  })
  return { whole, report }
}

describe("SKF fragments sent again", async () => {
  const all = fixtureCapture("v2-frag").frames.map((_, i) => i + 1)
  const { whole: once } = await reassembled(all)
  const first = once[0].frames
  const end = first.at(-1)!
  const twice = [...all.slice(0, end), ...first, ...all.slice(end)]

  it("are put together as their first copies are", async () => {
    expect(first.length).toBeGreaterThan(1)
    const { whole, report } = await reassembled(twice)
    expect(whole).toHaveLength(once.length + 1)
    expect(whole.slice(0, 2).map(w => w.text)).toEqual([once[0].text, once[0].text])
    expect(whole[1].frames).toEqual(first.map((_, i) => end + 1 + i))
    const messages = report.ike_sas[0].exchanges.flatMap(x => x.messages)
    const [a, b] = [end, 2 * end - first[0] + 1].map(frame => messages.find(m => m.frame === frame))
    expect(b?.payloads).toEqual(a?.payloads)
    expect(b?.retransmission_of).not.toBeNull()
  })

  it("are not, while one of them is missing, or without a key", async () => {
    expect((await reassembled(twice.filter((_, i) => i !== end))).whole).toHaveLength(once.length)
    expect((await reassembled(twice, false)).whole).toEqual([])
  })
})

describe("IP fragments that never come", () => {
  const capture = fixtureCapture("v2-ipfrag-bigcert")

  it.each([1, 2])("are findings of their SA, without fragment %i of a datagram", async place => {
    const more = capture.frames.findIndex(({ bytes }) => (bytes[20] & 0x20) !== 0)
    const { report } = await analyzeCapture(drop(capture, [more + place]))
    const gaps = report.diagnostics.filter(d => d.code === "fragment-gap")
    expect(gaps.length).toBeGreaterThan(0)
    expect(gaps.map(d => d.sa)).toEqual(gaps.map(() => "ike/0"))
  })

  it("are nobody's when no SA is in the capture", async () => {
    const more = capture.frames.findIndex(({ bytes }) => (bytes[20] & 0x20) !== 0)
    const { report } = await analyzeCapture(pick(capture, [more + 1]))
    expect(report.diagnostics.filter(d => d.code === "fragment-gap").map(d => d.sa)).toEqual([null])
  })

  it("are cut off where the snap length is short, and not lost on the way", async () => {
    const more = capture.frames.findIndex(({ bytes }) => (bytes[20] & 0x20) !== 0)
    const gapsOf = async (c: typeof capture) =>
      (await analyzeCapture(c)).report.diagnostics.filter(d => d.code === "fragment-gap").map(d => d.message)
    expect((await gapsOf(snapped(capture, 400)))[0]).toMatch(/the snap length cut its fragments off/)
    expect((await gapsOf(drop(capture, [more + 2])))[0]).toMatch(/fragment is missing/)
  })
})
