/**
 * Captures of IKE_SA_INIT exchanges: the first two messages of a fixture again and again, each time with addresses,
 * SPIs, nonces, KE values, NAT detection hashes and times of their own, so that no SA looks like a copy of another.
 */
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))
const data = join(here, "../data")
const SOURCE_IP = 26
const DESTINATION_IP = 30
const UDP_PORTS = 34
const IKE = 42
const [KE, NONCE, NOTIFY] = [34, 40, 41]
const NAT_DETECTION = [16388, 16389]

/** The offers that there are: one proposal of four transforms, and strongSwan's two of 38 and 47 when nothing is configured. */
export const OFFERS = { default: "strongswan/v2-default", small: "v2-psk-modp2048" }

/** Writes `exchanges` exchanges with an offer of OFFERS to bench/data unless they are there; the path. */
export function initCapture(exchanges, offer = "small") {
  const path = join(data, `init-${offer === "small" ? "" : `${offer}-`}${exchanges}.pcap`)
  if (existsSync(path)) return path
  mkdirSync(data, { recursive: true })
  console.error(`making ${path}`)
  const capture = readFileSync(join(here, "../../fixtures", OFFERS[offer], "capture.pcap"))
  const frames = firstFrames(capture, 2).map(frame => ({ frame, places: placesOf(frame) }))
  const fd = openSync(path, "w")
  writeSync(fd, capture.subarray(0, 24))
  let parts = []
  for (let i = 0; i < exchanges; i++) {
    for (const [n, template] of frames.entries()) parts.push(...message(template, i, n))
    if (parts.length > 20_000 || i === exchanges - 1) {
      writeSync(fd, Buffer.concat(parts))
      parts = []
    }
  }
  closeSync(fd)
  return path
}

/** The same as files that rotate, in a folder of bench/data: each but the last ends between a request and its response. The folder. */
export function rotatedInits(exchanges, files) {
  const folder = join(data, `inits-${exchanges}-${files}`)
  if (existsSync(folder)) return folder
  const whole = openSync(initCapture(exchanges), "r")
  mkdirSync(folder)
  const head = Buffer.alloc(24)
  readSync(whole, head, 0, head.length, 0)
  const record = Buffer.alloc(16)
  readSync(whole, record, 0, record.length, 24)
  const request = 16 + record.readUInt32LE(8)
  const exchange = (fstatSync(whole).size - 24) / exchanges
  for (let i = 0, at = 24; i < files; i++) {
    const last = i === files - 1
    const end = 24 + exchange * (last ? exchanges : Math.floor(exchanges / files) * (i + 1)) + (last ? 0 : request)
    const bytes = Buffer.alloc(end - at)
    readSync(whole, bytes, 0, bytes.length, at)
    writeFileSync(join(folder, `${String(i).padStart(4, "0")}.pcap`), Buffer.concat([head, bytes]))
    at = end
  }
  closeSync(whole)
  return folder
}

function firstFrames(capture, count) {
  const frames = []
  for (let at = 24; frames.length < count; ) {
    const length = capture.readUInt32LE(at + 8)
    frames.push(capture.subarray(at + 16, at + 16 + length))
    at += 16 + length
  }
  return frames
}

/** Offsets of the values that differ from exchange to exchange. */
function placesOf(frame) {
  const places = { random: [], nat: [] }
  let type = frame[IKE + 16]
  for (let at = IKE + 28; type !== 0; ) {
    const length = frame.readUInt16BE(at + 2)
    if (type === KE) places.random.push(at + 12)
    if (type === NONCE) places.random.push(at + 4)
    if (type === NOTIFY && NAT_DETECTION.includes(frame.readUInt16BE(at + 6)))
      places.nat.push({ at: at + 8, source: frame.readUInt16BE(at + 6) === NAT_DETECTION[0] })
    type = frame[at]
    at += length
  }
  return places
}

/** Record header and frame of message `n` (0 request, 1 response) of exchange `i`. */
function message({ frame: template, places }, i, n) {
  const frame = Buffer.from(template)
  frame.writeUInt32BE(0x0a000001 + (i % 60_000), n === 0 ? SOURCE_IP : DESTINATION_IP)
  frame.writeUInt32BE(Math.imul(i, 2654435761) >>> 0, IKE)
  if (n === 1) frame.writeUInt32BE(i + 1, IKE + 8)
  for (const [k, at] of places.random.entries())
    frame.writeUInt32BE((Math.imul(i, 0x9e3779b1) ^ (n << 30) ^ (k << 29)) >>> 0, at)
  for (const { at, source } of places.nat) natHash(frame, source).copy(frame, at)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(1_700_000_000 + Math.floor(i / 5000), 0)
  head.writeUInt32LE((i % 5000) * 200 + n * 100, 4)
  head.writeUInt32LE(frame.length, 8)
  head.writeUInt32LE(frame.length, 12)
  return [head, frame]
}

/** RFC 7296 §2.23. */
function natHash(frame, source) {
  const address = source ? SOURCE_IP : DESTINATION_IP
  const port = source ? UDP_PORTS : UDP_PORTS + 2
  return createHash("sha1")
    .update(frame.subarray(IKE, IKE + 16))
    .update(frame.subarray(address, address + 4))
    .update(frame.subarray(port, port + 2))
    .digest()
}
