/** G-IKEv2 played: registrations, rekeys by multicast and in band, key trees, several senders. RFC 9838. */
import { createCipheriv, generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { unwrapKey } from "../../src/crypto/key-wrap.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { failures, reasons, reportOf, statuses } from "./analyzed.ts"
import { PlayGikev2, type Rekey } from "./play-gikev2.ts"
import { der } from "./signers.ts"
import { type Endpoint, hex, oneBitOff, Tape } from "./tape.ts"

const A: Endpoint = { address: [10, 0, 0, 1], port: 848 }
const B: Endpoint = { address: [10, 0, 0, 3], port: 848 }
const secrets = (p: PlayGikev2) => ({ psks: ["swordfish"], dh_shared: p.member.exchanged.map(e => hex(e.shared)) })
const started = () => new PlayGikev2(new Tape())
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"))

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
const SIGNER: NonNullable<Rekey["signer"]> = {
  algorithm: der(0x30, der(6, bytes("2a8648ce3d040302"))),
  spki: new Uint8Array(ec.publicKey.export({ type: "spki", format: "der" })),
  // A length that does not change: r and s below half of the order would be shorter in DER.
  sign: octets => {
    for (;;) {
      const value = new Uint8Array(sign("sha256", octets, ec.privateKey))
      if (value.length === 71) return value
    }
  },
}

describe("AES key wrap with padding", () => {
  const cbc = nodeProvider.cipher["aes-cbc"]!
  it("opens the examples of RFC 5649 §6", () => {
    const key = bytes("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8")
    const long = bytes("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a")
    const short = bytes("afbeb0f07dfbf5419200f2ccb50bb24f")
    expect(hex(unwrapKey(cbc, key, long)!)).toBe("c37b7e6492584340bed12207808941155068f738")
    expect(hex(unwrapKey(cbc, key, short)!)).toBe("466f7250617369")
    for (const wrong of [oneBitOff(long), long.subarray(8), long.subarray(1), bytes("")])
      expect(unwrapKey(cbc, key, wrong)).toBeUndefined()
    expect(unwrapKey(cbc, oneBitOff(key), long)).toBeUndefined()
  })

  it("opens what OpenSSL wraps, of every length", () => {
    for (let n = 1; n <= 70; n++) {
      const value = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255)
      const key = new Uint8Array(16).fill(n)
      const cipher = createCipheriv("id-aes128-wrap-pad", key, bytes("a65959a6"))
      const wrapped = new Uint8Array(Buffer.concat([cipher.update(value), cipher.final()]))
      expect(hex(unwrapKey(cbc, key, wrapped)!)).toBe(hex(value))
    }
  })
})

describe("registration", () => {
  it("hands out keys under which the packets of every sender open", async () => {
    const play = started()
    const data = play.dataSa()
    play.register({ data: [data], rekey: play.rekey(SIGNER), senders: { bits: 8, ids: [5] } })
    for (let n = 1; n <= 3; n++)
      for (const [from, id] of [
        [A, 5],
        [B, 6],
      ] as const)
        play.send(data, from, n, id)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    const [sa] = report.ike_sas
    expect(sa).toMatchObject({
      state: "established",
      group: { role: "member", id: { type: "ID_KEY_ID", value: "group-42" }, sender_ids: [5], sender_id_bits: 8 },
      verdict: { outcome: "up", certainty: "proven" },
      child_sas: [{ spi_i: null, spi_r: hex(data.spi), keys: { values: { encr_i: hex(data.key) } } }],
    })
    expect(sa.verdict.headline).toMatch(/^Up: registered with a group, 1 data SA/)
    expect(statuses(sa, "auth-initiator")).toEqual(["pass"])
    expect(report.esp_sas.map(e => [e.source, e.icv_ok])).toEqual([
      ["10.0.0.1", 3],
      ["10.0.0.3", 3],
    ])
    expect(report.diagnostics).toEqual([])
  })

  it("keys that are wrapped with another key stay closed, and nothing is claimed", async () => {
    const play = started()
    const data = play.dataSa()
    play.register({ data: [data] }, new Uint8Array(16))
    play.send(data, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas[0].child_sas[0].keys).toEqual({ status: "none", values: {} })
    expect(report.esp_sas[0]).toMatchObject({ icv_ok: 0, icv_failed: 0 })
    expect(reasons(report.ike_sas[0], "child-keys")).toEqual(["no key: no secret gives its keys"])
  })

  it("a key of the wrong length is none, and wraps nothing", async () => {
    const play = started()
    const data = play.dataSa()
    const rekey = play.rekey()
    const short = new Uint8Array(5)
    const tree = [{ id: 3, key: short, kwkId: 0, kwk: short }]
    play.register({ data: [{ ...data, key: short }], rekey: { ...rekey, gskW: short }, tree: [] })
    play.inband({ tree } as never)
    play.push(rekey, 0, { data: [play.dataSa()] })
    play.send(data, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas.flatMap(s => s.child_sas).map(c => c.keys.status)).toEqual(["none"])
    expect(report.ike_sas[1].verdict.outcome).toBe("partial")
  })

  it("a key tree leads to the key of the rekey SA", async () => {
    const play = started()
    const [leaf, root] = [play.tape.random(16), play.tape.random(16)]
    const rekey = play.rekey()
    const data = play.dataSa()
    const tree = [
      { id: 7, key: leaf, kwkId: 0, kwk: leaf },
      { id: 1, key: root, kwkId: 7, kwk: leaf },
    ]
    play.register({ rekey, tree })
    play.push(rekey, 0, { data: [data] })
    play.send(data, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[1].group?.from).toBe("ike/0")
    expect(report.esp_sas[0].icv_ok).toBe(1)
  })
})

describe("GSA_REKEY", () => {
  const pushed = (signer: Rekey["signer"] | undefined, options: Parameters<PlayGikev2["push"]>[3] = {}) => {
    const play = started()
    const [old, next] = [play.dataSa(), play.dataSa()]
    const rekey = play.rekey(signer)
    play.register({ data: [old], rekey })
    play.push(rekey, 0, { data: [next] }, options)
    for (const from of [A, B]) play.send(next, from, 1, from === A ? 5 : 6)
    return { play, next, rekey }
  }

  it.each([
    ["whole", {}],
    ["in fragments", { fragments: 3 }],
  ])("opens %s, its signature holds, and the new keys open ESP", async (_, options) => {
    const { play, next, rekey } = pushed(SIGNER, options)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[1]).toMatchObject({
      spi_i: hex(rekey.spi).slice(0, 16),
      state: "established",
      group: { role: "rekey", from: "ike/0" },
      verdict: { outcome: "up", headline: "Rekey SA of a group: 1 rekey opened" },
      child_sas: [{ spi_r: hex(next.spi), keys: { values: { encr_i: hex(next.key) } } }],
    })
    expect(statuses(report.ike_sas[1], "gsa-rekey-auth")).toEqual(["pass"])
    expect(report.esp_sas.map(e => e.icv_ok)).toEqual([1, 1])
    expect(report.diagnostics).toEqual([])
  })

  it.each([
    ["a bit of the signature is wrong", { forge: true }, /does not hold under the AUTH_KEY/],
    ["there is none", { unsigned: true }, /asks for a digital signature, and the message has no AUTH/],
  ] as const)("is not authenticated where %s", async (_, options, says) => {
    const { play } = pushed(SIGNER, options)
    const report = await reportOf(play.tape, secrets(play))
    expect(reasons(report.ike_sas[1], "gsa-rekey-auth")[0]).toMatch(says)
    expect(report.ike_sas[1].verdict).toMatchObject({ outcome: "degraded", cause: "group-unauthenticated" })
  })

  it("needs no signature where authentication is implicit; the next rekey SA's keys come by it", async () => {
    const play = started()
    const [first, second] = [play.rekey(), play.rekey()]
    const data = play.dataSa()
    play.register({ rekey: first })
    play.push(first, 0, { rekey: second })
    play.push(second, 0, { data: [data] })
    play.send(data, B, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas.map(s => s.group?.from)).toEqual([null, "ike/0", "ike/1"])
    expect(report.esp_sas[0].icv_ok).toBe(1)
    expect(report.ike_sas.flatMap(s => statuses(s, "gsa-rekey-auth"))).toEqual([])
  })

  it("stays closed without the registration's keys; nobody is blamed for not answering", async () => {
    const { play, rekey } = pushed(SIGNER)
    play.tape.repeat(play.push(rekey, 1, { data: [play.dataSa()] }))
    for (const keys of [{}, { psks: ["swordfish"], dh_shared: ["11".repeat(32)] }]) {
      const report = await reportOf(play.tape, keys)
      expect(report.ike_sas[1].verdict).toMatchObject({
        outcome: "partial",
        headline: "2 GSA_REKEY messages, closed",
      })
      expect(report.diagnostics.map(d => d.code)).not.toContain("no-answer")
      expect(report.ike_sas[0].verdict.outcome).toBe("up")
    }
  })

  it("in band new keys come under the registration's own SA", async () => {
    const play = started().register({ data: [] })
    const data = play.dataSa()
    play.inband({ data: [data] })
    play.send(data, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.esp_sas[0].icv_ok).toBe(1)
  })
})
