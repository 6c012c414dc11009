/** The guides: every command in them prints what they show. `npm run build && node scripts/guide-blocks.mjs` renews them. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "..")
const built = existsSync(join(root, "dist/bin/main.js"))
const { documents, readDocument, renewed } = await import(join(root, "scripts/guide-blocks.mjs"))
const { JOBS_GUIDE, cellOf, jobsOf } = await import(join(root, "scripts/guide-seconds.mjs"))

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
  it("shows what its commands print", () => {
    const text = readDocument(name)
    expect(renewed(text)).toBe(text)
  }, 120_000)

  it("links to what is there", () => {
    const links = [...readFileSync(join(root, name), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(m => m[1])
    expect(links.filter(link => !existsSync(join(root, dirname(name), link)))).toEqual([])
  })
})
