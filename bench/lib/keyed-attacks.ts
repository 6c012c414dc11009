/**
 * Hostile captures that open: one IKE SA whose peer is hostile inside SK or in ESP, and the keys file of that SA. Each kind aims at one table,
 * one list or one loop behind the decryption. For bench/attacks.mjs --keyed.
 */
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { type Child, PlayV2, X } from "../../test/play/play-v2.ts"
import * as w from "../../test/play/wire-v2.ts"
import { KEYED_V1, keyedAttackV1 } from "./keyed-attacks-v1.ts"
import { hex, QuickTape, recorded, TcpTape } from "./keyed-tape.ts"

const PSK = "swordfish"
const SUITE = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" }
const CONFIGURATION = 47
const NO_PROPOSAL_CHOSEN = 14
const INITIAL_CONTACT = 16384
const STATUS = 16400
const PRIVATE = 40960
const ESP = 3
const CURVE25519 = 31
const OVER_TCP = "empty exchanges over TCP"

const repeat = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const inform = (play: PlayV2, payloads: readonly w.Payload[]): unknown =>
  play.exchange("responder", X.INFO, payloads, [])
const payload = (type: number, ...parts: Uint8Array[]): w.Payload => ({ type, body: concat(...parts) })

/** The last octet of a packet is wrong. */
function spoil(play: PlayV2, frame: number): void {
  const packet = play.tape.packets[frame - 1]
  packet[packet.length - 1] ^= 1
}

/** 255 ranges of four addresses each, that no other payload has. */
function selectors(type: 44 | 45, n: number): w.Payload {
  const one = (first: number): Uint8Array =>
    concat(Uint8Array.of(7, 0), u16be(16), u16be(0), u16be(65_535), u32be(first), u32be(first + 3))
  return payload(type, Uint8Array.of(255, 0, 0, 0), ...repeat(255, i => one((n * 255 + i) * 4096)))
}

function narrowing(play: PlayV2, n: number): void {
  const { request, response } = play.childOffer("responder", SUITE)
  const ranges = [selectors(w.P.TSI, n), selectors(w.P.TSR, n)]
  const [q, r] = [request, response].map(list => [list[0], w.nonceP(play.tape.random(32)), ...ranges])
  play.exchange("responder", X.CHILD, q, r)
}

function refused(play: PlayV2, offer: readonly w.Payload[]): void {
  play.exchange("responder", X.CHILD, [...offer, w.nonceP(zeros(32))], [w.notifyP(NO_PROPOSAL_CHOSEN)])
}

function proposals(play: PlayV2, n: number): void {
  const transforms = repeat(20, j => [j % 5 || 1, j + 1] as const)
  const list = repeat(200, i => ({ protocol: ESP, spi: u32be(n * 200 + i + 300), transforms }))
  refused(play, [w.saP(...list), w.tsP(w.P.TSI, 1), w.tsP(w.P.TSR, 2)])
}

function chainOfRekeys(): (play: PlayV2) => void {
  let newest: PlayV2 | undefined
  return play => {
    newest = (newest ?? play).rekeyIke("initiator")
  }
}

const certificate = (play: PlayV2): w.Payload =>
  w.certP(4, concat(Uint8Array.of(0x30, 0x82, 4, 0), play.tape.random(1024)))
const address = (i: number): Uint8Array => concat(u16be(1), u16be(4), u32be(i))

/** Only the first of its fragments comes: 4 or 65,535 of them. */
const unfinished = (total: number) => (play: PlayV2, n: number) => {
  const head = play.head("responder", X.INFO, n, false)
  const numbers = concat(u16be(1), u16be(total))
  const keys = play.sealKeys("responder")
  play.put("responder", w.seal(head, w.P.SKF, w.P.N, numbers, zeros(1), keys, play.provider, { iv: play.iv() }))
}

/** Each Child SA replaces the one before. */
function chainOfChildren(): Step {
  let newest: Child | undefined
  return play => {
    newest = play.child("responder", { ...SUITE, packets: 0, rekeys: newest })
  }
}

type Step = (play: PlayV2, n: number) => unknown

/** What the peer does again and again, by the name of the kind. Each is made when its file is. */
const STEPS: Readonly<Record<string, () => Step>> = {
  "7,000 notifications": () => play =>
    inform(
      play,
      repeat(7000, () => w.notifyP(STATUS)),
    ),
  "7,000 errors": () => play =>
    inform(
      play,
      repeat(7000, () => w.notifyP(NO_PROPOSAL_CHOSEN)),
    ),
  "4,500 notifications of many types": () => (play, n) =>
    inform(
      play,
      repeat(4500, i => w.notifyP(PRIVATE + ((n * 4500 + i) % 24_000), u32be(i))),
    ),
  "empty exchanges": () => play => inform(play, []),
  [OVER_TCP]: () => play => inform(play, []),
  "Child SAs": () => play => play.child("responder", { ...SUITE, packets: 0 }),
  "Child SAs with a packet each way": () => play => play.child("responder", { ...SUITE, packets: 1 }),
  "Child SAs of AH": () => play => play.child("responder", { protocol: "AH", integ: SUITE.integ, packets: 1 }),
  "Child SAs whose PFS secret is missing": () => play =>
    play.child("responder", { ...SUITE, ke: [CURVE25519], packets: 1 }),
  "a chain of rekeyed Child SAs": chainOfChildren,
  "Child SAs that are deleted": () => play => {
    const { spiI, spiR } = play.child("responder", { ...SUITE, packets: 0 })
    play.exchange("responder", X.INFO, [w.deleteP(ESP, spiI)], [w.deleteP(ESP, spiR)])
  },
  "refused Child SAs": () => play => refused(play, play.childOffer("responder", SUITE).request),
  "rekeys of one IKE SA": () => play => play.rekeyIke("responder"),
  "a chain of rekeyed IKE SAs": chainOfRekeys,
  "Deletes of 14,000 SPIs": () => (play, n) =>
    inform(play, [w.deleteP(ESP, ...repeat(14_000, i => u32be(0x1000_0000 + n * 14_000 + i)))]),
  "narrowed to 255 traffic selectors": () => narrowing,
  "200 proposals of 20 transforms": () => proposals,
  "50 malformed certificates": () => play =>
    inform(
      play,
      repeat(50, () => certificate(play)),
    ),
  "7,000 configuration attributes": () => play =>
    inform(play, [payload(CONFIGURATION, Uint8Array.of(1, 0, 0, 0), ...repeat(7000, address))]),
  "messages of 20 fragments": () => play =>
    play.fragmented(
      X.INFO,
      repeat(40, () => w.notifyP(STATUS)),
      [w.notifyP(STATUS)],
      20,
    ),
  "first fragments of 4": () => unfinished(4),
  "first fragments of 65,535": () => unfinished(65_535),
  "false ICVs of IKE": () => play => {
    const message = play.sealed("responder", X.INFO, play.nextId.responder++, false, [w.notifyP(INITIAL_CONTACT)])
    spoil(play, play.put("responder", message))
  },
  "exchanges of one Message ID": () => (play, n) =>
    play.put("responder", play.sealed("responder", X.INFO, 0, false, [w.notifyP(STATUS, u32be(n))])),
  "false ICVs of ESP": () => (play, n) => spoil(play, play.data(play.children[0], "starter", n + 2)),
  "replays of ESP": () => play => play.data(play.children[0], "starter", 5),
  "packets of ESP": () => (play, n) => play.data(play.children[0], "starter", n + 2),
}

/** Names of all kinds. */
export const KEYED: readonly string[] = [...Object.keys(STEPS), ...KEYED_V1]

/** The file of a kind, about `size` bytes, and the keys file that opens it. */
export function keyedAttack(kind: string, size: number): { capture: Uint8Array; keys: string } {
  if (!(kind in STEPS)) return keyedAttackV1(kind, size)
  const tape = kind === OVER_TCP ? new TcpTape() : new QuickTape()
  const play = new PlayV2(tape).saInit().auth()
  const step = STEPS[kind]()
  const capture = recorded(tape, size, n => step(play, n))
  const secrets = { ikedump_keys: 1, psks: [{ secret: PSK }], dh_shared: [hex(play.exchanged[0].shared)] }
  return { capture, keys: JSON.stringify(secrets) }
}
