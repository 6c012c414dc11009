/** The IKE_SA_INIT exchange of a fixture again and again, with SPIs, addresses and times of its own. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"

const here = import.meta.dirname
const SOURCE_IP = 26
const DESTINATION_IP = 30
const SPI_I = 42
const SPI_R = 50

/** The first two records of the fixture, without their record headers, and the capture's header. */
function exchange() {
  const capture = readFileSync(join(here, "../../fixtures/v2-psk-modp2048/capture.pcap"))
  const records = []
  for (let at = 24; records.length < 2; ) {
    const length = capture.readUInt32LE(at + 8)
    records.push(capture.subarray(at + 16, at + 16 + length))
    at += 16 + length
  }
  return { header: capture.subarray(0, 24), records }
}

/** Writes a capture of that many exchanges, unless it is there; its path. */
export function fieldCapture(exchanges) {
  const path = join(here, "../data", `fields-${exchanges}.pcap`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  console.error(`making ${path}`)
  const { header, records } = exchange()
  const fd = openSync(path, "w")
  writeSync(fd, header)
  let parts = []
  for (let i = 0; i < exchanges; i++) {
    parts.push(...records.flatMap((record, n) => message(record, i, n)))
    if (parts.length > 20_000 || i === exchanges - 1) {
      writeSync(fd, Buffer.concat(parts))
      parts = []
    }
  }
  closeSync(fd)
  return path
}

/** Record header and frame of message `n` (0 request, 1 response) of exchange `i`. */
function message(record, i, n) {
  const frame = Buffer.from(record)
  const client = 0x0a000001 + (i % 60_000)
  frame.writeUInt32BE(client, n === 0 ? SOURCE_IP : DESTINATION_IP)
  frame.writeUInt32BE(Math.imul(i, 2654435761) >>> 0, SPI_I)
  if (n === 1) frame.writeUInt32BE(i + 1, SPI_R)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(1_700_000_000 + Math.floor(i / 5000), 0)
  head.writeUInt32LE((i % 5000) * 200 + n * 100, 4)
  head.writeUInt32LE(frame.length, 8)
  head.writeUInt32LE(frame.length, 12)
  return [head, frame]
}

/** What is asked for. */
export const FIELD_SETS = {
  "header fields": ["frame.number", "ip.src", "ip.dst", "isakmp.exchangetype", "isakmp.messageid"],
  "payload fields": [
    "ip.src",
    "isakmp.ispi",
    "isakmp.tf.id.encr",
    "isakmp.key_exchange.dh_group",
    "isakmp.notify.msgtype",
  ],
}
