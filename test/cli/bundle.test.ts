/** How the command is packed: modules that wait for their first call, and files that fit together. */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const bin = join(root, "dist/bin")
const { standIn }: { standIn(module: string, exported: object): string } = await import(
  join(root, "scripts/late-modules.mjs")
)

const real = { twice: (n: number) => 2 * n, tree: { "a-b": { add: (a: number) => (b: number) => a + b } } }

/** The stand-in of `real`, and how often the file behind it was loaded. */
function stoodIn(exported: object) {
  const out: Partial<typeof real> = {}
  let loads = 0
  const load = () => {
    loads++
    return { some: real }
  }
  const text = standIn("some", exported).replaceAll("export const ", "out.")
  new Function("require", "out", text)(load, out)
  return { out, loads: () => loads }
}

it("loads a late module once, when one of its functions is called", () => {
  const { out, loads } = stoodIn(real)
  expect(loads()).toBe(0)
  expect(out.twice?.(4)).toBe(8)
  expect(out.tree?.["a-b"].add(1)(2)).toBe(3)
  expect(loads()).toBe(1)
})

it("leaves out what cannot wait", () => {
  const { out } = stoodIn({ ...real, Shape: class Shape {}, table: new Map(), mixed: { f: () => 1, n: 2 } })
  expect(Object.keys(out)).toEqual(["twice", "tree"])
})

it.skipIf(!existsSync(join(bin, "main.js")))("every file of the command finds what it imports", () => {
  const files = readdirSync(bin).filter(file => file.endsWith(".js") && !file.endsWith("-worker.js"))
  expect(files).toContain("core.js")
  const text = `for (const f of ${JSON.stringify(files)}) await import(${JSON.stringify(`${pathToFileURL(bin).href}/`)} + f)`
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" })
  expect([status, stderr]).toEqual([0, ""])
})
