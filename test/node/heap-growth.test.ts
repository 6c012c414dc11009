/** How the heap grows is set for a process by its main thread; a command that runs in a thread, as those of these tests, sets nothing. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { cachedDataVersionTag } from "node:v8"
import { expect, it } from "vitest"
import { growSlowly, keepYoungHeapSmall } from "../../src/node/heap-growth.ts"

const compiled = join(import.meta.dirname, "../../dist/node/heap-growth.js")
if (!existsSync(compiled)) console.log("skipped: not built (npm run build)")

// V8's tag is one of its version and its flags.
it("is left as it is in a thread", () => {
  const before = cachedDataVersionTag()
  growSlowly()
  keepYoungHeapSmall()
  expect(cachedDataVersionTag()).toBe(before)
})

it.skipIf(!existsSync(compiled))("is set in a process of its own", () => {
  const script = `
    import { cachedDataVersionTag } from "node:v8"
    import { growSlowly } from ${JSON.stringify(pathToFileURL(compiled).href)}
    const before = cachedDataVersionTag()
    growSlowly()
    console.log(cachedDataVersionTag() === before)`
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })
  expect(stdout).toBe("false\n")
})
