/**
 * Writes what a capture box writes in a day: files that rotate, with many tunnels whose negotiation, rekeys, moves between NAT addresses and data lie
 * in different files. Input for runs of `ikedump batch`, of any size.
 *
 *   node bench/rotated.mjs [--files 50] [--mb 40] [--sas 2000] [--keyed 200] [--packet 1400] [--threads N] [-o bench/data/rotated]
 *
 * Each IKE SA lives for a third of the time: IKE_SA_INIT and IKE_AUTH, a rekey of its Child SA, for every third one a NAT and a move, a delete. Of `--keyed`
 * of them keys.json beside the files has the keys, and every ESP packet of theirs can be opened; the others are copies with values of their own that
 * nobody can open. One packet of 997 is lost.
 *
 * What is sent when follows from lengths alone. So every thread (all cores by default) goes through the whole day, and fills only the files that are its own:
 * the bytes are the same with any number of threads.
 */
import { createCipheriv } from "node:crypto"
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { build } from "esbuild"
import { DATA } from "./esp-data.mjs"

const { values: opt } = parseArgs({
  args: isMainThread ? process.argv.slice(2) : workerData.args,
  options: {
    files: { type: "string", default: "50" },
    mb: { type: "string", default: "40" },
    sas: { type: "string", default: "2000" },
    keyed: { type: "string", default: "200" },
    packet: { type: "string", default: "1400" },
    threads: { type: "string", default: String(availableParallelism()) },
    out: { type: "string", short: "o", default: join(DATA, "rotated") },
  },
})
const files = Number(opt.files)
const fileBytes = Number(opt.mb) * 1e6
const sas = Number(opt.sas)
const keyed = Math.min(sas, Number(opt.keyed))
const innerBytes = Number(opt.packet)
const threads = Math.min(Number(opt.threads), files)

const START = 1_700_000_000
const DAY = 86_400
const GATEWAYS = 16
const UDP = 17
const ESP = 50
/** One packet of so many never comes. */
const LOST = 997

/** Bytes that are written at once. */
const PIECE = 1 << 24

const PLAYER = join(DATA, "play-tunnels.mjs")

/** The player is TypeScript of the tests: bundled, then run. */
async function bundlePlayer() {
  mkdirSync(DATA, { recursive: true })
  const entryPoints = [join(import.meta.dirname, "lib/play-tunnels.ts")]
  await build({
    entryPoints,
    outfile: PLAYER,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
  })
}

const clientOf = i => [10, 64 + (i >> 16), (i >> 8) & 255, i & 255]
const movedOf = i => [172, 16 + (i >> 16), (i >> 8) & 255, i & 255]
const gatewayOf = i => [192, 0, 2, 1 + (i % GATEWAYS)]
const isMoving = i => i % 3 === 0
/** Keyed tunnels are spread over all. */
const isKeyed = i => Math.floor((i * keyed) / sas) !== Math.floor(((i - 1) * keyed) / sas)

function play({ playLife, Tape }, i, tape = new Tape(`${i}/`)) {
  const moved = isMoving(i) ? { address: movedOf(i), port: 20_000 + (i % 40_000) } : undefined
  return playLife(tape, { address: clientOf(i), port: 500 }, { address: gatewayOf(i), port: 500 }, moved)
}

/** The life of another SA, as the template goes: addresses, SPIs and what comes only once are its own, what is encrypted is nonsense. */
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
  const [n, r, m, e] = [negotiation, rekey, move, end].map(list => list.map(p => new IkePacket(p, copied)))
  const children = [0, 1].map(which => ({ spiI: spiOf(i, which, 0), spiR: spiOf(i, which, 1) }))
  return { negotiation: n, rekey: r, move: m, end: e, children }
}

function playedAs({ negotiation, rekey, move, end, children }) {
  const [n, r, m, e] = [negotiation, rekey, move, end].map(list => list.map(p => new IkePacket(p, same => same)))
  return { negotiation: n, rekey: r, move: m, end: e, children }
}

/** An IKE packet that is made when it is written. */
class IkePacket {
  constructor(template, make) {
    this.template = template
    this.make = make
    this.length = template.length
  }

  fill(into, at) {
    into.set(this.make(this.template), at)
  }
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

/** ESP under AES-256-GCM (RFC 4106), nonsense where there is no key. */
function fillEsp(into, at, { spi, sequence, clear, key }) {
  if (!key) into.set(opaque, at)
  into.set(spi, at)
  into.writeUInt32BE(sequence, at + 4)
  into.writeUInt32BE(0, at + 8)
  into.writeUInt32BE(sequence, at + 12)
  if (!key) return
  const nonce = Buffer.concat([key.subarray(32), into.subarray(at + 8, at + 16)])
  const cipher = createCipheriv("aes-256-gcm", key.subarray(0, 32), nonce, { authTagLength: 16 })
  cipher.setAAD(into.subarray(at, at + 8))
  cipher.update(clear).copy(into, at + 16)
  cipher.final()
  cipher.getAuthTag().copy(into, at + 16 + clear.length)
}

/** Headers of IPv4 and, where there is a NAT, UDP around ESP; returns where that begins. */
function fillHeads(into, at, { length, from, to, ports }) {
  into.writeUInt32BE(0x45000000 | length, at)
  into.writeUInt32BE(0x00010000, at + 4)
  into.writeUInt32BE((64 << 24) | ((ports ? UDP : ESP) << 16), at + 8)
  into.set(from, at + 12)
  into.set(to, at + 16)
  if (!ports) return at + 20
  into.writeUInt16BE(ports[0], at + 20)
  into.writeUInt16BE(ports[1], at + 22)
  into.writeUInt32BE((length - 20) << 16, at + 24)
  return at + 28
}

/** The files, one after another; those of other threads are only counted. */
class Rotation {
  frames = 0
  written = 0
  #file = -1
  #fd = -1
  #left = 0
  #piece = Buffer.allocUnsafe(PIECE)
  #bytes = 0
  #total = files * fileBytes

  constructor(isMine) {
    this.isMine = isMine
  }

  get full() {
    return this.#file === files - 1 && this.#left <= 0
  }

  /** How much of all is written, from 0 to 1. */
  get part() {
    return this.written / this.#total
  }

  /** A packet has a `length`, and a method to `fill` it in. */
  write(packet) {
    if (this.#left <= 0) this.#next()
    const { length } = packet
    if (this.#fd >= 0) this.#record(packet, length)
    this.frames++
    this.#left -= 16 + length
    this.written += 16 + length
  }

  close() {
    if (this.#fd < 0) return
    this.#flush()
    closeSync(this.#fd)
    this.#fd = -1
  }

  #record(packet, length) {
    if (this.#bytes + 16 + length > PIECE) this.#flush()
    const piece = this.#piece
    const at = this.#bytes
    const time = this.part * DAY
    piece.writeUInt32LE(START + Math.floor(time), at)
    piece.writeUInt32LE(Math.floor((time % 1) * 1e6), at + 4)
    piece.writeUInt32LE(length, at + 8)
    piece.writeUInt32LE(length, at + 12)
    packet.fill(piece, at + 16)
    this.#bytes = at + 16 + length
  }

  #flush() {
    for (let at = 0; at < this.#bytes; ) at += writeSync(this.#fd, this.#piece, at, this.#bytes - at)
    this.#bytes = 0
  }

  #next() {
    this.close()
    this.#file++
    this.#left = fileBytes
    if (!this.isMine(this.#file)) return
    this.#fd = openSync(join(opt.out, `${String(this.#file).padStart(4, "0")}.pcap`), "w")
    const header = this.#piece.fill(0, 0, 24)
    header.writeUInt32LE(0xa1b2c3d4, 0)
    header.writeUInt16LE(2, 4)
    header.writeUInt16LE(4, 6)
    header.writeUInt32LE(262_144, 16)
    header.writeUInt32LE(101, 20)
    this.#bytes = 24
  }
}

/** A tunnel that is up: what it sends next. */
class Tunnel {
  sent = [0, 0]
  child = 0
  stage = 0
  #way = 0
  constructor(i, life) {
    this.i = i
    this.life = life
    this.client = clientOf(i)
    this.gateway = gatewayOf(i)
    this.ports = isMoving(i) ? [4500, 4500] : undefined
  }

  get length() {
    return (this.ports ? 28 : 20) + opaque.length
  }

  /** Goes on to the next data packet, from alternate sides; false when that one is lost. */
  next() {
    this.#way = (this.sent[0] + this.sent[1]) & 1
    return (++this.sent[this.#way] + this.i) % LOST !== 0
  }

  /** Writes the data packet. */
  fill(into, at) {
    const { client, gateway, ports, length } = this
    const { spiI, spiR, keyI, keyR } = this.life.children[this.child]
    const sequence = this.sent[this.#way]
    if (this.#way === 0) {
      const esp = fillHeads(into, at, { length, from: client, to: gateway, ports })
      fillEsp(into, esp, { spi: spiR, sequence, clear: CLEAR[0], key: keyI })
    } else {
      const back = ports && [ports[1], ports[0]]
      const esp = fillHeads(into, at, { length, from: gateway, to: client, ports: back })
      fillEsp(into, esp, { spi: spiI, sequence, clear: CLEAR[1], key: keyR })
    }
  }
}

/** Lives begin over the first two thirds of the time; each lasts a third, the last ones longer than the capture. */
const beginOf = i => (i / sas) * 0.7
const LASTS = 1 / 3

/** Goes through the day; `lives` are those that were played, by number, `templates` those that the others are copies of: one moves, one stays where it is. */
function day(rotation, lives, templates) {
  const live = []
  /** Packets of IKE that wait for their turn: one after each data packet, so that exchanges lie over the borders of files too. */
  const waiting = []
  let head = 0
  let begun = 0
  let turn = 0

  const moveTo = tunnel => {
    tunnel.client = movedOf(tunnel.i)
    tunnel.ports = [20_000 + (tunnel.i % 40_000), 4500]
  }
  const rekeyed = tunnel => {
    tunnel.child = 1
    tunnel.sent = [0, 0]
  }
  /** What happens when, as parts of a life. */
  const stages = [
    [0.3, t => waiting.push(...t.life.move.map((p, n) => [p, n === 0 ? () => moveTo(t) : undefined]))],
    [0.5, t => waiting.push(...t.life.rekey.map((p, n) => [p, n === 1 ? () => rekeyed(t) : undefined]))],
    [1, t => waiting.push(...t.life.end.map(p => [p, undefined]))],
  ]
  const begin = i => {
    const played = lives.get(i)
    const life = played ? playedAs(played) : copyOf(templates[isMoving(i) ? 0 : 1], i)
    const tunnel = new Tunnel(i, life)
    const last = life.negotiation.length - 1
    waiting.push(...life.negotiation.map((p, n) => [p, n === last ? () => live.push(tunnel) : undefined]))
  }

  while (!rotation.full) {
    while (begun < sas && beginOf(begun) <= rotation.part) begin(begun++)
    if (head < waiting.length) {
      const [packet, then] = waiting[head++]
      rotation.write(packet)
      then?.()
      if (head > 4096) {
        waiting.splice(0, head)
        head = 0
      }
    }
    if (live.length === 0) continue
    turn = (turn + 1) % live.length
    const tunnel = live[turn]
    const age = (rotation.part - beginOf(tunnel.i)) / LASTS
    while (tunnel.stage < stages.length && age >= stages[tunnel.stage][0]) stages[tunnel.stage++][1](tunnel)
    if (tunnel.stage === stages.length) {
      live[turn] = live[live.length - 1]
      live.pop()
      continue
    }
    if (tunnel.next()) rotation.write(tunnel)
  }
  rotation.close()
  return begun
}

/** Plays a share of the lives, then, when all are played, writes a share of the files. */
async function work(number) {
  const player = await import(pathToFileURL(PLAYER).href)
  const mine = new Map()
  for (let i = 0, n = 0; i < sas; i++) if (isKeyed(i) && n++ % threads === number) mine.set(i, play(player, i))
  parentPort.postMessage(mine)
  const lives = await new Promise(resolve => parentPort.once("message", resolve))
  const tape = new player.Tape()
  const templates = [play(player, 0, tape), play(player, 1, tape)]
  const rotation = new Rotation(file => file % threads === number)
  const begun = day(rotation, lives, templates)
  parentPort.postMessage({ written: rotation.written, frames: rotation.frames, begun })
}

/** One answer of each worker. */
const answers = workers =>
  Promise.all(
    workers.map(
      worker =>
        new Promise((resolve, reject) => {
          worker.once("message", resolve)
          worker.once("error", reject)
        }),
    ),
  )

async function main() {
  mkdirSync(opt.out, { recursive: true })
  const started = performance.now()
  await bundlePlayer()
  const workers = Array.from(
    { length: threads },
    (_, number) =>
      new Worker(fileURLToPath(import.meta.url), { workerData: { args: process.argv.slice(2), number }, argv: [] }),
  )
  const played = new Map((await answers(workers)).flatMap(mine => [...mine]).sort(([a], [b]) => a - b))
  const done = answers(workers)
  for (const worker of workers) worker.postMessage(played)
  const secrets = Array.from(played.values(), life => life.secret)
  writeFileSync(join(opt.out, "keys.json"), JSON.stringify({ ikedump_keys: 1, ike_sas: secrets }), { mode: 0o600 })
  const [{ written, frames, begun }] = await done
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${files} files, ${(written / 1e9).toFixed(2)} GB, ${frames} frames, ${begun} IKE SAs, keys of ${secrets.length}, ${seconds.toFixed(0)} s: ${opt.out}`,
  )
}

if (isMainThread) await main()
else await work(workerData.number)
