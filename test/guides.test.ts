/** The guides: every command in them prints what they show. `npm run build && node scripts/guide-blocks.mjs` renews them. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { runCommandWith } from "./helpers/run-command.ts"

const root = join(import.meta.dirname, "..")
const built = existsSync(join(root, "dist/bin/main.js"))
const { documents, readDocument, renewed } = await import(join(root, "scripts/guide-blocks.mjs"))
const { JOBS_GUIDE, cellOf, jobsOf } = await import(join(root, "scripts/guide-seconds.mjs"))

/** Commands that only read run in this process; others, and those in shell of some length, as a reader runs them. */
const run = (...args: readonly string[]) => runCommandWith({ env: SURROUNDINGS }, ...args)
const SURROUNDINGS = { COLUMNS: "100", NO_COLOR: "1", IKEDUMP_KEYS: "" }

describe("the table of twenty jobs", () => {
  const text: string = readDocument(JOBS_GUIDE)

  it("has each job of the guide, its command, and the seconds that a script measured", () => {
    const jobs = jobsOf(text) as { job: string; command: string }[]
    expect(jobs).toHaveLength(20)
    const rows = text.split("\n").filter(line => /^\| \d+ \|/.test(line))
    expect(rows.map(row => row.replace(/ \d+\.\d \|$/, ""))).toEqual(
      jobs.map(({ job, command }, i) => `| ${i + 1} | ${job} | ${cellOf(command)} |`),
    )
  })
})

describe.skipIf(!built).each(documents() as string[])("%s", name => {
  it("shows what its commands print", async () => {
    const text = readDocument(name)
    expect(await renewed(text, run)).toBe(text)
  }, 120_000)

  it("links to what is there", () => {
    const links = [...readFileSync(join(root, name), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(m => m[1])
    expect(links.filter(link => !existsSync(join(root, dirname(name), link)))).toEqual([])
  })
})
