/** A growing file is followed over growth, rotation and truncation. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { followFile, followFolder } from "../../src/node/follow-file.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-follow-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** All that is read of `path` while `steps` run, one step each time when there is nothing more to read. */
async function follow(path: string, steps: readonly (() => void)[], how = followFile): Promise<string> {
  const stop = new AbortController()
  let text = ""
  let next = 0
  for await (const piece of how(path, { signal: stop.signal, pollMs: 1 })) {
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

/** The head of a capture file, with a name behind it. */
const capture = (name: string): Uint8Array =>
  Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000", "hex"), Buffer.from(name)])
const names = (text: string): string[] => text.match(/[a-z]+\d*/g) ?? []

it("goes through the captures of a folder as they were written, and on to each that comes", async () => {
  const ring = join(folder, "ring")
  mkdirSync(ring)
  const write = (file: string, text: string, second: number) => {
    writeFileSync(join(ring, file), capture(text))
    utimesSync(join(ring, file), second, second)
  }
  write("f9", "first", 1000)
  write("f10", "second", 1001)
  writeFileSync(join(ring, "notes"), "none")
  const steps = [
    () => appendFileSync(join(ring, "f10"), "more"),
    () => write("f11", "third", 3e9),
    // A ring begins anew under its first name.
    () => write("f9", "fourth", 3e9 + 1),
    () => {},
  ]
  expect(names(await follow(ring, steps, followFolder))).toEqual(["first", "secondmore", "third", "fourth"])
})
