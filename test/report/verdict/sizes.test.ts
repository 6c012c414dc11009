/** What closed messages are inferred to hold, against what they held: the fixtures opened, then closed. */
import { existsSync, readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { isOpened, sentOf } from "../../../src/report/verdict/sent.ts"
import { canBe, roomOf } from "../../../src/report/verdict/sizes.ts"
import { isBad } from "../../../src/report/verdict/types.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import { analyzeCapture, fixtureCapture, fixtureSecrets } from "../../helpers/capture-edit.ts"

const FIXTURES = resolve(import.meta.dirname, "../../../fixtures")
const names = ["", "strongswan"].flatMap(folder =>
  readdirSync(resolve(FIXTURES, folder))
    .map(name => (folder === "" ? name : `${folder}/${name}`))
    .filter(
      name => existsSync(resolve(FIXTURES, name, "capture.pcap")) && existsSync(resolve(FIXTURES, name, "keys.json")),
    ),
)

describe("sizes of closed messages", () => {
  let compared = 0

  it.each(names.filter(n => /v2-/.test(n)))("%s", async name => {
    const held = new Map<number, number>()
    const { sas } = await analyzeCapture(fixtureCapture(name), fixtureSecrets(name), {
      onOpened: (frame, _place, opened) => held.set(frame, opened.end),
    })
    for (const sa of sas)
      for (const sent of sentOf(sa)) {
        const bytes = held.get(sent.parts[0].frame)
        const room = roomOf(sent, sa.choice)
        if (!isOpened(sent) || sent.parts.length > 1 || sent.parts[0].fragment || bytes === undefined || !room) continue
        compared++
        expect(canBe(room, bytes), `${name} frame ${sent.parts[0].frame}: ${bytes} in ${JSON.stringify(room)}`).toBe(
          true,
        )
      }
  })

  it("were many", () => {
    expect(compared).toBeGreaterThan(300)
  })
})

describe("closed and opened verdicts agree", () => {
  it.each(names)("%s", async name => {
    const closed = (await analyzeCapture(fixtureCapture(name), NO_SECRETS)).report
    const opened = (await analyzeCapture(fixtureCapture(name), fixtureSecrets(name))).report
    // Without keys a failure may stay unseen; what is inferred is never contradicted.
    if (closed.verdict.outcome !== null && isBad(closed.verdict.outcome))
      expect([name, isBad(opened.verdict.outcome ?? "up")]).toEqual([name, true])
    if (opened.verdict.outcome === "up" || opened.verdict.outcome === "closed")
      expect(["up", "closed"]).toContain(closed.verdict.outcome)
    for (const { verdict } of [...closed.ike_sas, ...opened.ike_sas]) {
      expect(verdict.headline.length).toBeLessThanOrEqual(60)
      expect(verdict.why.length).toBeLessThanOrEqual(240)
      expect(verdict.why.length).toBeGreaterThan(10)
      expect(verdict.cause === null).toBe(["up", "closed", "partial"].includes(verdict.outcome))
    }
    for (const { verdict } of closed.ike_sas) expect(verdict.certainty).not.toBe("proven")
  })
})
