/** Documents that could fall behind the code: the API page, and the README's table of commands. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Command } from "commander"
import { describe, expect, it } from "vitest"
import { fitOut } from "../src/cli/command.ts"
import { COMMANDS } from "../src/cli/main.ts"

const root = join(import.meta.dirname, "..")
const built = existsSync(join(root, "dist/vitest.d.ts"))

describe("documents", () => {
  it.skipIf(!built)("docs/api.md says what the declarations say; npm run docs rewrites it", async () => {
    const { apiDocs } = await import(join(root, "scripts/api-docs.mjs"))
    expect(readFileSync(join(root, "docs/api.md"), "utf8").split("\n")).toEqual(apiDocs().split("\n"))
  })

  it("the README names every command", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8")
    const missing = COMMANDS.map(c => c.name).filter(
      name => !readme.includes(`\`ikedump ${name}`) && !readme.includes(`(\`${name}\`)`),
    )
    expect(missing).toEqual([])
  })

  it.skipIf(!built)("there is a manual page for every command, with every flag of it", async () => {
    const page = (name: string) => readFileSync(join(root, "man", name), "utf8")
    for (const spec of COMMANDS) {
      const { name } = spec
      const command = await fitOut(new Command(name), spec, { commands: COMMANDS, defaultCommand: "report" })
      const text = page(`ikedump-${name}.1`).replaceAll("\\-", "-")
      expect(command.options.filter(o => !text.includes(`.B ${o.flags}\n`)).map(o => `${name} ${o.flags}`)).toEqual([])
      expect(page("ikedump.1")).toContain(`.B ikedump ${name}`)
    }
  })

  it.skipIf(!built)("docs/batch.md lists the tables as they are", async () => {
    const { batchDocs } = await import(join(root, "scripts/batch-docs.mjs"))
    expect(readFileSync(join(root, "docs/batch.md"), "utf8")).toBe(batchDocs())
  })
})
