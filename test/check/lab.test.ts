/** Each lab scenario keeps the rules file that states its story, and breaks the story of another one. */
import { existsSync, readdirSync } from "node:fs"
import { basename, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { loadRules } from "../../src/check/load.ts"
import { runRules } from "../../src/check/run.ts"
import { readRules } from "../../src/node/read-rules.ts"
import { failureLine } from "../../src/render/check/words.ts"
import type { Report } from "../../src/report/types.ts"
import { labScenarios, labTruth } from "../helpers/lab-secrets.ts"
import { LAB, labReport } from "./support.ts"

const stories = resolve(import.meta.dirname, "lab")
const names = readdirSync(stories)
  .filter(f => f.endsWith(".yaml"))
  .map(f => basename(f, ".yaml"))

/** Neighbours of one family would keep one another's stories: the next but several is another kind of negotiation. */
const strangerOf = (name: string): string => names[(names.indexOf(name) + 17) % names.length]

async function tell(story: string, report: Report) {
  const rules = await loadRules([resolve(stories, `${story}.yaml`)], { read: readRules })
  return runRules(rules, report)
}

const reports = new Map<string, Promise<Report>>()
const reportOf = (name: string): Promise<Report> => {
  const known = reports.get(name) ?? labReport(name)
  reports.set(name, known)
  return known
}

describe.skipIf(!existsSync(LAB))("stories of the lab (skipped without ../shared/captures/lab)", () => {
  // Scenarios with a `cause` say in their truth what a report must say of them.
  it("has one for each scenario whose truth states no cause", () => {
    const explained = labScenarios().filter(n => labTruth(n).cause === undefined)
    expect(explained.length).toBeGreaterThan(50)
    expect(explained.filter(n => !names.includes(n))).toEqual([])
  })

  it.each(names)("%s", async name => {
    const outcome = await tell(name, await reportOf(name))
    expect(outcome.rules.filter(r => !r.passed).flatMap(r => [r.rule.name, ...r.failures.map(failureLine)])).toEqual([])
    expect(outcome.rules.length).toBeGreaterThan(2)
  })

  it.each(names)("%s breaks another story", async name => {
    const outcome = await tell(strangerOf(name), await reportOf(name))
    expect(outcome.failed).toBeGreaterThan(0)
  })
})
