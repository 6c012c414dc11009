/** A growing file is followed over growth, rotation and truncation. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { followFile } from "../../src/node/follow-file.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-follow-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** All that is read of `path` while `steps` run, one step each time when there is nothing more to read. */
async function follow(path: string, steps: readonly (() => void)[]): Promise<string> {
  const stop = new AbortController()
  let text = ""
  let next = 0
  for await (const piece of followFile(path, { signal: stop.signal, pollMs: 1 })) {
    if (piece) text += new TextDecoder().decode(piece)
    else if (next < steps.length) steps[next++]()
    else stop.abort()
  }
  return text
}

it("reads what is there, and what is written later", async () => {
  const path = join(folder, "grow")
  writeFileSync(path, "one\n")
  const steps = [() => appendFileSync(path, "two\n"), () => {}, () => appendFileSync(path, "three\n")]
  expect(await follow(path, steps)).toBe("one\ntwo\nthree\n")
})

it("waits for a file that is not there yet", async () => {
  const path = join(folder, "later")
  expect(await follow(path, [() => {}, () => writeFileSync(path, "come\n")])).toBe("come\n")
})

it("goes on in the file that took the name, after all of the old one", async () => {
  const path = join(folder, "rotated")
  writeFileSync(path, "old\n")
  const rotate = () => {
    appendFileSync(path, "last\n")
    renameSync(path, `${path}.1`)
    writeFileSync(path, "new\n")
  }
  expect(await follow(path, [rotate, () => appendFileSync(path, "more\n")])).toBe("old\nlast\nnew\nmore\n")
})

it("begins again in a file that was emptied", async () => {
  const path = join(folder, "cut")
  writeFileSync(path, "long text\n")
  const steps = [() => truncateSync(path, 0), () => appendFileSync(path, "new\n")]
  expect(await follow(path, steps)).toBe("long text\nnew\n")
})

it("does not hide a file that cannot be read", async () => {
  await expect(follow(folder, [])).rejects.toThrow("EISDIR")
})
