/**
 * What an authenticated peer can say: bent messages, sealed under the right keys, through the commands themselves. Nothing but
 * diagnostics comes of it, every output is read by a reader of its format, and no capture takes long or much memory.
 * 500 of them in the tests; `IKEDUMP_ATTACKS=20000 npx vitest run test/attack` is the long run (`npm run fuzz`); `IKEDUMP_SEED` says where the seeds begin.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { random } from "../helpers/mutations.ts"
import { FORMS, faultOf } from "../helpers/output-forms.ts"
import { threadSeconds } from "../helpers/thread-seconds.ts"
import { reportOf } from "../play/analyzed.ts"
import { type Attack, attackOf } from "./attacker.ts"
import { oneOf } from "./bend.ts"
import { collectDonors, type Donors } from "./donors.ts"

const RUNS = Number(process.env.IKEDUMP_ATTACKS ?? 500)
const SEED = Number(process.env.IKEDUMP_SEED ?? 1)
const MAX_SECONDS = 5
const MAX_BYTES = 300e6

const folder = mkdtempSync(join(tmpdir(), "ikedump-attack-"))
const capture = join(folder, "attack.pcapng")
const keysFile = join(folder, "keys.json")
afterAll(() => rmSync(folder, { recursive: true }))

let donors: Donors
beforeAll(async () => {
  donors = await collectDonors(RUNS > 500)
}, 300_000)

/** Writing the page is slow, and what is in it goes through the same session as `show`. */
const forms = FORMS.filter(f => f.name !== "report html")

/** The capture of a seed, through one command. What is wrong, if anything. */
async function faultIn(seed: number, { capture: bytes, keys, about }: Attack): Promise<string | undefined> {
  writeFileSync(capture, bytes)
  writeFileSync(keysFile, JSON.stringify({ ikedump_keys: 1, ...keys }))
  const form = oneOf(random(seed ^ 0x5eed), forms)
  const before = threadSeconds()
  const peak = process.resourceUsage().maxRSS
  const fault = await faultOf(form, capture, ["--keys", keysFile])
  const seconds = threadSeconds() - before
  const grown = (process.resourceUsage().maxRSS - peak) * 1024
  const cost = seconds > MAX_SECONDS ? `${seconds} s` : grown > MAX_BYTES ? `${grown} bytes` : undefined
  const wrong = fault ?? cost
  return wrong && `seed ${seed}, ${about}: ${form.name}: ${wrong}`
}

describe("bent messages under the right keys", () => {
  it("are opened", async () => {
    let opened = 0
    let inner = 0
    for (let seed = 0; seed < 12; seed++) {
      const { capture: bytes, keys } = attackOf(seed, donors)
      const report = await reportOf(bytes, keys)
      const checks = report.ike_sas.flatMap(sa => sa.checks)
      opened += checks.filter(c => c.id === "sk-integrity" && c.status === "pass").length
      inner += report.esp_sas.reduce((n, e) => n + e.icv_ok, 0)
    }
    expect(opened).toBeGreaterThan(30)
    expect(inner).toBeGreaterThan(15)
  })

  it(`${RUNS} give diagnostics only`, { timeout: 0 }, async () => {
    const faults: string[] = []
    for (let done = 0, seed = SEED; done < RUNS && faults.length < 20; seed++) {
      const attack = attackOf(seed, donors)
      const fault = await faultIn(seed, attack)
      if (fault) faults.push(fault)
      done += attack.bent
    }
    expect(faults).toEqual([])
  })
})
