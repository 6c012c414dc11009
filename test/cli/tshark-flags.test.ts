/** A command line in tshark's flags means what tshark's user means. */
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { COMMANDS } from "../../src/cli/main.ts"
import { fromTshark } from "../../src/cli/tshark-flags.ts"
import { runCommand } from "../helpers/run-command.ts"

const names = new Set(COMMANDS.map(c => c.name))
const ours = (line: string) => fromTshark(line.split(" "), names).join(" ")
const capture = resolve(import.meta.dirname, "../../fixtures/v2-psk-modp2048/capture.pcap")

describe("the command line", () => {
  it.each([
    ["-r a.pcap", "a.pcap"],
    ["-ra.pcap -n", "a.pcap"],
    ["-r a.pcap -Y isakmp -c 3", "a.pcap -Y isakmp -c 3"],
    ["-2 -R isakmp -r a.pcap", "a.pcap -Y isakmp"],
    ["-r a.pcap -t ad", "packets a.pcap -t ad"],
    ["packets -r a.pcap -n", "packets a.pcap"],
    ["-r a.pcap -V", "show a.pcap 1- --verbose"],
    ["-V -r a.pcap -Y esp", "show a.pcap -Y esp --verbose"],
    ["-x -r a.pcap -c 2", "show a.pcap 1- --bytes -c 2"],
    ["-r a.pcap -T fields -e ip.src -E header=y", "fields a.pcap -e ip.src -E header=y"],
    ["-r a.pcap -T json", "show a.pcap 1- --format json"],
    ["-r a.pcap -T pdml", "show a.pcap 1- --format pdml"],
    ["-r a.pcap -Tek -Y ip", "show a.pcap -Y ip --format ndjson"],
    ["-q -r a.pcap -z conv,isakmp", "statistics a.pcap -z conv,isakmp"],
    ["-d udp.port==4501,isakmp -r a.pcap", "a.pcap --ike-port 4501"],
    ["-V a.pcap", "show 1- a.pcap --verbose"],
    ["-r a.pcap -O isakmp", "show a.pcap 1- -O isakmp"],
    ["-r a.pcap -T json -e ip.src", "fields a.pcap -e ip.src --format json"],
    ["-r a.pcap -e ip.src", "fields a.pcap -e ip.src"],
    ["-Q -r a.pcap -P", "a.pcap -q"],
    ["--color -r a.pcap", "a.pcap --color always"],
    ["--color never a.pcap", "a.pcap --color never"],
    ["decrypt -r a.pcap -w b.pcapng", "decrypt a.pcap -w b.pcapng"],
  ])("%s is %s", (theirs, wanted) => {
    const words = ours(theirs).split(" ").sort()
    expect(words).toEqual(wanted.split(" ").sort())
  })

  it.each([
    "report a.pcap --keys k.json",
    "a.pcap",
    "show a.pcap 3 --bytes",
    "check a.pcap -o junit=x.xml",
    "report a.pcap -o out.txt",
    "keylog -n x",
  ])("%s stays as it is", line => expect(ours(line)).toBe(line))

  it.each([
    ["-i eth0", /tcpdump/],
    ['-r a.pcap -o uat:esp_sa:"IPv4"', /--keys/],
    ["-r a.pcap -o esp.enable_encryption_decode:TRUE", /wherever a key fits/],
    ["-r a.pcap -T psml", /ikedump packets/],
    ["-r a.pcap -T ps", /--format html/],
    ["-r a.pcap -T x", /-T pdml/],
    ["-r a.pcap -d tcp.port==80,http", /--ike-port/],
    ["-r", /needs a value/],
    ["-D", /tcpdump/],
    ["-r a.pcap -s 100", /program that captures/],
    ["-r a.pcap -w b.pcap", /ikedump decrypt/],
    ["-r a.pcap -F pcap", /ikedump decrypt/],
    ["-G fields", /fields --list/],
    ["-r a.pcap -K x.keytab", /--keys/],
    ["-r a.pcap -u s", /Time columns/],
    ["-r a.pcap --enable-heuristic x", /--any-port/],
    ["-r a.pcap -T json -j ip", /fields -e/],
  ])("%s says what is ours", (line, said) => {
    let text = ""
    try {
      ours(line)
    } catch (e) {
      text = `${(e as Error).message} ${(e as { hints: string[] }).hints.join(" ")}`
    }
    expect(text).toMatch(said)
  })
})

describe("the Time column", () => {
  it.each([
    ["r", "0.006868"],
    ["d", "0.006868"],
    ["a", "00:00:04.444603"],
    ["ad", "2026-11-21 00:00:04.444603"],
    ["adoy", "2026/325 00:00:04.444603"],
    ["e", "1795219204.444603"],
  ])("-t %s", async (format, text) => {
    const { out, code } = await runCommand("packets", capture, "-t", format, "-c", "2")
    expect(code).toBe(0)
    expect(out.split("\n")[2]).toContain(text)
  })

  it("of an unknown format is refused", async () => {
    expect(await runCommand("packets", capture, "-t", "x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("known: r, a"),
    })
  })
})

describe("statistics", () => {
  it("count what the capture has", async () => {
    const { out } = await runCommand(
      "statistics",
      capture,
      "--format",
      "json",
      "-z",
      "conv,isakmp",
      "-z",
      "conv,esp",
      "-z",
      "io,stat,60",
    )
    expect(JSON.parse(out)).toMatchObject({
      "conv,isakmp": [{ a: "10.1.0.1", b: "10.1.0.2", frames_to_b: 3, frames_to_a: 3 }],
      "conv,esp": [{ frames_to_b: 43, frames_to_a: 43 }],
      "io,stat,60": [{ start: 0, end: 60, ike_messages: 6, esp_packets: 86 }],
    })
  })

  it("count by address and by protocol as tshark does", async () => {
    const { out } = await runCommand("statistics", capture, "--format", "json", "-z", "conv,ip", "-z", "io,phs")
    const { "conv,ip": pairs, "io,phs": layers } = JSON.parse(out)
    expect(pairs).toMatchObject([{ frames_to_b: 46, bytes_to_b: 7488, frames_to_a: 46, bytes_to_a: 19576 }])
    const frames = (protocol: string) => layers.find((l: { protocol: string }) => l.protocol === protocol)?.frames
    expect(["ip", "ip esp", "ip udp", "ip udp isakmp"].map(frames)).toEqual([92, 86, 6, 6])
  })

  it.each([
    ["http,tree", "conv,isakmp"],
    ["expert", "ikedump report"],
    ["endpoints,ip", "conv,ip"],
    ["io,stat,1,esp", "-Y EXPR"],
  ])("of the kind %s are refused, with what is ours", async (what, ours) => {
    const refused = { code: 2, err: expect.stringContaining(ours) }
    expect(await runCommand("statistics", capture, "-z", what)).toMatchObject(refused)
  })
})
