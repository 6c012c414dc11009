/** ICVs that hold only under another reading of the keys: what is otherwise is found, the packets are opened, and it is reported. */
import { describe, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { type Keys, reportOf } from "./analyzed.ts"
import { type Child, type ChildSpec, PlayV2 } from "./play-v2.ts"
import { hex, ip, LEFT, RIGHT, Tape } from "./tape.ts"

const PACKETS = 5

/** A negotiation whose packets are sealed otherwise than agreed. */
function played(spec: ChildSpec, seal: (keys: EspKeys, way: "i" | "r", child: Child) => EspKeys) {
  const play = new PlayV2(new Tape()).saInit().auth({ child: { ...spec, packets: 0 } })
  const child = play.children[0]
  const keysOf = (way: "i" | "r"): EspKeys => {
    const encr = encrByName(spec.encr!)!
    const integ = spec.integ === undefined ? null : integByName(spec.integ)!
    return { encr, key: child.keys[`encr_${way}`], integ, integKey: child.keys[`integ_${way}`], esn: false }
  }
  for (let n = 1; n <= PACKETS; n++)
    for (const way of ["i", "r"] as const) {
      const [from, to, spi] = way === "i" ? [LEFT, RIGHT, child.spiR] : [RIGHT, LEFT, child.spiI]
      const keys = seal(keysOf(way), way, child)
      const inner = ip(from, to, 17, play.tape.random(24))
      const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
      play.tape.add(ip(from, to, 50, sealEsp(keys, nodeProvider, inner, { spi: number, sequence: n })))
    }
  return { play, child, keysOf }
}

const CBC: ChildSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" }
const dh = (play: PlayV2): Keys => ({ dh_shared: [hex(play.exchanged[0].shared)], psks: ["swordfish"] })
const codes = ["icv-length", "esn-mismatch", "keys-crossed"]
const found = async (play: PlayV2, keys: Keys) => {
  const report = await reportOf(play.tape, keys)
  return {
    icv: report.esp_sas.map(s => [s.decrypted, s.icv_ok, s.icv_failed]),
    said: report.diagnostics.filter(d => codes.includes(d.code)).map(d => `${d.code}: ${d.message}`),
    failed: report.diagnostics.filter(d => d.code === "icv-failed").length,
    secrets: report.secrets,
  }
}
const ALL = [
  [PACKETS, PACKETS, 0],
  [PACKETS, PACKETS, 0],
]
const NONE = [
  [0, 0, PACKETS],
  [0, 0, PACKETS],
]

describe("keys that were negotiated", () => {
  it("says nothing of packets as agreed", async () => {
    const { play } = played(CBC, keys => keys)
    expect(await found(play, dh(play))).toMatchObject({ icv: ALL, said: [] })
  })

  it.each([
    ["HMAC-SHA2-256-128", 96, CBC],
    ["HMAC-SHA1-96", 160, { encr: "AES-CBC-128", integ: "HMAC-SHA1-96" }],
    ["HMAC-SHA2-512-256", 96, { encr: "AES-CBC-128", integ: "HMAC-SHA2-512-256" }],
  ] as const)("%s cut to %i bits", async (_, bits, spec) => {
    const { play } = played(spec, keys => ({ ...keys, integ: { ...keys.integ!, icvBytes: bits / 8 } }))
    const { icv, said, failed } = await found(play, dh(play))
    expect([icv, failed]).toEqual([ALL, 0])
    expect(said).toHaveLength(2)
    for (const s of said) expect(s).toMatch(new RegExp(`^icv-length: .*cut to ${bits} bits`))
  })

  it("AES-GCM with an ICV of 8 octets", async () => {
    const { play } = played({ encr: "AES-GCM-16-128" }, keys => ({ ...keys, encr: { ...keys.encr, icvBytes: 8 } }))
    const { icv, said } = await found(play, dh(play))
    expect(icv).toEqual(ALL)
    for (const s of said) expect(s).toMatch(/cut to 64 bits, negotiated was 128/)
  })

  it.each([CBC, { encr: "AES-GCM-16-128" }])("extended sequence numbers that nobody agreed to, %o", async spec => {
    const { play } = played(spec, keys => ({ ...keys, esn: true }))
    const { icv, said } = await found(play, dh(play))
    expect(icv).toEqual(ALL)
    for (const s of said) expect(s).toMatch(/^esn-mismatch: .*holds only with extended sequence numbers/)
    expect(said).toHaveLength(2)
  })

  it("both at once", async () => {
    const { play } = played(CBC, keys => ({ ...keys, esn: true, integ: integByName("HMAC-SHA2-256-96")! }))
    const { icv, said } = await found(play, dh(play))
    expect(icv).toEqual(ALL)
    expect(said).toHaveLength(4)
  })
})

describe("keys that were given", () => {
  const rows = (keys: (way: "i" | "r") => EspKeys, child: Child, crossed: boolean) =>
    (["i", "r"] as const).map(way => {
      const k = keys(crossed ? (way === "i" ? "r" : "i") : way)
      return {
        protocol: "ESP",
        spi: hex(way === "i" ? child.spiR : child.spiI),
        encr: k.encr.name,
        key: hex(k.key),
        integ: k.integ?.name,
        integ_key: hex(k.integKey),
        esn: false,
      }
    })

  it("of the other direction", async () => {
    const { play, child, keysOf } = played(CBC, keys => keys)
    const { icv, said, secrets } = await found(play, { child_sas: rows(keysOf, child, true) })
    expect(icv).toEqual(ALL)
    expect(said).toHaveLength(2)
    for (const s of said) expect(s).toMatch(/^keys-crossed: .*with the keys of (the other direction|another SA)/)
    expect(secrets.every(s => s.used_by.length === 1)).toBe(true)
    expect((await found(play, { child_sas: rows(keysOf, child, false) })).said).toEqual([])
  })

  it("wrong keys stay wrong, and nothing is said that no ICV proves", async () => {
    const { play, child, keysOf } = played(CBC, keys => ({ ...keys, integKey: new Uint8Array(32).fill(9) }))
    const { icv, said, failed } = await found(play, { child_sas: rows(keysOf, child, true) })
    expect([icv, said, failed]).toEqual([NONE, [], 2])
  })
})

describe("a sender that crosses its directions", () => {
  it("is named where the keys were derived", async () => {
    const { play } = played(CBC, (keys, way, child) => {
      const other = way === "i" ? "r" : "i"
      return { ...keys, key: child.keys[`encr_${other}`], integKey: child.keys[`integ_${other}`] }
    })
    const { said, icv } = await found(play, dh(play))
    expect(icv).toEqual(ALL)
    for (const s of said) expect(s).toMatch(/the sender has crossed its directions/)
  })
})
