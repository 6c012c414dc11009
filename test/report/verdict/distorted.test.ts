/**
 * Captures that work, as tools and cables distort them: clocks that jump or tell nothing, packets captured twice on one side, cut short, in
 * another order, on both sides of a NAT, joined with others of another day. No verdict claims a fault that is not there.
 */
import { describe, expect, it } from "vitest"
import { isBad } from "../../../src/report/verdict/types.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import { analyzeCapture, type Capture, fixtureCapture, fixtureSecrets, pick } from "../../helpers/capture-edit.ts"
import { random } from "../../helpers/mutations.ts"

/** `npm run fuzz` takes more. */
const RUNS = Number(process.env.IKEDUMP_LOSSES ?? 1)

const CAPTURES = ["v1-xauth-psk-cfg", "v2-collision", "v2-nat", "strongswan/v1-rsa-frag", "strongswan/v2-ports"]

/** Findings that say what is not so. */
const FALSE = ["delete-unknown-spi", "ike-malformed", "implementation-mistake", "certificate-not-yet-valid"]

type Frame = Capture["frames"][number]
type Bend = (frames: readonly Frame[], below: (n: number) => number) => Frame[]

const ETHERNET = 14
const FRACTIONS = 1e6
const source = ({ bytes }: Frame): string => bytes.subarray(26, 30).join(".")
const timeOf = ({ seconds, fraction }: Frame): number => seconds + fraction / FRACTIONS
const at = (frame: Frame, time: number): Frame => ({
  ...frame,
  seconds: Math.floor(time),
  fraction: Math.round((time - Math.floor(time)) * (FRACTIONS - 1)),
})
const inOrder = (frames: readonly Frame[]): Frame[] => [...frames].sort((a, b) => timeOf(a) - timeOf(b))
/** One of both ends, by its number. */
const endOf = (frames: readonly Frame[], n: number): string => [...new Set(frames.map(source))].sort()[n]

const jump =
  (seconds: number): Bend =>
  (frames, below) => {
    const from = 1 + below(frames.length - 1)
    return frames.map((f, i) => (i < from ? f : at(f, timeOf(f) + seconds)))
  }

const snap =
  (most: number): Bend =>
  frames =>
    frames.map(f => ({ ...f, bytes: f.bytes.slice(0, most), wire: f.bytes.length }))

/** Each packet again with another address of one end, a moment before or after. */
const bothSidesOfNat =
  (n: number): Bend =>
  frames => {
    const inside = endOf(frames, n)
    const turned = frames.map(f => {
      const bytes = f.bytes.slice()
      for (const where of [ETHERNET + 12, ETHERNET + 16])
        if (bytes.subarray(where, where + 4).join(".") === inside) bytes.set([203, 0, 113, 9], where)
      return at({ ...f, bytes }, timeOf(f) + (source(f) === inside ? 3e-4 : -3e-4))
    })
    return inOrder([...frames, ...turned])
  }

const BENDS: Readonly<Record<string, Bend>> = {
  "the clock goes back half a second": jump(-0.5),
  "the clock goes back an hour": jump(-3600),
  "the clock goes ahead half a minute": jump(30),
  "the clock goes ahead two years": jump(6e7),
  "all at one time": frames => frames.map(f => at(f, timeOf(frames[0]))),
  "without a date": frames => frames.map(f => at(f, 0)),
  "in whole seconds": frames => frames.map(f => at(f, f.seconds)),
  "one direction twice": (frames, below) => {
    const end = endOf(frames, below(2))
    return frames.flatMap(f => (source(f) === end ? [f, at(f, timeOf(f) + 5e-5)] : [f]))
  },
  "one direction late": (frames, below) => {
    const end = endOf(frames, below(2))
    return inOrder(frames.map(f => (source(f) === end ? at(f, timeOf(f) + 0.05) : f)))
  },
  "one direction behind the other": (frames, below) => {
    const end = endOf(frames, below(2))
    return [...frames.filter(f => source(f) === end), ...frames.filter(f => source(f) !== end)]
  },
  "the responder alone": frames => frames.filter(f => source(f) !== source(frames[0])),
  "cut to 96 bytes": snap(96),
  "cut to 262 bytes": snap(262),
  "before and behind the initiator's NAT": bothSidesOfNat(0),
  "before and behind the responder's NAT": bothSidesOfNat(1),
}

describe("distorted captures claim no fault", () => {
  it.each(CAPTURES)("%s", { timeout: 0 }, async name => {
    const { header, frames } = fixtureCapture(name)
    const next = random(7)
    const below = (n: number) => Math.floor(next() * n)
    const claims: unknown[] = []
    // A first request of IKEv1 does not name the responder's address: under two it is two.
    for (const [kind, bend] of Object.entries(BENDS))
      if (!name.includes("v1-") || kind !== "before and behind the responder's NAT")
        for (let run = 0; run < RUNS; run++) {
          const secrets = below(2) === 0 ? fixtureSecrets(name) : NO_SECRETS
          const { report } = await analyzeCapture({ header, frames: bend(frames, below) }, secrets)
          for (const { verdict } of report.ike_sas)
            if (isBad(verdict.outcome)) claims.push([kind, run, verdict.outcome, verdict.headline, verdict.why])
          for (const { code, message } of report.diagnostics)
            if (FALSE.includes(code)) claims.push([kind, run, code, message])
        }
    expect(claims).toEqual([])
  })
})

it("captures joined with a gap of hours say what each says alone", { timeout: 0 }, async () => {
  const captures = [
    pick(fixtureCapture("v2-psk-modp2048"), [1, 2]),
    fixtureCapture("v1-wrong-psk"),
    pick(fixtureCapture("v1-main-psk"), [1, 2, 3, 4, 5, 6]),
    pick(fixtureCapture("v2-nat"), [1]),
    fixtureCapture("v2-retrans"),
  ]
  const verdictsOf = async (capture: Capture) => {
    const { report } = await analyzeCapture(capture, NO_SECRETS)
    return report.ike_sas.map(({ spi_i, verdict }) => [
      spi_i,
      verdict.outcome,
      verdict.cause,
      verdict.headline.replace(/ike.\d+/, "ike/N"),
    ])
  }
  const alone = (await Promise.all(captures.map(verdictsOf))).flat()
  let time = 1_600_000_000
  const frames = captures.flatMap((capture, i) => {
    const first = timeOf(capture.frames[0])
    const moved = capture.frames.map(f => at(f, time + timeOf(f) - first))
    time += 7200 * 60 ** i
    return moved
  })
  expect(await verdictsOf({ header: captures[0].header, frames })).toEqual(alone)
})

it("a tunnel of which Quick Mode is missing was none that nobody asked for", async () => {
  const { header, frames } = pick(fixtureCapture("v1-main-psk"), [1, 2, 3, 4, 5, 6, 105, 106, 107])
  const late = frames.map((f, i) => (i < 6 ? f : at(f, timeOf(f) + 10)))
  for (const [secrets, certainty] of [
    [NO_SECRETS, "inferred"],
    [fixtureSecrets("v1-main-psk"), "proven"],
  ] as const) {
    const { report } = await analyzeCapture({ header, frames: late }, secrets)
    const { headline, ...verdict } = report.ike_sas[0].verdict
    expect(headline).toBe("Quick Mode is not in the capture")
    expect(verdict).toMatchObject({ outcome: "partial", certainty, cause: null })
  }
  // Without the Deletes nothing says so.
  const { report } = await analyzeCapture({ header, frames: [...late.slice(0, 6), late[6]] }, NO_SECRETS)
  expect(report.ike_sas[0].verdict.outcome).toBe("no-tunnel")
})
