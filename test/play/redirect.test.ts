/**
 * A gateway sends its client to another one, in IKE_AUTH and later: closed, not refused. Without keys the client tells of it where it begins
 * anew, in the clear. RFC 5685.
 */
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { analyzeCapture } from "../helpers/capture-edit.ts"
import { type Keys, secretsOf } from "./analyzed.ts"
import { PlayV2, PSK } from "./play-v2.ts"
import { type Endpoint, hex, oneBitOff, RIGHT, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const REDIRECT_SUPPORTED = 16406
const REDIRECT = 16407
const REDIRECTED_FROM = 16408
const SPEC = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", packets: 0 }
const OTHER: Endpoint = { address: [10, 0, 0, 9], port: 500 }

/** GW Ident Type 1: an IPv4 address. */
const gateway = ({ address }: Endpoint): Uint8Array => Uint8Array.of(1, 4, ...address)
const HEADER = concat(
  Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0),
)

const client = (tape: Tape): PlayV2 => new PlayV2(tape).saInit([w.notifyP(REDIRECT_SUPPORTED)])
/** The client begins anew with the other gateway; at once, as it knows where. */
const anew = (tape: Tape, from = RIGHT): PlayV2 =>
  new PlayV2(tape, { right: OTHER }).saInit([w.notifyP(REDIRECTED_FROM, gateway(from))]).auth({ child: SPEC })
const keysOf = (...plays: PlayV2[]): Keys => ({
  psks: ["swordfish"],
  dh_shared: plays.flatMap(p => p.exchanged.map(e => hex(e.shared))),
})

/** Verdicts of a tape; frames a millisecond apart, those from `late` on a minute later. */
async function verdicts(tape: Tape, keys: Keys = {}, late = Number.POSITIVE_INFINITY) {
  const frames = tape.packets.map((bytes, i) => ({
    seconds: 1_700_000_000 + (i + 1 < late ? 0 : 60),
    fraction: 1000 * i,
    bytes,
  }))
  const { report } = await analyzeCapture({ header: HEADER, frames }, secretsOf(keys))
  return report.ike_sas.map(sa => sa.verdict)
}

describe("in IKE_AUTH", () => {
  const tape = new Tape()
  const first = client(tape)
  const asked = first.childOffer("initiator", SPEC).request
  first.auth({ child: null, extra: { request: asked, response: [w.notifyP(REDIRECT, gateway(OTHER))] } }).delete()
  const alone = [...tape.packets]
  const second = anew(tape)

  it("with keys: proven", async () => {
    const [one, two] = await verdicts(tape, keysOf(first, second))
    expect(one).toMatchObject({ outcome: "closed", certainty: "proven", cause: null })
    expect(one.headline).toBe("Redirected to 10.0.0.9")
    expect(one.why).toContain("redirects the client to 10.0.0.9")
    expect(two.outcome).toBe("up")
  })

  it("without keys: what the client says to the other gateway", async () => {
    const [one] = await verdicts(tape)
    expect(one).toMatchObject({ outcome: "closed", certainty: "inferred", cause: null })
    expect(one.headline).toBe("Redirected to 10.0.0.9: ike/1")
    expect(one.why).toContain("REDIRECTED_FROM 10.0.0.2")
  })

  it("without keys and without more: a refusal is claimed, and that it may be this", async () => {
    const short = new Tape()
    short.packets = alone
    expect((await verdicts(short))[0].why).toContain("a refusal, a REDIRECT")
  })

  it("not where the client comes from elsewhere", async () => {
    const other = new Tape()
    other.packets = [...alone]
    anew(other, { address: [10, 0, 0, 77], port: 500 })
    expect((await verdicts(other))[0].headline).not.toMatch(/Redirected/)
  })

  it("not with wrong keys", async () => {
    const short = new Tape()
    short.packets = alone
    const wrong = { psks: ["swordfish"], dh_shared: first.exchanged.map(e => hex(oneBitOff(e.shared))) }
    expect((await verdicts(short, wrong))[0].certainty).not.toBe("proven")
  })
})

describe("in INFORMATIONAL, of an SA that is up", () => {
  const redirected = (tape: Tape): PlayV2 => {
    const play = client(tape).auth({ child: SPEC })
    play.info("responder", [w.notifyP(REDIRECT, gateway(OTHER))])
    return play
  }

  it("with keys: closed, and where to; without: where the client goes", async () => {
    const tape = new Tape()
    const first = redirected(tape).delete()
    const [one] = await verdicts(tape, keysOf(first))
    expect(one).toMatchObject({ outcome: "closed", certainty: "proven", cause: null })
    expect(one.why).toContain("redirects the client to 10.0.0.9")
    // A Delete and an empty message have one size here.
    expect((await verdicts(tape))[0].outcome).toBe("up")
    const second = anew(tape)
    expect((await verdicts(tape, keysOf(first, second))).map(v => v.outcome)).toEqual(["closed", "up"])
    expect((await verdicts(tape)).map(v => v.headline)[0]).toBe("Redirected to 10.0.0.9: ike/1")
  })

  it("a client that stays is not gone", async () => {
    const tape = new Tape()
    const first = redirected(tape)
    const late = tape.packets.length + 1
    // Packets that open would lie outside of the selectors.
    const child = { ...first.children[0], keys: { ...first.children[0].keys, integ_i: PSK, integ_r: PSK } }
    for (let n = 1; n <= 4; n++) first.data(child, n % 2 ? "starter" : "other", 10 + n)
    expect((await verdicts(tape, keysOf(first), late))[0].headline).not.toMatch(/Redirected/)
    expect((await verdicts(tape, keysOf(first)))[0].headline).toMatch(/Redirected/)
  })
})
