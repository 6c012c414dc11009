/** A large mixed capture: about 1 in 100 frames is IKE or ESP, the rest TCP and UDP of mixed sizes. The same bytes in every run. */
import { closeSync, existsSync, mkdirSync, openSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"

const data = join(import.meta.dirname, "../data")
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

/** Writes a capture of that many frames, unless it is there; its path. */
export function scanCapture(frames) {
  const path = join(data, `scan-${frames}.pcap`)
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
