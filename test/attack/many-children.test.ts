/**
 * What thousands of Child SAs of one IKE SA cost behind the analysis: rules, lifetimes of an audit, frames of a page. Time is processor time of
 * this thread, with room for a busy machine: what is quadratic takes ten times as long. The Child SAs are those of a played tunnel, again and again.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { AuditFacts } from "../../src/audit/facts.ts"
import { childLives } from "../../src/audit/seen/times.ts"
import { tunnelsOf } from "../../src/audit/tunnel.ts"
import { runRules } from "../../src/check/run.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { SaStates } from "../../src/open/sa-states.ts"
import { SessionSas } from "../../src/session/sas.ts"
import { childWith } from "../../src/track/inherited.ts"
import { loadText } from "../check/support.ts"
import { threadSeconds } from "../helpers/thread-seconds.ts"
import { analyzed } from "../play/analyzed.ts"
import { PlayV2 } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"

const SECONDS = 2.5
const CHILDREN = 3_000
const RULES = resolve(import.meta.dirname, "../../examples/rules/interop-smoke.yaml")

const tape = new Tape()
const play = new PlayV2(tape).saInit().auth()
play.child("initiator")
const result = await analyzed(tape, {
  psks: [{ secret: "swordfish" }],
  dh_shared: [hex(play.exchanged[0].shared)],
})

/** The items again and again, each under another number. */
const again = <T>(items: readonly T[], numbered: (item: T, n: number) => T): T[] =>
  Array.from({ length: CHILDREN }, (_, n) => items.map(item => numbered(item, n))).flat()

/** What the work takes; its result is looked at first. */
function secondsOf(work: () => void): number {
  const before = threadSeconds()
  work()
  return threadSeconds() - before
}

describe("thousands of Child SAs", () => {
  it("with ESP SAs are held against the rules of the examples", async () => {
    const { report } = result
    const [sa] = report.ike_sas
    const esp = report.esp_sas.filter(e => e.child_sa !== null)
    const many = {
      ...report,
      ike_sas: [{ ...sa, child_sas: again(sa.child_sas, (c, n) => ({ ...c, id: `${c.id}-${n}` })) }],
      esp_sas: again(esp, (e, n) => ({ ...e, id: `${e.id}-${n}`, child_sa: `${e.child_sa}-${n}` })),
    }
    const rules = await loadText(readFileSync(RULES, "utf8"))
    const seconds = secondsOf(() => {
      const both = runRules(rules, many).rules.find(o => o.rule.name === "data flows in both directions")
      expect([both?.passed, both?.selected]).toEqual([true, 2 * CHILDREN])
    })
    expect(seconds).toBeLessThan(2 * SECONDS)
  })

  it("have each the time of their own last packet", () => {
    const [tunnel] = tunnelsOf(result).tunnels
    const children = again(tunnel.children, c => ({ ...c }))
    const dataOf = tunnel.children.map(c => tunnel.data.filter(d => d.child === c))
    const data = children.flatMap((child, n) => dataOf[n % dataOf.length].map(d => ({ ...d, child })))
    const many = { ...tunnel, children, data }
    const seconds = secondsOf(() => {
      const lives = childLives(many, new AuditFacts())
      const own = childLives(tunnel, new AuditFacts()).map(l => l.lived)
      expect(own.every(s => s > 0)).toBe(true)
      expect(new Set(lives.map(l => l.lived))).toEqual(new Set(own))
    })
    expect(seconds).toBeLessThan(SECONDS)
  })

  it("are found by the SPI of a Delete or a rekey", () => {
    const [sa] = result.sas
    const [child] = sa.children
    const children = Array.from({ length: 5 * CHILDREN }, (_, n) => ({ ...child, spiI: 2 * n, spiR: 2 * n + 1 }))
    const many: typeof sa = Object.assign(Object.create(sa), { children })
    const seconds = secondsOf(() => {
      for (const one of children) expect(childWith(many, one.startedBy, 3, one.spiI)).toBe(one)
      expect(childWith(many, child.startedBy, 3, 2 * children.length)).toBeUndefined()
    })
    expect(seconds).toBeLessThan(SECONDS)
  })

  it("of one SPI are as quick", () => {
    const [sa] = result.sas
    const [child] = sa.children
    const many: typeof sa = Object.assign(Object.create(sa), { children: [] })
    const seconds = secondsOf(() => {
      for (let n = 0; n < 2 * CHILDREN; n++) {
        many.children.push({ ...child, spiI: 7, spiR: 7, frame: n })
        expect(childWith(many, child.startedBy, 3, 7)).toBe(many.children[n])
      }
    })
    expect(seconds).toBeLessThan(SECONDS)
  })

  it("of AH are verified in one room", () => {
    const integ = integByName("HMAC-SHA2-256-128")!
    const key = { encr: encrByName("NULL")!, key: new Uint8Array(0), integ, integKey: new Uint8Array(32), esn: false }
    const states = new SaStates(nodeProvider)
    const before = process.memoryUsage().arrayBuffers
    const made = Array.from({ length: CHILDREN }, (_, spi) =>
      states.make({ id: `child/${spi}`, protocol: "AH", spi, keys: { ...key }, origin: "derived" }),
    )
    expect(made.every(state => state.ah !== undefined)).toBe(true)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
  })

  it("leave the checks of each frame where they are", () => {
    const [conclusion] = result.conclusions
    const checks = again(conclusion.checks, (c, n) => ({ ...c, frame: c.frame === null ? null : c.frame + 100 * n }))
    const sas = new SessionSas([{ ...conclusion, checks }], [], conclusion.sa.first)
    const frames = new Set(checks.flatMap(c => c.frame ?? []))
    const seconds = secondsOf(() => {
      let found = 0
      for (const frame of frames) found += sas.checksOf(0, frame).length
      expect(found).toBe(checks.filter(c => c.frame !== null).length)
    })
    expect(seconds).toBeLessThan(SECONDS)
  })
})
