/**
 * Holes for large packets: IKE and small ESP pass, large ESP does not. Claimed only where routers ask for smaller packets again and again, or
 * IP fragments are missing and nothing as large came whole, or TCP repeats a large packet in vain while small ones are answered.
 */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../../src/bytes/bytes.ts"
import { nodeProvider } from "../../../src/node/crypto.ts"
import { analyze } from "../../../src/pipeline.ts"
import { saysTheSame } from "../../../src/report/verdict/same-story.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import { analyzeCapture, type Capture, captureBytes, fixtureCapture } from "../../helpers/capture-edit.ts"
import { cutSource, randomOf } from "../../helpers/segments.ts"

const HEALTHY = fixtureCapture("v2-retrans")
type Frame = Capture["frames"][number]

const ETHERNET = 14
const IPV4 = 20
const ESP = 50
const isEsp = ({ bytes }: Frame): boolean => bytes[ETHERNET + 9] === ESP
const MICROS = 1e6

/** The last ESP frame, of which others are made. */
const SMALL = HEALTHY.frames.filter(isEsp).at(-1)!

/** A frame some seconds behind the end of the capture. */
function later(bytes: Uint8Array, after: number): Frame {
  const last = HEALTHY.frames[HEALTHY.frames.length - 1]
  const micros = last.seconds * MICROS + last.fraction + after * MICROS
  return { seconds: Math.floor(micros / MICROS), fraction: Math.round(micros % MICROS), bytes }
}

/** An IPv4 header of the addresses of `SMALL`, or from a router back to the source. */
function header(protocol: number, length: number, fragment: number, id: number, router = false): Uint8Array {
  const source = SMALL.bytes.subarray(ETHERNET + 12, ETHERNET + 16)
  const destination = SMALL.bytes.subarray(ETHERNET + 16, ETHERNET + 20)
  const ends = router ? [Uint8Array.of(192, 0, 2, 1), source] : [source, destination]
  const about = [u16be(IPV4 + length), u16be(id), u16be(fragment), Uint8Array.of(64, protocol, 0, 0)]
  return concat(Uint8Array.of(0x45, 0), ...about, ...ends)
}

/** The next packet of the SA with `length` bytes. */
function espOf(sequence: number, length: number): Uint8Array {
  const packet = new Uint8Array(length).fill(0x5a)
  packet.set(SMALL.bytes.subarray(ETHERNET + IPV4, ETHERNET + IPV4 + 4))
  packet.set(u32be(sequence), 4)
  return packet
}

const ethernet = (ip: Uint8Array): Uint8Array => concat(SMALL.bytes.subarray(0, ETHERNET), ip)
const whole = (n: number, length: number): Uint8Array =>
  ethernet(concat(header(ESP, length, 0x4000, n), espOf(1000 + n, length)))
/** The first of two fragments. */
const firstHalf = (n: number): Uint8Array =>
  ethernet(concat(header(ESP, 1480, 0x2000, 7000 + n), espOf(1000 + n, 1480)))
const tooBig = (quoted: Uint8Array, mtu: number): Uint8Array => {
  const body = concat(Uint8Array.of(3, 4, 0, 0, 0, 0), u16be(mtu), quoted.subarray(ETHERNET, ETHERNET + 28))
  return ethernet(concat(header(1, body.length, 0, 1, true), body))
}

const with_ = (...added: Frame[]): Capture => ({ ...HEALTHY, frames: [...HEALTHY.frames, ...added] })
const TIMES = [0.2, 0.6, 1.4, 3, 6.2, 12.6]

async function verdictOf(capture: Capture) {
  const { report } = await analyzeCapture(capture, NO_SECRETS)
  return report.ike_sas[0].verdict
}

describe("ICMP asks for smaller packets", () => {
  const asked = (times: readonly number[], mtu: number) =>
    times.flatMap((t, n) => [later(whole(n, 1400), t), later(tooBig(whole(n, 1400), mtu), t + 0.01)])

  it("again and again, and they stay as large", async () => {
    const { outcome, certainty, cause, why } = await verdictOf(with_(...asked(TIMES, 1300)))
    expect({ outcome, certainty, cause }).toEqual({ outcome: "degraded", certainty: "inferred", cause: "icmp-error" })
    expect(why).toMatch(/192\.0\.2\.1 asks 6 times in 12 s for packets of 1300 bytes at most/)
    expect(why).toContain("have up to 1400 bytes of ESP")
  })

  it("and the sender heeds it: path MTU discovery as it should be", async () => {
    expect((await verdictOf(with_(...asked([0.2, 0.21, 0.22, 0.23], 1300)))).outcome).not.toBe("degraded")
  })

  it("and names a size that every packet has: it says nothing of them", async () => {
    expect((await verdictOf(with_(...asked(TIMES, 1500)))).outcome).not.toBe("degraded")
  })
})

describe("ESP in IP fragments", () => {
  const halves = TIMES.map((t, n) => later(firstHalf(n), t))

  it("of which the second never comes, while small packets pass", async () => {
    const { outcome, certainty, cause, why } = await verdictOf(with_(...halves))
    expect({ outcome, certainty, cause }).toEqual({
      outcome: "degraded",
      certainty: "inferred",
      cause: "fragments-lost",
    })
    expect(why).toMatch(/6 ESP packets to \S+ came in IP fragments of which others never came/)
    expect(why).toMatch(/none is larger than \d+ bytes/)
  })

  it("the same, read in segments", async () => {
    const plain = await verdictOf(with_(...halves))
    const { source } = cutSource(captureBytes(with_(...halves)), 7, randomOf(7))
    const { report } = await analyze(source, { provider: nodeProvider, secrets: NO_SECRETS })
    expect(report.ike_sas[0].verdict).toEqual(plain)
  })

  it("while others as large come whole: the capture may lack some", async () => {
    expect((await verdictOf(with_(...halves, later(whole(99, 1600), 13)))).outcome).not.toBe("degraded")
  })

  it("twice: too few to say", async () => {
    expect((await verdictOf(with_(...halves.slice(0, 2)))).outcome).not.toBe("degraded")
  })
})

describe("large packets that are lost without a word", () => {
  const BACK = HEALTHY.frames.filter(isEsp).findLast(f => f.bytes[ETHERNET + 15] !== SMALL.bytes[ETHERNET + 15])!
  let number = 0
  const large = (...times: number[]) => times.map(t => later(whole(number++, 1360), t))
  const answers = (...times: number[]) =>
    times.map(t => {
      const bytes = BACK.bytes.slice()
      bytes.set(u32be(5000 + number++), ETHERNET + IPV4 + 4)
      return later(bytes, t)
    })
  const small = (...times: number[]) => times.map(t => later(whole(number++, 100), t))
  const burst = large(0.1, 0.1001, 0.1002)
  const repeats = large(0.3, 0.7, 1.5, 3.1, 6.3)
  const heard = answers(0.05)
  const behind = [...small(6.9), ...answers(7)]
  const stuck = with_(...heard, ...burst, ...repeats, ...behind)

  it("as TCP repeats them, while small packets are answered", async () => {
    const { outcome, certainty, cause, why, headline } = await verdictOf(stuck)
    expect({ outcome, certainty, cause }).toEqual({ outcome: "degraded", certainty: "inferred", cause: "esp-blocked" })
    expect(headline).toMatch(/^Large ESP to \S+ does not arrive$/)
    expect(why).toMatch(/^a packet of 1360 bytes of ESP is sent 5 times in 6\.0 s/)
  })

  it("which says nothing of a flow that has one way alone", async () => {
    const verdict = await verdictOf(stuck)
    expect(saysTheSame(verdict, { code: "esp-one-way", frame: HEALTHY.frames.length + 99 })).toBe(false)
    // One way alone is a verdict of its own: it names the frames that the finding names.
    expect(saysTheSame({ ...verdict, frames: [7] }, { code: "esp-one-way", frame: 7 })).toBe(true)
  })

  it.each([2, 5, 9])("the same, read in %i segments", async n => {
    const { source } = cutSource(captureBytes(stuck), n, randomOf(n))
    const { report } = await analyze(source, { provider: nodeProvider, secrets: NO_SECRETS })
    expect(report.ike_sas[0].verdict).toEqual(await verdictOf(stuck))
  })

  it.each([
    [
      "and others as large go on: the path was down for a while",
      [...heard, ...burst, ...repeats, ...large(6.31, 6.32), ...behind],
    ],
    ["at intervals that stay: a stream", [...heard, ...burst, ...large(0.3, 1.3, 2.3, 3.3, 4.3), ...behind]],
    ["of one request alone: nobody says that its host is there", [...heard, ...repeats, ...behind]],
    ["four times: too few to say", [...heard, ...burst, ...repeats.slice(0, 4), ...behind]],
    ["and nothing comes back behind it: the peer is gone, or the capture ends", [...heard, ...burst, ...repeats]],
    ["and its sender sends nothing else behind it", [...heard, ...burst, ...repeats, ...answers(7)]],
    [
      "to an end that was last heard seconds before: the path may have been down for long",
      [...large(3.1, 3.1001, 3.1002, 3.3, 3.7, 4.5, 6.1, 9.3), ...small(9.9), ...answers(10)],
    ],
    [
      "after an answer to the first of them: the tail of an upload waits for the end of an outage",
      [...heard, ...burst, ...answers(0.15), ...repeats, ...answers(6.35), ...behind],
    ],
    [
      "while something comes back",
      [...heard, ...burst, ...repeats.slice(0, 4), ...answers(5), ...repeats.slice(4), ...behind],
    ],
    [
      "after a long transfer",
      [...heard, ...large(...Array.from({ length: 70 }, (_, i) => 0.06 + i / 1e4)), ...repeats, ...behind],
    ],
    [
      "of other sizes",
      [...heard, ...burst, ...repeats.slice(0, 3), later(whole(90, 1200), 3.1), ...large(6.3), ...behind],
    ],
  ])("%s", async (_, frames) => {
    expect((await verdictOf(with_(...frames))).outcome).not.toBe("degraded")
  })
})
