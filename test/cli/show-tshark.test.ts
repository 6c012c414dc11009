/** `show -v` and `show --bytes`, held beside `tshark -V -x`: the bits of every octet, and the bytes of every source. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { captureBytes, fixtureCapture, join as joined, pick } from "../helpers/capture-edit.ts"
import { havePrograms } from "../helpers/programs.ts"
import { runCommand } from "../helpers/run-command.ts"

const root = new URL("../..", import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), "ikedump-show-"))
const found = havePrograms("tshark")

/** One capture of the first frames of many: IKEv1 and IKEv2, IPv4 and IPv6, UDP and TCP, ESP and AH, fragments of both kinds. */
const PARTS: readonly (readonly [name: string, last: number, first?: number])[] = [
  ["v1-main-psk", 11],
  ["v1-aggr-psk", 5],
  ["v1-no-proposal", 2],
  ["v2-psk-modp2048", 6],
  ["v2-no-proposal", 2],
  ["v2-cookie", 5],
  ["v2-invalid-ke", 5],
  ["v2-frag", 8],
  ["v2-ipfrag-bigcert", 10],
  ["v2-ipv6-outer", 6],
  ["v2-nat", 6],
  ["v2-ah-sha1", 6],
  ["v2-ah-sha1", 82, 81],
  ["v2-tcp-rewrap", 3],
]

const run = (...args: string[]) => spawnSync("tshark", args, { encoding: "utf8", maxBuffer: 1 << 26 }).stdout
const framesOf = (text: string, heading: RegExp) => text.split(heading).slice(1)
/** `.... 1... =` of each line that has one, in their order; we do not draw those of Ethernet addresses. */
const bitsOf = (frame: string) => frame.match(/^ *[01. ]{9,} = (?![LI]G bit)/gm)?.map(line => line.trim()) ?? []
/** Offset, bytes and characters of each line of bytes, in one spacing. */
const bytesOf = (text: string) =>
  [...text.matchAll(/^([0-9a-f]{4,}) {2}(.{48}) {2}(.*)$/gm)].map(([, at, bytes, characters]) =>
    `${at} ${bytes.replace(/ +/g, " ").trim()} |${characters.trim()}`.trim(),
  )

describe.skipIf(!found)("show beside tshark", () => {
  const capture = join(folder, "capture.pcap")
  const shown = (...flags: readonly string[]) => runCommand("show", capture, "1-", ...flags)

  beforeAll(() => {
    vi.stubEnv("COLUMNS", "400")
    const parts = PARTS.map(([name, last, first = 1]) =>
      pick(
        fixtureCapture(name),
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      ),
    )
    writeFileSync(capture, captureBytes(joined(...parts)))
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  it("draws the same bits in the same order", async () => {
    const theirs = framesOf(run("-r", capture, "-V"), /^Frame \d+: /m).map(bitsOf)
    const ours = framesOf((await shown("-v")).out, /^frame \d+ {2}/m).map(bitsOf)
    expect(ours).toEqual(theirs)
    expect(theirs.flat().length).toBeGreaterThan(1400)
  })

  it("has the same bytes, reassembled ones too", async () => {
    const { out } = await shown("--bytes")
    const ours = bytesOf(out)
    expect(ours).toEqual(bytesOf(run("-r", capture, "-x")))
    expect(ours.length).toBeGreaterThan(1000)
  })

  it("has bytes that text2pcap makes a capture of", async () => {
    const [text, again] = [join(folder, "bytes.txt"), join(folder, "again.pcap")]
    const fixture = join(root, "fixtures/v1-no-proposal/capture.pcap")
    writeFileSync(text, (await runCommand("show", fixture, "1-", "--bytes")).out)
    spawnSync("text2pcap", ["-q", text, again])
    expect(run("-r", again, "-x")).toBe(run("-r", fixture, "-x"))
  })

  it("has the same bytes of what keys opened", async () => {
    const [name, profile] = [join(root, "fixtures/v2-psk-modp2048"), join(folder, "wireshark")]
    const keys = ["--keys", join(name, "keys.json")]
    await runCommand("keys", join(name, "capture.pcap"), ...keys, "--export", "wireshark", profile)
    const { out } = await runCommand("show", join(name, "capture.pcap"), "3", "4", "--bytes", ...keys)
    const theirs = spawnSync("tshark", ["-r", join(name, "capture.pcap"), "-x", "-Y", "isakmp.exchangetype == 35"], {
      encoding: "utf8",
      env: { ...process.env, XDG_CONFIG_HOME: folder },
    }).stdout
    expect(theirs).toContain("Decrypted Data (208 bytes)")
    expect(bytesOf(out)).toEqual(bytesOf(theirs))
  })
})
