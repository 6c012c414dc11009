/** Makes the captures that bench/esp.mjs reads: ESP in IPv4, tunnel mode, under fixed keys, into bench/data (git-ignored). */
import { createCipheriv, createHmac } from "node:crypto"
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"

export const DATA = join(import.meta.dirname, "data")
const PACKET_BYTES = 1400

/** Keys of a suite; every SA of a capture has its own SPI and the same key. */
export const SUITES = {
  "cbc-sha256": {
    encr: "AES-CBC-128",
    integ: "HMAC-SHA2-256-128",
    key: "00112233445566778899aabbccddeeff",
    integKey: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    wireshark: ["AES-CBC [RFC3602]", "HMAC-SHA-256-128 [RFC4868]"],
  },
  "gcm-256": {
    encr: "AES-GCM-16-256",
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fa0a1a2a3",
    wireshark: ["AES-GCM with 16 octet ICV [RFC4106]", "NULL"],
  },
  chacha: {
    encr: "CHACHA20-POLY1305",
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fa0a1a2a3",
  },
}

const hex = text => Buffer.from(text, "hex")

/** One ESP packet around `inner` (with its trailer). */
function seal(suite, head, inner, sequence) {
  if (suite.integ) {
    const iv = Buffer.alloc(16)
    iv.writeUInt32BE((sequence * 2654435761) >>> 0, 4)
    const cipher = createCipheriv("aes-128-cbc", hex(suite.key), iv).setAutoPadding(false)
    const body = Buffer.concat([head, iv, cipher.update(inner), cipher.final()])
    return Buffer.concat([body, createHmac("sha256", hex(suite.integKey)).update(body).digest().subarray(0, 16)])
  }
  const key = hex(suite.key)
  const iv = Buffer.alloc(8)
  iv.writeUInt32BE(sequence, 4)
  const nonce = Buffer.concat([key.subarray(32), iv])
  const algorithm = suite.encr.startsWith("AES") ? "aes-256-gcm" : "chacha20-poly1305"
  const cipher = createCipheriv(algorithm, key.subarray(0, 32), nonce, { authTagLength: 16 })
  cipher.setAAD(head)
  return Buffer.concat([head, iv, cipher.update(inner), cipher.final(), cipher.getAuthTag()])
}

function innerPacket(bytes) {
  const ip = Buffer.alloc(bytes, 0x5a)
  ip.writeUInt16BE(0x4500, 0)
  ip.writeUInt16BE(bytes, 2)
  ip.writeUInt32BE(0, 4)
  ip.writeUInt32BE(0x40110000, 8)
  ip.writeUInt32BE(0x0a0a0101, 12)
  ip.writeUInt32BE(0x0a0a0201, 16)
  ip.writeUInt16BE(checksum(ip.subarray(0, 20)), 10)
  ip.writeUInt16BE(9, 20)
  ip.writeUInt16BE(9, 22)
  ip.writeUInt16BE(bytes - 20, 24)
  ip.writeUInt16BE(0, 26)
  return ip
}

function checksum(b) {
  let sum = 0
  for (let i = 0; i < b.length; i += 2) sum += b.readUInt16BE(i)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** A frame with its pcap record header: Ethernet, IPv4, ESP. */
function record(esp, n) {
  const r = Buffer.alloc(16 + 34 + esp.length)
  r.writeUInt32LE(1_700_000_000 + Math.floor(n / 1000), 0)
  r.writeUInt32LE((n % 1000) * 1000, 4)
  r.writeUInt32LE(34 + esp.length, 8)
  r.writeUInt32LE(34 + esp.length, 12)
  r.writeUInt16BE(0x0800, 28)
  const ip = r.subarray(30, 50)
  ip.writeUInt16BE(0x4500, 0)
  ip.writeUInt16BE(20 + esp.length, 2)
  ip.writeUInt32BE(0x40320000, 8)
  ip.writeUInt32BE(0xc0a80101, 12)
  ip.writeUInt32BE(0xc0a80102, 16)
  ip.writeUInt16BE(checksum(ip), 10)
  esp.copy(r, 50)
  return r
}

const globalHeader = () => {
  const h = Buffer.alloc(24)
  h.writeUInt32LE(0xa1b2c3d4, 0)
  h.writeUInt16LE(2, 4)
  h.writeUInt16LE(4, 6)
  h.writeUInt32LE(262144, 16)
  h.writeUInt32LE(1, 20)
  return h
}

/** Records of `packets` ESP packets with inner packets of `bytes`, spread over `sas` SPIs from 0x1000 on. */
export function* records(suite, packets, sas, bytes = PACKET_BYTES) {
  yield globalHeader()
  const inner = innerPacket(bytes)
  const block = suite.integ ? 16 : 4
  const pad = (block - ((inner.length + 2) % block)) % block
  const clear = Buffer.concat([inner, Buffer.from(Array.from({ length: pad }, (_, i) => i + 1)), Buffer.from([pad, 4])])
  const head = Buffer.alloc(8)
  for (let n = 0; n < packets; n++) {
    head.writeUInt32BE(0x1000 + (n % sas), 0)
    head.writeUInt32BE(Math.floor(n / sas) + 1, 4)
    yield record(seal(suite, head, clear, Math.floor(n / sas) + 1), n)
  }
}

/** Writes the keys file and Wireshark's table of `sas` SAs to `base`.keys.json and `base`.tables/. Returns their paths. */
export function makeKeys(name, sas, base = join(DATA, `${name}-${sas}`)) {
  mkdirSync(`${base}.tables`, { recursive: true })
  const suite = SUITES[name]
  const files = { keys: `${base}.keys.json`, table: join(`${base}.tables`, "esp_sa") }
  const spis = Array.from({ length: sas }, (_, i) => (0x1000 + i).toString(16).padStart(8, "0"))
  const { encr, key, integ, integKey, wireshark } = suite
  const children = spis.map(spi => ({ protocol: "ESP", spi, encr, key, ...(integ && { integ, integ_key: integKey }) }))
  writeFileSync(files.keys, JSON.stringify({ ikedump_keys: 1, child_sas: children }), { mode: 0o600 })
  const row = spi =>
    `"IPv4","*","*","0x${spi}","${wireshark?.[0]}","0x${key}","${wireshark?.[1]}","0x${integKey ?? ""}"\n`
  if (wireshark) writeFileSync(files.table, spis.map(row).join(""), { mode: 0o600 })
  return files
}

/** Makes the capture, its keys file and Wireshark's table, unless they are there. Returns their paths. */
export function makeCapture(name, packets, sas) {
  const base = join(DATA, `${name}-${packets}-${sas}`)
  const files = { capture: `${base}.pcap`, ...makeKeys(name, sas, base) }
  if (existsSync(files.capture)) return files
  const out = openSync(files.capture, "w")
  for (const r of records(SUITES[name], packets, sas)) writeSync(out, r)
  closeSync(out)
  return files
}
