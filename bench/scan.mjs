/**
 * Scanning a large capture: `ikedump brief` beside tcpdump's port filter and tshark's protocol statistics, whole processes.
 *
 *   node bench/scan.mjs [--frames 2000000] [--runs 5] [--no-tshark]
 *
 * Makes its input in bench/data (1.4 GB for 2,000,000 frames; about 1 in 100 frames is IKE or ESP, the rest TCP and UDP of mixed
 * sizes) and the same twice as long for the memory. Prints medians, peak memory and the ratios that are held.
 */
import { spawnSync } from "node:child_process"
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const here = dirname(fileURLToPath(import.meta.url))
const { values: opt } = parseArgs({
  options: {
    frames: { type: "string", default: "2000000" },
    runs: { type: "string", default: "5" },
    "no-tshark": { type: "boolean", default: false },
  },
})
const FILTER = "udp port 500 or udp port 4500 or esp"
const PCAP_HEADER = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]

/** A fixed pseudo-random sequence, so that every run reads the same bytes. */
function generator(seed) {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function ethernetIpv4(frame, protocol, source, destination) {
  frame.writeUInt16BE(0x0800, 12)
  frame[14] = 0x45
  frame.writeUInt16BE(frame.length - 14, 16)
  frame[22] = 64
  frame[23] = protocol
  frame.writeUInt32BE(source, 26)
  frame.writeUInt32BE(destination, 30)
}

function makeFrame(random, i) {
  const client = 0x0a000001 + random(5000)
  const server = 0xc0a80001 + random(500)
  if (i % 200 === 50) return ikeFrame(random, client, server)
  if (i % 200 === 150) return espFrame(random, client, server)
  const length = random(3) === 0 ? 60 + random(100) : 700 + random(700)
  const frame = Buffer.alloc(length)
  const tcp = random(10) < 8
  ethernetIpv4(frame, tcp ? 6 : 17, client, server)
  frame.writeUInt16BE(10000 + random(50000), 34)
  frame.writeUInt16BE(tcp ? 443 : 53, 36)
  if (tcp) frame[46] = 0x50
  else frame.writeUInt16BE(length - 34, 38)
  return frame
}

function ikeFrame(random, client, server) {
  const frame = Buffer.alloc(42 + 300)
  ethernetIpv4(frame, 17, client, server)
  frame.writeUInt16BE(500, 34)
  frame.writeUInt16BE(500, 36)
  frame.writeUInt16BE(308, 38)
  frame.writeUInt32BE(0x1000 + random(200), 42)
  frame.writeUInt32BE(0x2000, 50)
  frame[58] = 33
  frame[59] = 0x20
  frame[60] = 34
  frame[61] = 8
  frame.writeUInt32BE(300, 66)
  return frame
}

function espFrame(random, client, server) {
  const frame = Buffer.alloc(34 + 8 + 1000)
  ethernetIpv4(frame, 50, client, server)
  frame.writeUInt32BE(0xc0000000 + random(400), 34)
  frame.writeUInt32BE(1 + random(100000), 38)
  return frame
}

/** Writes a capture of that many frames, unless it is there. */
function makeCapture(frames) {
  const path = join(here, "data", `scan-${frames}.pcap`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  console.error(`making ${path}`)
  const fd = openSync(path, "w")
  const random = generator(42)
  let parts = [Buffer.from(PCAP_HEADER)]
  let bytes = 0
  for (let i = 0; i < frames; i++) {
    const frame = makeFrame(random, i)
    const header = Buffer.alloc(16)
    header.writeUInt32LE(1_700_000_000 + Math.floor(i / 50_000), 0)
    header.writeUInt32LE((i % 50_000) * 20, 4)
    header.writeUInt32LE(frame.length, 8)
    header.writeUInt32LE(frame.length, 12)
    parts.push(header, frame)
    bytes += 16 + frame.length
    if (bytes > 1 << 24) {
      writeSync(fd, Buffer.concat(parts))
      parts = []
      bytes = 0
    }
  }
  writeSync(fd, Buffer.concat(parts))
  closeSync(fd)
  return path
}

/** Runs a command under GNU time; wall seconds and peak resident MB. Undefined where the command is not installed. */
function measure(command, args) {
  const started = process.hrtime.bigint()
  const done = spawnSync("/usr/bin/time", ["-f", "%M", command, ...args], { maxBuffer: 1 << 28, encoding: "utf8" })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (done.error || done.status !== 0) return undefined
  return { seconds, megabytes: Number(done.stderr.trim().split("\n").pop()) / 1024 }
}

const median = numbers => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

function report(name, runs) {
  const seconds = median(runs.map(r => r.seconds))
  const megabytes = Math.max(...runs.map(r => r.megabytes))
  console.log(`${name.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s  ${megabytes.toFixed(0).padStart(5)} MB`)
  return { seconds, megabytes }
}

const frames = Number(opt.frames)
const runs = Number(opt.runs)
const capture = makeCapture(frames)
const twice = makeCapture(2 * frames)
console.log(`${frames} frames, ${(statSync(capture).size / 1e9).toFixed(2)} GB, ${runs} runs, medians`)
// Both captures into the page cache: what is measured is the work, not the disk.
measure("cat", [capture, twice])
const bin = join(here, "../bin/ikedump.js")
const commands = {
  tcpdump: ["tcpdump", ["-r", capture, "-w", "/dev/null", FILTER]],
  ikedump: [process.execPath, [bin, "brief", capture]],
}
const all = { tcpdump: [], ikedump: [] }
for (let i = 0; i < runs; i++)
  for (const [name, [command, args]] of Object.entries(commands)) {
    const run = measure(command, args)
    if (run) all[name].push(run)
  }
const tcpdump = all.tcpdump.length > 0 ? report(`tcpdump '${FILTER}'`.slice(0, 34), all.tcpdump) : undefined
const ikedump = report("ikedump brief", all.ikedump)
const longer = report(
  "ikedump brief, twice as long",
  [1, 2, 3].map(() => measure(process.execPath, [bin, "brief", twice])),
)
const tshark = opt["no-tshark"] ? undefined : measure("tshark", ["-r", capture, "-q", "-z", "io,phs"])
if (tshark) report("tshark -q -z io,phs, one run", [tshark])

const verdicts = [
  tcpdump && ["at most 1.5 times tcpdump", ikedump.seconds / tcpdump.seconds, r => r <= 1.5],
  tshark && ["at least 20 times as fast as tshark", tshark.seconds / ikedump.seconds, r => r >= 20],
  ["under 100 MB", Math.max(ikedump.megabytes, longer.megabytes), mb => mb < 100],
].filter(Boolean)
for (const [what, value, holds] of verdicts)
  console.log(`${holds(value) ? "holds" : "FAILS"}  ${what}: ${value.toFixed(2)}`)
process.exitCode = verdicts.every(([, value, holds]) => holds(value)) ? 0 : 1
