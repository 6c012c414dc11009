/** The arbiter of Child SA keys: packets whose sender derived their keys by a known mistake are opened all the same, and the mistake is laid to that side. */
import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { reportOf, saOf } from "./analyzed.ts"
import { PlayV1 } from "./play-v1.ts"
import { type Child, type ChildSpec, PlayV2, type Side } from "./play-v2.ts"
import { hex, ip, LEFT, RIGHT, Tape } from "./tape.ts"

const CBC: ChildSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", transport: true, packets: 0 }
const CTR: ChildSpec = { ...CBC, encr: "AES-CTR-128" }
const GCM: ChildSpec = { encr: "AES-GCM-16-128", transport: true, packets: 0 }
const PFS: ChildSpec = { ...CBC, ke: [31] }
const TWO: ChildSpec = { ...CBC, ke: [31, 31] }
const THREE: ChildSpec = { ...CBC, ke: [31, 31, 31] }
const ECP: ChildSpec = { ...CBC, ke: [19] }
/** So many labels in front give the key exchange of ECP a secret that begins with a zero octet. */
const LABELS = 63
type Keys = Record<"encr_i" | "integ_i" | "encr_r" | "integ_r", Uint8Array>

/** What the sender has at hand. */
interface Hand {
  readonly skD: Uint8Array
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly shared: Uint8Array
  readonly play: PlayV2
  readonly child: Child
}

const EMPTY: Uint8Array = new Uint8Array(0)
/** prf+ with HMAC-SHA2-256, made here. */
function material(key: Uint8Array, seed: Uint8Array, first = 1): Uint8Array {
  let [out, last] = [EMPTY, EMPTY]
  for (let n = first; out.length < 256; n++) {
    last = new Uint8Array(
      createHmac("sha256", key)
        .update(concat(last, seed, Uint8Array.of(n)))
        .digest(),
    )
    out = concat(out, last)
  }
  return out
}
const cut = (bytes: Uint8Array, names: readonly (keyof Keys)[], lengths: readonly number[]): Keys => {
  let at = 0
  const all = names.map((name, i) => [name, bytes.slice(at, (at += lengths[i]))])
  return Object.fromEntries(all)
}
const IN_ORDER = ["encr_i", "integ_i", "encr_r", "integ_r"] as const
const plain = (bytes: Uint8Array): Keys => cut(bytes, IN_ORDER, [16, 32, 16, 32])

type Case = [string, RegExp, ChildSpec, (h: Hand) => Keys]
const CASES: readonly Case[] = [
  ["PFS left out", /without the secret of the exchange's own/, PFS, h => plain(material(h.skD, concat(h.ni, h.nr)))],
  [
    "a PFS that is none",
    /into which the secret of the IKE SA's key exchange went/,
    CBC,
    h => plain(material(h.skD, concat(h.play.exchanged[0].shared, h.ni, h.nr))),
  ],
  [
    "the nonces in front of g^ir",
    /nonces in front of g\^ir/,
    PFS,
    h => plain(material(h.skD, concat(h.ni, h.nr, h.shared))),
  ],
  [
    "an additional secret left out",
    /no secret of an additional key exchange went/,
    TWO,
    h => plain(material(h.skD, concat(h.shared, h.ni, h.nr))),
  ],
  [
    "one of two additional secrets left out",
    /the secret of one additional key exchange did not go/,
    THREE,
    h => plain(material(h.skD, concat(h.shared, h.ni, h.nr, h.child.secrets[2].shared))),
  ],
  [
    "the additional secret in front of the nonces",
    /the additional secrets in front of the nonces/,
    TWO,
    h => plain(material(h.skD, concat(h.shared, h.child.secrets[1].shared, h.ni, h.nr))),
  ],
  [
    "a secret without its leading zeros",
    /lost its leading zeros/,
    ECP,
    h => {
      expect(h.shared[0]).toBe(0)
      return plain(material(h.skD, concat(h.shared.subarray(1), h.ni, h.nr)))
    },
  ],
  [
    "nonces of IKE_SA_INIT",
    /nonces of the exchange that made the IKE SA/,
    CBC,
    h => plain(material(h.skD, concat(h.play.nonces.ni, h.play.nonces.nr))),
  ],
  ["nonces exchanged", /with the nonces exchanged/, CBC, h => plain(material(h.skD, concat(h.nr, h.ni)))],
  [
    "SPIs taken in",
    /into which the SPIs went/,
    CBC,
    h => plain(material(h.skD, concat(h.ni, h.nr, h.child.spiI, h.child.spiR))),
  ],
  ["prf+ from 0", /counts from 0/, CBC, h => plain(material(h.skD, concat(h.ni, h.nr), 0))],
  [
    "the integrity key first",
    /integrity key taken in front/,
    CBC,
    h => cut(material(h.skD, concat(h.ni, h.nr)), ["integ_i", "encr_i", "integ_r", "encr_r"], [32, 16, 32, 16]),
  ],
  [
    "encryption keys first",
    /both encryption keys taken in front/,
    CBC,
    h => cut(material(h.skD, concat(h.ni, h.nr)), ["encr_i", "encr_r", "integ_i", "integ_r"], [16, 16, 32, 32]),
  ],
  ...(
    [
      ["no salt of GCM", GCM, 0],
      ["no nonce of CTR", CTR, 32],
    ] as const
  ).map(
    ([name, spec, integ]): Case => [
      name,
      /without the salt in the keying material/,
      spec,
      h => {
        const keys = cut(material(h.skD, concat(h.ni, h.nr)), IN_ORDER, [16, integ, 16, integ])
        const salted = (k: Uint8Array) => concat(k, new Uint8Array(4))
        return { ...keys, encr_i: salted(keys.encr_i), encr_r: salted(keys.encr_r) }
      },
    ],
  ),
]

/** A CREATE_CHILD_SA whose packets are sealed with other keys, by one side or both. */
function played(spec: ChildSpec, wrong: (h: Hand) => Keys, by: readonly Side[]) {
  const tape = new Tape()
  if (spec === ECP) for (let n = 0; n < LABELS; n++) tape.random(1)
  const play = new PlayV2(tape).saInit().auth({ child: { ...CBC, packets: 0 } })
  let nonces = play.nonces
  const install = play.install.bind(play)
  play.install = (from, offer, n, ...rest) => {
    nonces = n
    return install(from, offer, n, ...rest)
  }
  const child = play.child("initiator", spec)
  const shared = child.secrets[0]?.shared ?? EMPTY
  const keys = wrong({ skD: play.keys.sk_d, ...nonces, shared, play, child })
  const encr = encrByName(spec.encr!)!
  const integ = spec.integ === undefined ? null : integByName(spec.integ)!
  for (let n = 1; n <= 3; n++)
    for (const side of ["initiator", "responder"] as const) {
      const way = side === "initiator" ? "i" : "r"
      const from = by.includes(side) ? keys : child.keys
      const [source, to, spi] = way === "i" ? [LEFT, RIGHT, child.spiR] : [RIGHT, LEFT, child.spiI]
      const sealed = sealEsp(
        { encr, key: from[`encr_${way}`], integ, integKey: from[`integ_${way}`], esn: false },
        nodeProvider,
        play.tape.random(24),
        { spi: new DataView(spi.buffer, spi.byteOffset).getUint32(0), sequence: n, nextHeader: 17 },
      )
      play.tape.add(ip(source, to, 50, sealed))
    }
  return play
}

const said = (report: Awaited<ReturnType<typeof reportOf>>) =>
  report.diagnostics.filter(d => d.code === "implementation-mistake").map(d => d.message)
const secrets = (play: PlayV2) => ({
  psks: ["swordfish"],
  // Of many secrets the arbiter tries some choices; private values leave none to make.
  ...(play.exchanged.length > 3
    ? { dh_private: play.exchanged.map(e => hex(e.privateI)) }
    : { dh_shared: [...new Set(play.exchanged.map(e => hex(e.shared)))] }),
})

describe("keys of a Child SA", () => {
  it.each(CASES)("%s", async (_, says, spec, wrong) => {
    for (const by of [["initiator"], ["responder"], ["initiator", "responder"]] as const) {
      // The responder's integrity key is then where it should be, and its ICVs hold.
      if (/both encryption keys/.test(says.source) && by.some(side => side === "responder")) continue
      const play = played(spec, wrong, by)
      const report = await reportOf(play.tape, secrets(play))
      const messages = said(report)
      expect(messages).toHaveLength(by.length)
      for (const side of by) expect(messages.some(m => says.test(m) && m.includes(`the ${side} erred. `))).toBe(true)
      // All packets open, those of the side that does as it should too.
      expect(report.esp_sas.map(e => [e.icv_ok, e.icv_failed])).toEqual([
        [3, 0],
        [3, 0],
      ])
      expect(saOf(report, play).child_sas[1].keys.status).toBe("derived")
    }
  })

  it("an additional secret is left out that was not given either", async () => {
    const wrong = (h: Hand) => plain(material(h.skD, concat(h.shared, h.ni, h.nr)))
    for (const by of [["initiator"], ["initiator", "responder"]] as const) {
      const play = played(TWO, wrong, by)
      const dh_shared = [play.exchanged[0], play.children[1].secrets[0]].map(e => hex(e.shared))
      const report = await reportOf(play.tape, { psks: ["swordfish"], dh_shared })
      expect(said(report)).toHaveLength(by.length)
      for (const m of said(report)) expect(m).toMatch(/no secret of an additional key exchange went.*RFC 9370 §2\.2\.4/)
      expect(saOf(report, play).child_sas[1].keys.status).toBe(by.length === 2 ? "derived" : "partial")
    }
  })

  it("from the SK_d before an IKE rekey", async () => {
    const play = new PlayV2(new Tape()).saInit().auth({ child: { ...CBC, packets: 0 } })
    const next = play.rekeyIke("initiator")
    const right = next.keys
    next.keys = { ...right, sk_d: play.keys.sk_d }
    const install = next.install.bind(next)
    next.install = (from, offer, nonces, s) => install(from, offer, nonces, s, play.keys.sk_d)
    next.keys = right
    next.child("initiator", { ...CBC, packets: 2 })
    const report = await reportOf(play.tape, {
      psks: ["swordfish"],
      dh_shared: [...new Set([...play.exchanged, ...next.exchanged].map(e => hex(e.shared)))],
    })
    expect(said(report)).toHaveLength(2)
    for (const m of said(report)) expect(m).toMatch(/SK_d of another SA or of another key epoch.*RFC 7296 §2\.17/)
  })

  it("nothing is said of keys as they should be, nor of keys that nobody derives", async () => {
    const right = played(CBC, h => h.child.keys, [])
    expect(said(await reportOf(right.tape, secrets(right)))).toEqual([])
    const noise = played(CBC, h => plain(material(h.skD, h.ni)), ["initiator"])
    const report = await reportOf(noise.tape, secrets(noise))
    expect(said(report)).toEqual([])
    expect(report.esp_sas.map(e => e.icv_failed).sort()).toEqual([0, 3])
  })
})

describe("keys of a Quick Mode", () => {
  it.each([
    ["the SPI of the other direction", /SPI of the other direction's SA/, true, 3],
    ["no protocol", /without the protocol, or with another/, false, null],
    ["IP's number of ESP as the protocol", /without the protocol, or with another/, false, 50],
  ] as const)("%s", async (_, says, swapped, protocol) => {
    const play = new PlayV1(new Tape()).main()
    const quick = play.quick("initiator", [{ esp: { id: 12, keyBits: 128, auth: 2 } }])
    quick.all()
    const child = play.children[0]
    const frames = play.tape.packets.length
    const keymat = (spi: Uint8Array): Uint8Array => {
      const seed = concat(protocol === null ? EMPTY : Uint8Array.of(protocol), spi, quick.ni, quick.nr)
      let [out, last] = [EMPTY, EMPTY]
      while (out.length < 36) {
        last = new Uint8Array(createHmac("sha1", play.keys.skeyid_d).update(concat(last, seed)).digest())
        out = concat(out, last)
      }
      return out
    }
    // What the player sent as it should be is taken back; the initiator sends otherwise.
    play.tape.packets = play.tape.packets.filter(p => p[9] !== 50)
    expect(play.tape.packets.length).toBeLessThan(frames)
    const m = keymat(swapped ? child.spiI : child.spiR)
    for (let n = 1; n <= 3; n++)
      play.tape.add(
        ip(
          LEFT,
          RIGHT,
          50,
          sealEsp(
            { encr: child.encr!, key: m.slice(0, 16), integ: child.integ!, integKey: m.slice(16, 36), esn: false },
            nodeProvider,
            ip(LEFT, RIGHT, 17, play.tape.random(24)),
            { spi: new DataView(child.spiR.buffer, child.spiR.byteOffset).getUint32(0), sequence: n },
          ),
        ),
      )
    const report = await reportOf(play.tape, {
      psks: ["swordfish"],
      dh_shared: play.exchanged.map(e => hex(e.shared)),
    })
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(says)
    expect(said(report)[0]).toContain("the initiator erred. RFC 2409 §5.5")
    expect(report.esp_sas.map(e => e.icv_ok)).toEqual([3])
  })
})
