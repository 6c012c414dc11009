/**
 * Hostile captures of IKEv1 that open: one ISAKMP SA whose peer is hostile behind phase 1, and the keys file of that SA. For
 * bench/attacks.mjs --keyed.
 */
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { PlayV1 } from "../../test/play/play-v1.ts"
import * as v1 from "../../test/play/wire-v1.ts"
import type { Payload } from "../../test/play/wire-v2.ts"
import { hex, QuickTape, recorded } from "./keyed-tape.ts"

const ESP = 3
const NO_PROPOSAL_CHOSEN = 14
const RESPONDER_LIFETIME = 24576
const R_U_THERE = 36136
const R_U_THERE_ACK = 36137
const [XAUTH_NAME, XAUTH_PASSWORD, XAUTH_STATUS] = [16521, 16522, 16527]
const [REQUEST, REPLY, SET, ACK] = [1, 2, 3, 4]
const INTERNAL_IP4_ADDRESS = 1
const CURVE25519 = 31

const repeat = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
const notify = (type: number): Payload => v1.notifyV1(type)
const alive = (play: PlayV1, type: number, n: number): Payload =>
  v1.notifyV1(type, 1, concat(play.ckyI, play.ckyR), u32be(n))

/** A Quick Mode's first message with 100 proposals of 20 transforms. */
function offer(play: PlayV1, n: number): void {
  const proposals = repeat(100, i => ({
    protocol: ESP,
    spi: u32be(1000 + n * 100 + i),
    transforms: repeat(
      20,
      j =>
        [
          12,
          [
            [1, 1],
            [2, 3600],
            [4, 1],
            [5, 2],
            [6, 128 + j],
          ],
        ] as const,
    ),
  }))
  const id = play.messageId()
  const payloads = [v1.raw(v1.T.SA, v1.saBody(...proposals)), v1.raw(v1.T.NONCE, play.tape.random(16))]
  play.phase2("initiator", v1.XV1.QUICK, id, play.hashed(id, payloads))
}

function xauth(play: PlayV1, n: number): void {
  const text = (letter: number) => new Uint8Array(8).fill(letter)
  play.transaction("responder", [
    [v1.attributesV1(REQUEST, [XAUTH_NAME, text(0)], [XAUTH_PASSWORD, text(0)])],
    [v1.attributesV1(REPLY, [XAUTH_NAME, text(97 + (n % 26))], [XAUTH_PASSWORD, text(98)])],
    [v1.attributesV1(SET, [XAUTH_STATUS, n % 2])],
    [v1.attributesV1(ACK, [XAUTH_STATUS, 0])],
  ])
}

/** An address asked for, and given. */
function modeConfig(play: PlayV1, n: number): void {
  play.transaction("initiator", [
    [v1.attributesV1(REQUEST, [INTERNAL_IP4_ADDRESS, new Uint8Array(0)])],
    [v1.attributesV1(REPLY, [INTERNAL_IP4_ADDRESS, u32be(0x0a00_0000 + n)])],
  ])
}

const STEPS: Readonly<Record<string, (play: PlayV1, n: number) => unknown>> = {
  "Quick Modes with packets": play => play.quick("initiator").all(),
  "Quick Modes whose PFS secret is missing": play => play.quick("initiator", undefined, { group: CURVE25519 }).all(),
  "Quick Modes that end with their first message": play => play.quick("initiator").one(),
  "Quick Modes refused": play => {
    play.quick("initiator").one()
    play.informational("responder", v1.notifyV1(NO_PROPOSAL_CHOSEN, ESP, u32be(5)))
  },
  "offers of 2,000 transforms": offer,
  "1,000 notifications a message of IKEv1": play =>
    play.informational("responder", ...repeat(1000, () => notify(RESPONDER_LIFETIME))),
  "1,000 errors a message of IKEv1": play =>
    play.informational("responder", ...repeat(1000, () => notify(NO_PROPOSAL_CHOSEN))),
  "errors of IKEv1": play => play.informational("responder", notify(NO_PROPOSAL_CHOSEN)),
  "R-U-THERE and its answers": (play, n) => {
    play.informational("initiator", alive(play, R_U_THERE, n))
    play.informational("responder", alive(play, R_U_THERE_ACK, n))
  },
  "Deletes of 14,000 SPIs in IKEv1": (play, n) => {
    const spis = repeat(14_000, i => u32be(0x1000_0000 + n * 14_000 + i))
    play.informational(
      "responder",
      v1.raw(v1.T.D, concat(u32be(1), Uint8Array.of(ESP, 4), u16be(spis.length), ...spis)),
    )
  },
  "XAUTH again and again": xauth,
  "Mode Config again and again": modeConfig,
}

/** Names of all kinds. */
export const KEYED_V1: readonly string[] = Object.keys(STEPS)

/** The file of a kind, about `size` bytes, and the keys file that opens it. */
export function keyedAttackV1(kind: string, size: number): { capture: Uint8Array; keys: string } {
  const tape = new QuickTape()
  const play = new PlayV1(tape).main()
  const step = STEPS[kind]
  const capture = recorded(tape, size, n => step(play, n))
  const secrets = {
    ikedump_keys: 1,
    psks: [{ secret: new TextDecoder().decode(play.psk) }],
    dh_shared: [hex(play.ke.shared)],
  }
  return { capture, keys: JSON.stringify(secrets) }
}
