/** Plays N IKE SAs, an IKE_SA_INIT and an IKE_AUTH each, from as many clients to one gateway; for bench/ike-secrets.mjs. */
import { PlayV2, SUITE } from "../../test/play/play-v2.ts"
import { hex, Tape } from "../../test/play/tape.ts"

export interface Many {
  readonly capture: Uint8Array
  /** Keys files by kind of secret, each in the order of the capture. */
  readonly secrets: Readonly<Record<"dh_private" | "dh_shared" | "skeyseed" | "ike_sas", readonly unknown[]>>
}

export function playMany(count: number): Many {
  const tape = new Tape()
  const plays = Array.from({ length: count }, (_, i) => {
    const left = { address: [10, 1, i >>> 8, i & 255], port: 500 } as const
    return new PlayV2(tape, { suite: SUITE, left, right: { address: [10, 0, 0, 1], port: 500 } }).saInit().auth()
  })
  return {
    capture: tape.capture(),
    secrets: {
      dh_private: plays.map(p => hex(p.exchanged[0].privateI)),
      dh_shared: plays.map(p => hex(p.exchanged[0].shared)),
      skeyseed: plays.map(p => hex(p.keys.skeyseed)),
      ike_sas: plays.map(p => {
        const { sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr } = p.keys
        const sk = Object.entries({ sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr })
        return { ...p.spis, ...Object.fromEntries(sk.map(([name, value]) => [name, hex(value)])) }
      }),
    },
  }
}
