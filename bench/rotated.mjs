/**
 * Writes what a capture box writes in a day: files that rotate, with many tunnels whose negotiation, rekeys, moves between NAT addresses and data lie
 * in different files. Input for runs of `ikedump batch`, of any size.
 *
 *   node bench/rotated.mjs [--files 50] [--mb 40] [--sas 2000] [--keyed 200] [--packet 1400] [-o bench/data/rotated]
 *
 * Each IKE SA lives for a third of the time: IKE_SA_INIT and IKE_AUTH, a rekey of its Child SA, for every third one a NAT and a move, a delete. Of `--keyed`
 * of them keys.json beside the files has the keys, and every ESP packet of theirs can be opened; the others are copies with values of their own that
 * nobody can open. One packet of 997 is lost.
 */
import { createCipheriv } from "node:crypto"
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"
import { DATA } from "./esp-data.mjs"

const { values: opt } = parseArgs({
  options: {
    files: { type: "string", default: "50" },
    mb: { type: "string", default: "40" },
    sas: { type: "string", default: "2000" },
    keyed: { type: "string", default: "200" },
    packet: { type: "string", default: "1400" },
    out: { type: "string", short: "o", default: join(DATA, "rotated") },
  },
})
const files = Number(opt.files)
const fileBytes = Number(opt.mb) * 1e6
const sas = Number(opt.sas)
const keyed = Math.min(sas, Number(opt.keyed))
const innerBytes = Number(opt.packet)

const START = 1_700_000_000
const DAY = 86_400
const GATEWAYS = 16
const UDP = 17
const ESP = 50
/** One packet of so many never comes. */
const LOST = 997

/** The player is TypeScript of the tests: bundled, then run. */
async function player() {
  mkdirSync(DATA, { recursive: true })
  const outfile = join(DATA, "play-tunnels.mjs")
  const entryPoints = [join(import.meta.dirname, "lib/play-tunnels.ts")]
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" })
  return import(pathToFileURL(outfile).href)
}

const { playLife, Tape } = await player()
const clientOf = i => [10, 64 + (i >> 16), (i >> 8) & 255, i & 255]
const movedOf = i => [172, 16 + (i >> 16), (i >> 8) & 255, i & 255]
const gatewayOf = i => [192, 0, 2, 1 + (i % GATEWAYS)]
const isMoving = i => i % 3 === 0

function play(tape, i) {
  const moved = isMoving(i) ? { address: movedOf(i), port: 20_000 + (i % 40_000) } : undefined
  return playLife(tape, { address: clientOf(i), port: 500 }, { address: gatewayOf(i), port: 500 }, moved)
}

/** Another SA's packets: addresses, SPIs and what comes only once are its own, what is encrypted is nonsense. */
function copyOf({ negotiation, rekey, move, end, once }, i) {
  const copied = packet => {
    const copy = Buffer.from(packet)
    const side = address => (address[0] === 192 ? gatewayOf(i) : address[0] === 10 ? clientOf(i) : movedOf(i))
    for (const at of [12, 16]) copy.set(side(copy.subarray(at, at + 4)), at)
    const ike = copy.readUInt32BE(28) === 0 ? 32 : 28
    copy.writeUInt32BE(i + 1, ike)
    if (copy.readUInt32BE(ike + 8) !== 0) copy.writeUInt32BE(i + 1, ike + 8)
    for (const value of once) {
      const at = copy.indexOf(value)
      if (at >= 0) copy.writeUInt32BE(i, at)
    }
    return copy
  }
  const [n, r, m, e] = [negotiation, rekey, move, end].map(list => list.map(copied))
  const children = [0, 1].map(which => ({ spiI: spiOf(i, which, 0), spiR: spiOf(i, which, 1) }))
  return { negotiation: n, rekey: r, move: m, end: e, children }
}

function spiOf(i, which, side) {
  const spi = Buffer.alloc(4)
  spi.writeUInt32BE(0x4000_0000 + i * 4 + which * 2 + side)
  return spi
}

/** An inner packet with its trailer. */
function clearPacket(from, to) {
  const clear = Buffer.alloc(innerBytes + 2 + ((4 - ((innerBytes + 2) % 4)) % 4), 0x5a)
  clear.writeUInt32BE(0x45000000 | innerBytes, 0)
  clear.writeUInt32BE(0, 4)
  clear.writeUInt32BE(0x40110000, 8)
  clear.set([...from, ...to], 12)
  const pad = clear.length - innerBytes - 2
  for (let n = 0; n < pad; n++) clear[innerBytes + n] = n + 1
  clear[clear.length - 2] = pad
  clear[clear.length - 1] = 4
  return clear
}
/** Within the selectors that the player agrees on, either way. */
const ENDS = [
  [10, 1, 0, 1],
  [10, 101, 0, 1],
]
const CLEAR = [clearPacket(...ENDS), clearPacket(...ENDS.toReversed())]
const opaque = Buffer.alloc(8 + 8 + CLEAR[0].length + 16, 0xa5)

/** ESP under AES-256-GCM (RFC 4106) where there is a key. */
function espPacket(spi, sequence, clear, key) {
  const esp = key ? Buffer.alloc(opaque.length) : opaque
  esp.set(spi)
  esp.writeUInt32BE(sequence, 4)
  esp.writeUInt32BE(0, 8)
  esp.writeUInt32BE(sequence, 12)
  if (!key) return esp
  const nonce = Buffer.concat([key.subarray(32), esp.subarray(8, 16)])
  const cipher = createCipheriv("aes-256-gcm", key.subarray(0, 32), nonce, { authTagLength: 16 })
  cipher.setAAD(esp.subarray(0, 8))
  cipher.update(clear).copy(esp, 16)
  cipher.final()
  cipher.getAuthTag().copy(esp, esp.length - 16)
  return esp
}

/** An IPv4 packet with ESP, in UDP where there is a NAT. */
function espIn(esp, from, to, ports) {
  const head = ports ? 28 : 20
  const packet = Buffer.alloc(head + esp.length)
  packet.writeUInt32BE(0x45000000 | packet.length, 0)
  packet.writeUInt32BE(0x00010000, 4)
  packet[8] = 64
  packet[9] = ports ? UDP : ESP
  packet.set(from, 12)
  packet.set(to, 16)
  if (ports) {
    packet.writeUInt16BE(ports[0], 20)
    packet.writeUInt16BE(ports[1], 22)
    packet.writeUInt16BE(8 + esp.length, 24)
  }
  esp.copy(packet, head)
  return packet
}

/** The files, one after another. */
class Rotation {
  frames = 0
  #file = -1
  #fd = -1
  #left = 0
  #parts = []
  #bytes = 0
  written = 0

  get full() {
    return this.#file === files - 1 && this.#left <= 0
  }

  /** How much of all is written, from 0 to 1. */
  get part() {
    return this.written / (files * fileBytes)
  }

  write(packet) {
    if (this.#left <= 0) this.#next()
    const record = Buffer.alloc(16)
    const at = this.part * DAY
    record.writeUInt32LE(START + Math.floor(at), 0)
    record.writeUInt32LE(Math.floor((at % 1) * 1e6), 4)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    this.frames++
    this.#parts.push(record, Buffer.from(packet))
    this.#bytes += 16 + packet.length
    this.#left -= 16 + packet.length
    this.written += 16 + packet.length
    if (this.#bytes > 1 << 23) this.#flush()
  }

  close() {
    this.#flush()
    if (this.#fd >= 0) closeSync(this.#fd)
  }

  #flush() {
    if (this.#fd >= 0) writeSync(this.#fd, Buffer.concat(this.#parts))
    this.#parts = []
    this.#bytes = 0
  }

  #next() {
    this.close()
    this.#file++
    this.#fd = openSync(join(opt.out, `${String(this.#file).padStart(4, "0")}.pcap`), "w")
    const header = Buffer.alloc(24)
    header.writeUInt32LE(0xa1b2c3d4, 0)
    header.writeUInt16LE(2, 4)
    header.writeUInt16LE(4, 6)
    header.writeUInt32LE(262_144, 16)
    header.writeUInt32LE(101, 20)
    this.#parts.push(header)
    this.#left = fileBytes
  }
}

/** A tunnel that is up: what it sends next. */
class Tunnel {
  sent = [0, 0]
  child = 0
  constructor(i, life) {
    this.i = i
    this.life = life
    this.client = clientOf(i)
    this.ports = isMoving(i) ? [4500, 4500] : undefined
  }

  /** The next data packet, from alternate sides; undefined for one that is lost. */
  next() {
    const way = (this.sent[0] + this.sent[1]) & 1
    const sequence = ++this.sent[way]
    if ((sequence + this.i) % LOST === 0) return undefined
    const { spiI, spiR, keyI, keyR } = this.life.children[this.child]
    const esp = way === 0 ? espPacket(spiR, sequence, CLEAR[0], keyI) : espPacket(spiI, sequence, CLEAR[1], keyR)
    const ends = [this.client, gatewayOf(this.i)]
    const ports = this.ports
    return way === 0 ? espIn(esp, ...ends, ports) : espIn(esp, ends[1], ends[0], ports && [ports[1], ports[0]])
  }
}

mkdirSync(opt.out, { recursive: true })
const started = performance.now()
const tape = new Tape()
// Copies are made of these two: one stays where it is, one moves.
const templates = [play(tape, 0), play(tape, 1)]
const secrets = []
const rotation = new Rotation()
const live = []
/** Packets of IKE that wait for their turn: one after each data packet, so that exchanges lie over the borders of files too. */
const waiting = []
let begun = 0
let turn = 0

/** Lives begin over the first two thirds of the time; each lasts a third, the last ones longer than the capture. */
const beginOf = i => (i / sas) * 0.7
const LASTS = 1 / 3
/** What happens when, as parts of a life. */
const STAGES = [
  [0.3, t => waiting.push(...t.life.move.map(p => [p, t.life.move[0] === p ? () => moveTo(t) : undefined]))],
  [0.5, t => waiting.push(...t.life.rekey.map((p, n) => [p, n === 1 ? () => rekeyed(t) : undefined]))],
  [1, t => waiting.push(...t.life.end.map(p => [p, undefined]))],
]

function moveTo(tunnel) {
  tunnel.client = movedOf(tunnel.i)
  tunnel.ports = [20_000 + (tunnel.i % 40_000), 4500]
}

function rekeyed(tunnel) {
  tunnel.child = 1
  tunnel.sent = [0, 0]
}

function begin(i) {
  // Keyed tunnels are spread over all.
  const isKeyed = Math.floor((i * keyed) / sas) !== Math.floor(((i - 1) * keyed) / sas)
  const life = isKeyed ? play(tape, i) : copyOf(templates[isMoving(i) ? 0 : 1], i)
  if (isKeyed) secrets.push(life.secret)
  const tunnel = new Tunnel(i, life)
  tunnel.stage = 0
  const last = life.negotiation.length - 1
  for (const [n, p] of life.negotiation.entries()) waiting.push([p, n === last ? () => live.push(tunnel) : undefined])
}

let head = 0
while (!rotation.full) {
  while (begun < sas && beginOf(begun) <= rotation.part) begin(begun++)
  if (head < waiting.length) {
    const [packet, then] = waiting[head++]
    rotation.write(packet)
    then?.()
    if (head > 4096) waiting.splice(0, head)
    if (head > 4096) head = 0
  }
  if (live.length === 0) continue
  turn = (turn + 1) % live.length
  const tunnel = live[turn]
  const age = (rotation.part - beginOf(tunnel.i)) / LASTS
  while (tunnel.stage < STAGES.length && age >= STAGES[tunnel.stage][0]) STAGES[tunnel.stage++][1](tunnel)
  if (tunnel.stage === STAGES.length) {
    live[turn] = live[live.length - 1]
    live.pop()
    continue
  }
  const packet = tunnel.next()
  if (packet) rotation.write(packet)
}
rotation.close()
writeFileSync(join(opt.out, "keys.json"), JSON.stringify({ ikedump_keys: 1, ike_sas: secrets }), { mode: 0o600 })
const seconds = (performance.now() - started) / 1000
console.log(
  `${files} files, ${(rotation.written / 1e9).toFixed(2)} GB, ${rotation.frames} frames, ${begun} IKE SAs, keys of ${secrets.length}, ${seconds.toFixed(0)} s: ${opt.out}`,
)
