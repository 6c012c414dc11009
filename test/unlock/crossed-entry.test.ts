/** Keys of an IKE SA that stand in each other's place in the file: they open its messages all the same, and it is said. */
import { expect, it } from "vitest"
import { EXCHANGE_TYPE } from "../../src/registry/ikev2/exchange-types.ts"
import { failures, reportOf, shown } from "../play/analyzed.ts"
import { PlayV2 } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"

function given() {
  const play = new PlayV2(new Tape()).saInit().auth()
  play.info("responder")
  const { sk_ai, sk_ar, sk_ei, sk_er } = shown(play.keys)
  const spis = { spi_i: hex(play.spiI), spi_r: hex(play.spiR) }
  return { play, spis, keys: { sk_ai, sk_ar, sk_ei, sk_er } }
}

const crossedIn = (report: Awaited<ReturnType<typeof reportOf>>): string[] =>
  report.diagnostics.filter(d => d.code === "keys-crossed").map(d => d.message)

it.each([
  ["SK_ai and SK_ar", ["sk_ai", "sk_ar"]],
  ["SK_ei and SK_er", ["sk_ei", "sk_er"]],
  ["SK_ei and SK_er, SK_ai and SK_ar", ["sk_ai", "sk_ar", "sk_ei", "sk_er"]],
] as const)("%s", async (names, crossed) => {
  const { play, spis, keys } = given()
  const other = { sk_ai: "sk_ar", sk_ar: "sk_ai", sk_ei: "sk_er", sk_er: "sk_ei" } as const
  const swapped = Object.fromEntries(crossed.map(name => [name, keys[other[name]]]))
  const report = await reportOf(play.tape, { ike_sas: [{ ...spis, ...keys, ...swapped }] })
  expect(failures(report)).toEqual([])
  expect(report.ike_sas[0].verdict.outcome).toBe("up")
  expect(crossedIn(report)).toEqual([
    `frame 3 opens with the keys of the other side: ${names} are crossed in the file that has them`,
  ])
})

it("keys as they should be are not crossed", async () => {
  const { play, spis, keys } = given()
  expect(crossedIn(await reportOf(play.tape, { ike_sas: [{ ...spis, ...keys }] }))).toEqual([])
})

it.each(["sk_ei", "sk_er"] as const)("another %s opens nothing, and nobody lacks AUTH or pads wrongly", async name => {
  const { play, spis, keys } = given()
  const report = await reportOf(play.tape, { ike_sas: [{ ...spis, ...keys, [name]: "5a".repeat(16) }] })
  const failed = report.ike_sas[0].checks.filter(c => c.status === "fail")
  expect(new Set(failed.map(c => c.id))).toEqual(new Set(["sk-integrity"]))
  expect(failed[0].reason).toContain("the SK_e given is not the sender's")
  const codes = report.diagnostics.map(d => d.code)
  expect(codes).not.toContain("auth-missing")
  expect(codes).not.toContain("ike-malformed")
})

it.each(["behind them", "before them"])(
  "a message that pads wrongly opens once others show the keys to be right, %s",
  async order => {
    const { play, spis, keys } = given()
    const wrong = { padLength: 0xff }
    const frame = play.put("initiator", play.sealed("initiator", EXCHANGE_TYPE.INFORMATIONAL, 2, false, [], wrong))
    // In the capture before the first message that shows it, too.
    const { packets } = play.tape
    const at = order === "behind them" ? frame : 3
    packets.splice(at - 1, 0, ...packets.splice(frame - 1))
    const report = await reportOf(play.tape, { ike_sas: [{ ...spis, ...keys }] })
    const checks = report.ike_sas[0].checks.filter(c => c.frame === at && c.id.startsWith("sk-"))
    expect(checks.map(c => [c.id, c.status])).toEqual([
      ["sk-integrity", "pass"],
      ["sk-padding", "fail"],
    ])
    expect(report.diagnostics.map(d => d.code)).not.toContain("decryption-failed")
  },
)
