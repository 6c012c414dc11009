/**
 * A capture that begins late, ends early, sees one direction, or lost or doubled a message: what is inferred without keys never contradicts
 * what keys prove, and a negotiation that worked has not failed.
 */
import { describe, expect, it } from "vitest"
import { isBad } from "../../../src/report/verdict/types.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import {
  analyzeCapture,
  type Capture,
  drop,
  fixtureCapture,
  fixtureSecrets,
  pick,
  snapped,
} from "../../helpers/capture-edit.ts"

/** Negotiations of each kind; a few, as each is read some forty times. */
const NAMES = [
  "v2-psk-modp2048",
  "v2-auth-failed",
  "v2-ts-unacceptable",
  "v2-invalid-ke",
  "v2-frag",
  "v1-main-psk",
  "v1-wrong-psk",
  "strongswan/v2-eap-mschapv2",
  "strongswan/v2-childless",
  "strongswan/v2-wrongid",
]

/**
 * What the size of the last message cannot tell: EAP Success from Failure, and an IKE SA that wants no Child SA from one that got none. It
 * is read by what does not follow, and here something would.
 */
const ENDS = /^strongswan\/v2-(eap-mschapv2|childless) cut/

const source = ({ bytes }: Capture["frames"][number]): string => bytes.slice(26, 30).join(".")

async function agree(what: string, capture: Capture, name: string, worked: boolean): Promise<void> {
  const closed = (await analyzeCapture(capture, NO_SECRETS)).report.ike_sas
  const opened = (await analyzeCapture(capture, fixtureSecrets(name))).report.ike_sas
  for (const sa of closed) {
    const proven = opened.find(x => x.spi_i === sa.spi_i && x.first_time === sa.first_time)?.verdict
    if (!proven) continue
    const [inferred, words] = [sa.verdict.outcome, `${what}: ${sa.verdict.outcome} (${sa.verdict.why})`]
    if ((proven.outcome === "up" || proven.outcome === "closed") && !ENDS.test(what))
      expect(isBad(inferred), words).toBe(false)
    if (proven.outcome === "failed" || proven.outcome === "no-tunnel")
      expect(["up", "closed"], `${words}, but ${proven.why}`).not.toContain(inferred)
    if (worked && !ENDS.test(what)) expect(isBad(inferred), words).toBe(false)
  }
}

describe.each(NAMES)("%s", name => {
  it("cut short, with a message lost or doubled, in one direction", { timeout: 60_000 }, async () => {
    const whole = fixtureCapture(name)
    const { report } = await analyzeCapture(whole, fixtureSecrets(name))
    const worked = !isBad(report.verdict.outcome ?? "partial")
    const numbers = whole.frames.map((_, i) => i + 1)
    const messages = report.ike_sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages.map(m => m.frame)))
    for (const n of messages.slice(0, 12)) {
      await agree(`${name} cut behind ${n}`, pick(whole, numbers.slice(0, n)), name, worked)
      await agree(`${name} twice ${n}`, pick(whole, [...numbers.slice(0, n), n, ...numbers.slice(n)]), name, worked)
    }
    // Of a lost answer nothing is seen: its request went unanswered.
    for (const n of messages.slice(0, 6)) await agree(`${name} without ${n}`, drop(whole, [n]), name, false)
    for (const address of new Set(whole.frames.map(source)))
      await agree(
        `${name} of ${address}`,
        pick(
          whole,
          numbers.filter(n => source(whole.frames[n - 1]) === address),
        ),
        name,
        worked,
      )
  })
})

it("a message in IP fragments has its length on the wire, however short they are cut", async () => {
  const whole = fixtureCapture("v2-ipfrag-bigcert")
  const why = async (capture: Capture) => (await analyzeCapture(capture, NO_SECRETS)).report.ike_sas[0].verdict.why
  const [bytes] = /[\d,]+ bytes of ciphertext/.exec(await why(whole)) ?? []
  expect(bytes).toBeDefined()
  expect(await why(snapped(whole, 200))).toContain(bytes)
})
