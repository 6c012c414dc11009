/** Files are written whole or not at all; devices, pipes and what links lead to keep what they are. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { writeSecretFile } from "../../src/node/secret-file.ts"
import { WholeFile, writeWhole } from "../../src/node/whole-file.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-whole-"))
const path = join(folder, "file")
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe("a file", () => {
  it("is there when it is complete, not before", () => {
    writeFileSync(path, "before")
    const file = new WholeFile(path)
    file.write(Buffer.from("after"))
    expect(readFileSync(path, "utf8")).toBe("before")
    file.close()
    expect(readFileSync(path, "utf8")).toBe("after")
    expect(readdirSync(folder)).toEqual(["file"])
  })

  it("that is abandoned leaves the one before and no part", () => {
    writeFileSync(path, "before")
    const file = new WholeFile(path)
    file.write(Buffer.from("after"))
    file.abandon()
    expect(readFileSync(path, "utf8")).toBe("before")
    expect(readdirSync(folder)).toEqual(["file"])
  })

  it("keeps its mode, but for secrets, which are their owner's", () => {
    writeFileSync(path, "")
    chmodSync(path, 0o664)
    writeWhole(path, "text")
    expect(statSync(path).mode & 0o777).toBe(0o664)
    writeSecretFile(path, "secret")
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe("what is no file", () => {
  it("a device keeps its mode and is written as it is", () => {
    const before = statSync("/dev/null").mode
    writeSecretFile("/dev/null", "secret")
    expect(statSync("/dev/null").mode).toBe(before)
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true)
  })

  it.skipIf(!existsSync("/dev/full"))("a full device is node's error", () => {
    expect(() => writeSecretFile("/dev/full", "secret")).toThrowError(expect.objectContaining({ code: "ENOSPC" }))
  })

  it("a folder is node's error", () => {
    expect(() => writeWhole(folder, "text")).toThrowError(expect.objectContaining({ code: "EISDIR" }))
  })

  it("a symbolic link is followed, and said", () => {
    const link = join(folder, "link")
    writeFileSync(path, "before")
    symlinkSync(path, link)
    const followed: string[] = []
    writeSecretFile(link, "after", target => followed.push(target))
    expect([readFileSync(path, "utf8"), lstatSync(link).isSymbolicLink(), followed.length]).toEqual(["after", true, 1])
  })
})
