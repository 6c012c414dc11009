/** Habits and slips: results sent to files, standard input by itself, misspelt words, help in groups, files that are no captures. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import { pagerOf } from "../../src/cli/pager.ts"
import { runCommand } from "../helpers/run-command.ts"

const root = resolve(import.meta.dirname, "../..")
const capture = join(root, "fixtures/v2-psk-modp2048/capture.pcap")
const keys = join(root, "fixtures/v2-psk-modp2048/keys.json")
const bin = join(root, "bin/ikedump.js")
const built = existsSync(join(root, "dist/bin/main.js"))
const folder = mkdtempSync(join(tmpdir(), "ikedump-manners-"))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

/** The command as it is installed. */
const spawned = (args: readonly string[], input?: Buffer) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], { input, encoding: "utf8" })
  return { out: stdout, err: stderr, code: status }
}

describe("a file that is no capture is named", () => {
  it.each([
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz file: xz -dc FILE | ikedump -"],
    ["lz4", [0x04, 0x22, 0x4d, 0x18], "an lz4 file: lz4 -dc FILE | ikedump -"],
    ["zip", [0x50, 0x4b, 0x03, 0x04], "a zip archive: unzip -p FILE | ikedump -"],
    ["bz2", [0x42, 0x5a, 0x68, 0x39], "a bzip2 file: bzip2 -dc FILE | ikedump -"],
  ])("%s", async (name, magic, said) => {
    const { err, code } = await runCommand("packets", file(`a.${name}`, Uint8Array.of(...magic, 0, 0, 0, 0)))
    expect([code, err]).toEqual([3, expect.stringContaining(said)])
  })

  it("tar inside gzip", async () => {
    const tar = Buffer.alloc(1024)
    tar.write("capture.pcap", 0)
    tar.write("ustar", 257)
    const { err } = await runCommand("packets", file("a.tar.gz", gzipSync(tar)))
    expect(err).toContain("a tar archive: unpack it with tar -xf FILE")
  })

  it("text, which may be secrets", async () => {
    expect((await runCommand("packets", keys)).err).toContain(
      "this is text: secrets and logs of daemons are given with --keys",
    )
  })
})

describe("slips", () => {
  it("a misspelt command", async () => {
    const { code, err } = await runCommand("pakcets", "a.pcap")
    expect([code, err]).toEqual([2, expect.stringContaining("did you mean ikedump packets?")])
  })

  it("a word that is like no command stays a path", async () => {
    expect((await runCommand("elephants")).err).toContain("cannot open elephants: no such file")
  })

  it("keys and capture swapped", async () => {
    const { code, err } = await runCommand(keys, "--keys", capture)
    expect([code, err]).toEqual([2, expect.stringContaining("they are swapped")])
    expect(err).toContain(`ikedump ${capture} --keys ${keys}`)
  })

  it("a capture given twice, once for the keys", async () => {
    expect((await runCommand(capture, "--keys", capture)).err).toContain("is a capture: --keys takes files of secrets")
  })

  it.each([
    [["packets", "-Y", "ike"], "isakmp"],
    [["packets", "-Y", "ikev2.exchangetype == 34"], "isakmp.exchangetype"],
    [["fields", "-e", "ike.ispi"], "isakmp.ispi"],
    [["fields", "-e", "isakmp.exchangtype"], "isakmp.exchangetype"],
    [["report", "--format", "jsn"], "json"],
  ])("%s: did you mean %s?", async (args, meant) => {
    const { code, err } = await runCommand(...args, capture)
    expect([code, err]).toEqual([2, expect.stringContaining(`did you mean ${meant}?`)])
  })

  it("several fields behind one -e", async () => {
    expect((await runCommand("fields", capture, "-c", "1", "-e", "frame.number,isakmp.ispi")).out).toBe(
      "1\t23f2acdb7d9b9274\n",
    )
  })
})

describe("fields --list", () => {
  it("has names and meanings, of a pattern too", async () => {
    const { out } = await runCommand("fields", "--list", "isakmp.*spi")
    expect(out).toMatch(/^isakmp\.ispi +Initiator SPI/m)
    expect(
      out
        .split("\n")
        .slice(1, -1)
        .every(line => /spi/i.test(line)),
    ).toBe(true)
    expect((await runCommand("fields", "--list")).out.split("\n").length).toBeGreaterThan(300)
  })

  it("of nothing is 2", async () => {
    expect((await runCommand("fields", "--list", "zebra")).code).toBe(2)
  })
})

describe("--json", () => {
  it("is --format json, and an explicit format wins", async () => {
    expect(JSON.parse((await runCommand("packets", capture, "--json", "-c", "1")).out)).toHaveLength(1)
    expect((await runCommand("packets", capture, "--json", "--format", "text", "-c", "1")).out).toContain("No.")
  })
})

describe("--help", () => {
  it("groups flags, and shows limits with --all only", async () => {
    const { out, code } = await runCommand("report", "--help")
    expect(code).toBe(0)
    expect(out.match(/^[A-Z]\w+:/gm)).toEqual(
      expect.arrayContaining(["Options:", "Reading:", "Narrowing:", "Secrets:", "Output:"]),
    )
    expect(out).not.toContain("--limit-sas")
    const all = (await runCommand("report", "--help", "--all")).out
    expect(all).toContain("Limits:")
    expect(all).toContain("--limit-sas")
  })

  it("of ikedump itself groups commands", async () => {
    const { out } = await runCommand("--help")
    expect(out).toContain("Keys and what they open:")
    expect(out).toContain("report <capture...>")
  })
})

describe("-q", () => {
  it("leaves out hints, keeps the result", async () => {
    const hinted = await runCommand("packets", "-c", "1", capture, capture)
    expect(hinted.err).toContain("is given twice")
    const quiet = await runCommand("packets", "-q", "-c", "1", capture, capture)
    expect(quiet).toEqual({ ...hinted, err: "" })
  })
})

describe("the pager", () => {
  it("is $PAGER, less without one, none for cat", () => {
    file("less", "")
    file("more", "")
    const pager = (PAGER?: string) => pagerOf({ PAGER, PATH: folder })
    expect([pager(), pager("more -s"), pager("LESS=R less"), pager("cat"), pager(""), pager("nosuch -x")]).toEqual([
      "less",
      "more -s",
      "LESS=R less",
      undefined,
      undefined,
      undefined,
    ])
  })

  // `script` gives the command a terminal.
  const script = spawnSync("script", ["--version"]).status === 0
  const inTerminal = (command: string, pager: string): string =>
    spawnSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8", env: { ...process.env, PAGER: pager } })
      .stdout

  it.skipIf(!built || !script)("gets the whole result in a terminal, and hints come after it", () => {
    const wide = spawned(["packets", capture]).out.split("\n").length - 1
    const paged = inTerminal(`node ${bin} packets ${capture} --color never; echo rc=$?`, "sed s/^/page:/")
    expect(paged.match(/^page:/gm)).toHaveLength(wide)
    expect(paged).toContain("rc=0")
  })

  it.skipIf(!built || !script)("that stops reading ends the work, and --no-pager has none", () => {
    expect(inTerminal(`node ${bin} packets ${capture} --color never; echo rc=$?`, "head -1")).toMatch(
      /^No\.[^\n]*\nrc=0/,
    )
    expect(inTerminal(`node ${bin} packets ${capture} --no-pager -c 1`, "sed s/^/page:/")).not.toContain("page:")
  })
})

describe.skipIf(!built)("the command as it is installed", () => {
  it("alone, in a terminal, prints its whole help, as an error", () => {
    const { stderr, status } = spawnSync(process.execPath, [bin], {
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
    })
    expect([stderr, status]).toEqual([spawned(["--help"]).out, 2])
  })

  it("writes its result to -o, whole, and to its owner alone with keys in it", () => {
    const out = join(folder, "out.txt")
    expect(spawned(["packets", capture, "-o", out])).toEqual({ out: "", err: "", code: 0 })
    expect(readFileSync(out, "utf8")).toBe(spawned(["packets", capture]).out)
    spawned(["keys", capture, "--keys", keys, "--show-keys", "-o", out])
    expect(statSync(out).mode & 0o777).toBe(0o600)
  })

  it("says in words what keeps it from writing, with 74", () => {
    expect(spawned(["packets", capture, "-o", join(folder, "none/out.txt")])).toMatchObject({
      code: 74,
      err: expect.stringContaining("no such folder"),
    })
    expect(spawned(["packets", capture, "-o", folder])).toMatchObject({
      code: 74,
      err: expect.stringContaining("it is a folder"),
    })
    if (existsSync("/dev/full"))
      expect(spawned(["report", capture, "-o", "/dev/full"])).toMatchObject({
        code: 74,
        err: "ikedump: cannot write /dev/full: no space left on the device\n",
      })
  })

  it("leaves a file that it reads, and one of a failed run, as they are", () => {
    expect(spawned(["packets", capture, "-o", capture]).code).toBe(2)
    const out = file("kept.txt", "before")
    expect(spawned(["fields", capture, "-e", "nosuch", "-o", out]).code).toBe(2)
    expect(readFileSync(out, "utf8")).toBe("before")
  })

  it("reads what is piped into it", () => {
    const piped = readFileSync(capture)
    expect(spawned([], piped).out).toContain("● ike/0")
    expect(spawned(["packets", "-c", "1"], piped).out).toContain("IKE_SA_INIT")
    expect(spawned(["show", "1", "--json"], piped).out).toContain('"frame":1')
    expect(spawned(["-Y", "isakmp", "-c", "2"], piped).out).toContain("ike/0")
  })

  it("answers with the exit code alone under -q", () => {
    const other = join(root, "fixtures/v2-dpd/capture.pcap")
    expect(spawned(["diff", "-q", capture, other])).toEqual({ out: "", err: "", code: 1 })
    expect(spawned(["diff", "-q", capture, capture])).toEqual({ out: "", err: "", code: 0 })
  })
})

describe("sad", () => {
  it("after a delete says so, and names a time at which the SAs stood", async () => {
    const { out } = await runCommand("sad", capture, "--keys", keys)
    const [, hint] = out.split("\n")
    expect(hint).toMatch(/^# 2 SAs were deleted before; --at \S+ shows what stood then, --all shows all$/)
    const at = /--at (\S+)/.exec(hint)?.[1] ?? ""
    const then = (await runCommand("sad", capture, "--keys", keys, "--at", at)).out
    expect(then).toMatch(/^# 2 SAs at /)
    expect(then).not.toContain("were deleted")
  })
})
