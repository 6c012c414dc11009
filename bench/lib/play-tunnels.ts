/** Plays whole lives of tunnels for bench/rotated.mjs: negotiation, rekey of the Child SA, a move to another NAT address, delete. */
import { PlayV2 } from "../../test/play/play-v2.ts"
import { type Endpoint, hex, Tape } from "../../test/play/tape.ts"

/** IKE packets of each stage of a life, and the keys of its Child SAs. */
export interface Life {
  readonly negotiation: readonly Uint8Array[]
  readonly rekey: readonly Uint8Array[]
  readonly move: readonly Uint8Array[]
  readonly end: readonly Uint8Array[]
  /** The first Child SA, and the one that replaces it. */
  readonly children: readonly { spiI: Uint8Array; spiR: Uint8Array; keyI: Uint8Array; keyR: Uint8Array }[]
  /** Values of IKE_SA_INIT that no two SAs have in common. */
  readonly once: readonly Uint8Array[]
  /** A row of `ike_sas` of a keys file. */
  readonly secret: Readonly<Record<string, string>>
}

const CHILD = { encr: "AES-GCM-16-256", packets: 0 }

/** One life of a client; with `moved` it sits behind a NAT, and its address changes on the way. */
export function playLife(tape: Tape, client: Endpoint, gateway: Endpoint, moved?: Endpoint): Life {
  const taken = (): Uint8Array[] => tape.packets.splice(0)
  const play = new PlayV2(tape, { left: client, right: gateway }).saInit()
  if (moved) {
    play.left = { ...client, port: 4500 }
    play.right = { ...gateway, port: 4500 }
  }
  play.auth({ child: CHILD })
  const negotiation = taken()
  play.child("initiator", { ...CHILD, rekeys: play.children[0] })
  const rekey = taken()
  if (moved) {
    play.left = moved
    play.info("initiator")
  }
  const move = taken()
  play.delete()
  const end = taken()
  const { sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr } = play.keys
  const keys = Object.entries({ sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr })
  return {
    negotiation,
    rekey,
    move,
    end,
    children: play.children.map(c => ({ spiI: c.spiI, spiR: c.spiR, keyI: c.keys.encr_i, keyR: c.keys.encr_r })),
    once: [play.nonces.ni, play.nonces.nr, play.exchanged[0].publicI, play.exchanged[0].publicR],
    secret: { ...play.spis, ...Object.fromEntries(keys.map(([name, value]) => [name, hex(value)])) },
  }
}

export { Tape }
