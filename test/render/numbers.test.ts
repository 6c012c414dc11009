/** Numbers, plurals and units read alike on every screen: those kept as golden files, the guides, and captures of one frame. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"

const root = resolve(import.meta.dirname, "../..")
const folder = mkdtempSync(join(tmpdir(), "ikedump-numbers-"))
afterAll(() => rmSync(folder, { recursive: true }))

const NOUNS =
  "packets|frames|messages|bytes|rounds|(?:IKE |data |Child )?SAs|differences|keys|findings|captures|secrets|times|exchanges|rules|lines|payloads|proposals|fragments|tasks|segments"
const FAULTS: readonly (readonly [string, RegExp])[] = [
  ["one of many", new RegExp(`(?<![\\d.,:-])1 (?:${NOUNS})\\b`)],
  [
    "many of one",
    /(?<![\d.,:-])(?:0|[2-9]|\d{2,}) (?:packet|message|byte|IKE SA|difference|finding|secret|fragment)\b(?! of)/,
  ],
  ["a size in other units than B, kB, MB", /\d (?:KB|Kb|kb|KiB|bytes? \()/],
  ["a time in other units than µs, ms, s, min, h, d", /\d (?:secs?|msec|usec|us|seconds|minutes|hours)\b/],
  ["a span of nothing with decimals", /(?<![\d.])0\.0+ (?:ms|µs|min|h)\b/],
  ["a thousand without a comma", new RegExp(`(?<![\\d.,:#-])\\d{4,} (?:${NOUNS})\\b`)],
  ["no number", /\bNaN\b|\bundefined\b|\[object/],
]

/** `name:line: what: text` of each fault. */
const faultsIn = (name: string, text: string): string[] =>
  text
    .split("\n")
    .flatMap((line, i) =>
      FAULTS.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${name}:${i + 1}: ${what}: ${line.trim()}`),
    )

/** Captures whose screens are read: of every kind, or with `IKEDUMP_SCREENS=all` all of them. */
const screened = (): string[] =>
  process.env.IKEDUMP_SCREENS === "all"
    ? readdirSync(join(root, "fixtures"), { recursive: true, encoding: "utf8" })
        .filter(name => /\.pcap(?:ng)?$/.test(name))
        .map(name => join(root, "fixtures", name))
    : ["guide/f2-esp-blocked", "strongswan/v1-rsa-frag"].map(name => join(root, "fixtures", name, "capture.pcap"))

const filesIn = (place: string): string[] =>
  readdirSync(join(root, place), { recursive: true, encoding: "utf8" })
    .filter(name => /\.(?:txt|md)$/.test(name))
    .map(name => join(place, name))

describe("numbers and units", () => {
  it("read alike in golden screens and guides", () => {
    const files = [...filesIn("test/golden"), ...filesIn("docs/guide")]
    expect(files.length).toBeGreaterThan(60)
    // What tshark prints is its own.
    const ours = (file: string) =>
      readFileSync(join(root, file), "utf8").replace(/^```console tshark\n[\s\S]*?^```$/gm, "")
    expect(files.flatMap(file => faultsIn(file, ours(file)))).toEqual([])
  })

  const capture = readFileSync(join(root, "fixtures/v2-psk-modp2048/capture.pcap"))
  /** One record of the fixture alone. */
  function alone(number: number): string {
    let at = 24
    for (let i = 1; i < number; i++) at += 16 + capture.readUInt32LE(at + 8)
    const record = capture.subarray(at, at + 16 + capture.readUInt32LE(at + 8))
    const path = join(folder, `${number}.pcap`)
    writeFileSync(path, Buffer.concat([capture.subarray(0, 24), record]))
    return path
  }

  it.each([["IKE", 1] as const, ["ESP", 5] as const])(
    "read well of a capture of one %s frame",
    async (_what, number) => {
      const path = alone(number)
      const commands = ["report", "triage", "brief", "packets", "audit", "flow", "statistics", "sad", "keys"]
      for (const command of [...commands, "watch --once", "show 7"]) {
        const [name, ...flags] = command.split(" ")
        const { out, err } = await runCommand(name, path, ...flags)
        expect(faultsIn(command, `${out}\n${err}`)).toEqual([])
      }
    },
  )

  it(`read well of ${process.env.IKEDUMP_SCREENS ?? "some"} captures`, { timeout: 900_000 }, async () => {
    for (const path of screened()) {
      const beside = ["keys.json", "secrets.json"].map(name => join(dirname(path), name)).find(existsSync)
      const keys = beside ? ["--keys", beside] : []
      for (const command of ["report", "audit", "keys", "report --format markdown", "flow --format mermaid"]) {
        const [name, ...flags] = command.split(" ")
        const { out, err } = await runCommand(name, path, ...flags, ...keys)
        expect(faultsIn(`${path} ${command}`, `${out}\n${err}`)).toEqual([])
      }
    }
  })

  it("find a fault where there is one", () => {
    const bad = ["1 packets", "3 packet", "2 KiB", "5 seconds", "0.0 ms", "NaN s", "1000 packets"]
    for (const text of bad) expect(faultsIn("x", `it has ${text}`)).toHaveLength(1)
    for (const text of ["1 packet", "11 packets", "1,000 packets", "2.1 packets", "0.000 s", "1.5 kB"])
      expect(faultsIn("x", text)).toEqual([])
  })
})
