/** The line `life` of a card: what is not in the capture, and what stays encrypted, are two things. */
import { describe, expect, it } from "vitest"
import { lifecycle } from "../../src/render/lifecycle.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeCapture, type Capture, fixtureCapture, fixtureSecrets, pick } from "../helpers/capture-edit.ts"

async function lifeOf(capture: Capture, keysOf?: string) {
  const secrets = keysOf === undefined ? NO_SECRETS : fixtureSecrets(keysOf)
  const [sa] = (await analyzeCapture(capture, secrets)).report.ike_sas
  return lifecycle(sa, [], sa.first_time).map(s => `${s.name} ${s.text}`.trim())
}

const name = "v2-psk-modp2048"
const psk = fixtureCapture(name)

describe("the end", () => {
  it("may be a Delete that nobody can read without keys", async () => {
    expect((await lifeOf(psk)).at(-1)).toMatch(/^whether it was deleted stays encrypted, last message at 1\.018 s$/)
    expect((await lifeOf(psk, name)).at(-1)).toBe("deleted by initiator at 1.017 s")
  })

  it("is not in the capture where the last message is no Informational", async () => {
    const cut = pick(psk, [1, 2, 3, 4, 5, 6])
    expect((await lifeOf(cut)).at(-1)).toMatch(/^its end is not in the capture/)
    expect((await lifeOf(cut, name)).at(-1)).toMatch(/^its end is not in the capture/)
  })
})

it("counts Child SAs that were made: no refusal, and no rekey of the IKE SA", async () => {
  const refused = fixtureCapture("v2-invalid-ke")
  expect(await lifeOf(refused, "v2-invalid-ke")).toContain("phase 2 in IKE_AUTH (and 1 more)")
  // Four CREATE_CHILD_SA: one made a Child SA, one was answered TEMPORARY_FAILURE, two are of the IKE SA.
  expect(await lifeOf(fixtureCapture("v2-collision"), "v2-collision")).toContain("phase 2 in IKE_AUTH (and 1 more)")
})

it("one message took no time", async () => {
  expect(await lifeOf(pick(psk, [1]))).toContain("phase 1 not completed")
})
