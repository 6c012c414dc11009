/**
 * Half of the captures in the world lack packets. Captures that work, with a few IKE packets missing, twice, out of order, cut short, or
 * without a beginning or an end: no verdict claims a refusal that did not happen.
 */
import { describe, expect, it } from "vitest"
import type { Outcome } from "../../../src/report/verdict/types.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import { analyzeCapture, type Capture, fixtureCapture, fixtureSecrets, pick } from "../../helpers/capture-edit.ts"
import { random } from "../../helpers/mutations.ts"

/** `npm run fuzz` takes more. */
const RUNS = Number(process.env.IKEDUMP_LOSSES ?? 2)

const CAPTURES = [
  "v1-main-psk",
  "v1-aggr-psk",
  "v1-xauth-psk-cfg",
  "v2-collision",
  "v2-frag",
  "v2-invalid-ke",
  "v2-nat",
  "v2-psk-modp2048",
  "v2-retrans",
]

/** A side was refused, or something does not work. */
const CLAIMS: readonly Outcome[] = ["failed", "no-tunnel", "degraded"]
/** Findings that say so. */
const CODES = [
  "authentication-failed",
  "delete-unknown-spi",
  "ikev1-authentication-refused",
  "ikev1-psk-mismatch",
  "implementation-mistake",
  "spi-unknown",
]

type Bend = (capture: Capture, ike: readonly number[], below: (n: number) => number) => Capture

const numbers = (capture: Capture): number[] => capture.frames.map((_, i) => i + 1)

function without(capture: Capture, ike: readonly number[], below: (n: number) => number): Capture {
  const gone = Array.from({ length: 1 + below(3) }, () => ike[below(ike.length)])
  return pick(
    capture,
    numbers(capture).filter(n => !gone.includes(n)),
  )
}

const BENDS: Readonly<Record<string, Bend>> = {
  "packets missing": without,
  "packets missing, without ESP": (capture, ike, below) => {
    const alone = pick(capture, ike)
    return without(alone, numbers(alone), below)
  },
  "a gap": (capture, ike, below) => {
    const from = ike[below(ike.length)]
    const to = from + 2 + below(3)
    return pick(
      capture,
      numbers(capture).filter(n => n < from || n >= to),
    )
  },
  "no beginning": (capture, ike, below) => pick(capture, numbers(capture).slice(ike[below(ike.length)] - 1)),
  "no end": (capture, ike, below) => pick(capture, numbers(capture).slice(0, ike[below(ike.length)])),
  "packets twice": (capture, _, below) =>
    pick(
      capture,
      numbers(capture).flatMap(n => (below(5) === 0 ? [n, n] : [n])),
    ),
  "packets out of order": (capture, ike, below) => {
    const order = numbers(capture)
    const at = ike[below(ike.length)]
    if (at < order.length) [order[at - 1], order[at]] = [order[at], order[at - 1]]
    return pick(capture, order)
  },
  "cut short, packets missing": (capture, ike, below) => {
    const left = without(capture, ike, below)
    const most = [96, 128, 200][below(3)]
    return {
      ...left,
      frames: left.frames.map(f => ({ ...f, bytes: f.bytes.slice(0, most), wire: f.bytes.length })),
    }
  },
}

/** Frames with an IKE message: UDP 500, or 4500 with the non-ESP marker; Ethernet and IPv4, as the fixtures have them. */
function ikeFrames({ frames }: Capture): number[] {
  return frames.flatMap(({ bytes }, i) => {
    const [ports, marker] = [[bytes[34] * 256 + bytes[35], bytes[36] * 256 + bytes[37]], bytes.slice(42, 46)]
    const isIke = bytes[23] === 17 && (ports.includes(500) || (ports.includes(4500) && marker.every(b => b === 0)))
    return isIke ? [i + 1] : []
  })
}

describe("captures that lack packets claim no refusal", () => {
  it.each(CAPTURES)("%s", { timeout: 0 }, async name => {
    const capture = fixtureCapture(name)
    const ike = ikeFrames(capture)
    expect(ike.length).toBeGreaterThan(4)
    const next = random(5)
    const below = (n: number) => Math.floor(next() * n)
    const claims: unknown[] = []
    for (const [kind, bend] of Object.entries(BENDS))
      for (let run = 0; run < RUNS; run++) {
        const bent = bend(capture, ike, below)
        // Which side began a Quick Mode is not known where its first two messages are swapped, so that keys read its selectors turned.
        const keys = run % 2 === 1 && kind !== "packets out of order"
        const { report } = await analyzeCapture(bent, keys ? fixtureSecrets(name) : NO_SECRETS)
        // Where a capture ends with the acknowledgement of XAUTH's status, it was FAIL, most likely: who passed goes on at once.
        for (const { verdict } of report.ike_sas)
          if (CLAIMS.includes(verdict.outcome) && verdict.cause !== "xauth-failed")
            claims.push([kind, run, bent.frames.length, verdict.outcome, verdict.headline, verdict.why])
        for (const { code, message } of report.diagnostics)
          if (CODES.includes(code) && !/the capture lacks/.test(message))
            claims.push([kind, run, bent.frames.length, code, message])
      }
    expect(claims).toEqual([])
  })

  it("where a refusal is in the capture, it is claimed", async () => {
    const refused = fixtureCapture("v2-auth-failed")
    const { report } = await analyzeCapture(refused, NO_SECRETS)
    expect(report.ike_sas.map(sa => sa.verdict.outcome)).toEqual(["failed"])
  })
})
