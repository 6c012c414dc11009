/**
 * Scanning a large capture: `ikedump brief` and `ikedump report` without keys beside tcpdump's port filter and tshark's protocol statistics, whole processes.
 *
 *   node bench/scan.mjs [--frames 2000000] [--runs 5] [--no-tshark]
 *
 * Makes its input in bench/data (1.4 GB for 2,000,000 frames; about 1 in 100 frames is IKE or ESP, the rest TCP and UDP of mixed
 * sizes) and the same twice as long for the memory. Prints medians, peak memory and the ratios that are held.
 */
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { alternate, ikedump, measure, print, summary, verdicts } from "./measure.mjs"

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

const frames = Number(opt.frames)
const runs = Number(opt.runs)
const capture = makeCapture(frames)
const twice = makeCapture(2 * frames)
console.log(`${frames} frames, ${(statSync(capture).size / 1e9).toFixed(2)} GB, ${runs} runs, medians`)
// Both captures into the page cache: what is measured is the work, not the disk.
measure("sh", ["-c", 'cat "$@" > /dev/null', "sh", capture, twice])
const commands = {
  "tcpdump -w /dev/null, port filter": ["tcpdump", ["-r", capture, "-w", "/dev/null", FILTER]],
  "ikedump brief": ikedump("brief", capture),
  "ikedump report": ikedump("report", capture),
}
const [tcpdump, brief, report] = Object.keys(commands)
const all = alternate(commands, runs)
all.set("ikedump brief, twice as long", alternate({ twice: ikedump("brief", twice) }, 3).get("twice"))
const tshark = opt["no-tshark"] ? undefined : measure("tshark", ["-r", capture, "-q", "-z", "io,phs"])
if (tshark) all.set("tshark -q -z io,phs, one run", [tshark])
const rows = new Map([...all].map(([name, list]) => [name, summary(list)]))
for (const [name, row] of rows) print(name, row)
const megabytes = Math.max(rows.get(brief).megabytes, rows.get("ikedump brief, twice as long").megabytes)
const ratio = name => rows.get(name).seconds / rows.get(tcpdump).seconds
verdicts([
  ...(rows.has(tcpdump)
    ? [
        ["brief: at most 1.5 times tcpdump", ratio(brief), r => r <= 1.5],
        ["report: at most 3 times tcpdump", ratio(report), r => r <= 3],
      ]
    : []),
  ...(tshark
    ? [["brief: at least 20 times as fast as tshark", tshark.seconds / rows.get(brief).seconds, r => r >= 20]]
    : []),
  ["brief: under 100 MB", megabytes, mb => mb < 100],
])
