/** Secrets behind their names in any program's spelling, out of copies of terminals, mails and web pages. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { cleanLine } from "../../src/secrets/clean-line.ts"
import { importSecrets, SecretsError } from "../../src/secrets/import.ts"
import { analyzeLab, opened } from "../helpers/lab-secrets.ts"

const read = (text: string) => importSecrets(text, { file: "copy" })
const ike = (text: string, at = 0) =>
  Object.fromEntries(Object.entries(read(text).secrets.ikeSas[at]?.values ?? {}).map(([n, v]) => [n, toHex(v)]))
const KEY = "4a8614f1ad3d73bcfac1b09f3017f31c204a28d0491fe3601350239435ed26fb"
const pairs = KEY.match(/../g)!
const dumpOf = (row: (at: number, part: string[]) => string) =>
  [0, 16].map(at => row(at, pairs.slice(at, at + 16))).join("\n")

describe("one secret in many spellings", () => {
  const c = pairs.map(p => `0x${p}`)
  const numbers = pairs.map(p => Number.parseInt(p, 16))
  const hexDump = dumpOf(
    (at, p) =>
      `${at.toString(16).padStart(8, "0")}  ${p.slice(0, 8).join(" ")}  ${p.slice(8).join(" ")} |${"a".repeat(16)}|`,
  )
  it.each([
    ["colon", `SK_d: ${KEY}`],
    ["equals", `SK_d = ${KEY}`],
    ["0x", `  sk_d=0x${KEY.toUpperCase()},`],
    ["space", `SK_D ${KEY}`],
    ["JSON", `  "sk_d": "${KEY}",`],
    ["Python", `self.SK_D = b'${KEY}'`],
    ["fromhex", `sk_d = bytes.fromhex("${KEY}")`],
    ["arrow", `ike->skD => ${KEY}`],
    ["with length", `SK_d (32 bytes): ${KEY}`],
    ["in brackets", `SK_d[32] = ${KEY}`],
    ["colons", `SK_d: ${pairs.join(":")}`],
    ["spaces", `SK_d: ${pairs.join(" ")}`],
    ["words", `SK-d: ${KEY.match(/.{8}/g)!.join(" ")}`],
    ["C", `uint8_t SK_d[] = { ${c.join(", ")} };`],
    ["Go", `SK_d: [${numbers.join(" ")}]`],
    ["Python list", `SK_d: [${numbers.join(", ")}]`],
    ["a log's prefix", `2020-07-30T04:19:05Z [TRACE] security.go:402 GenerateKeyForIKESA() SK_d: ${KEY}`],
    ["hexdump -C", `SK_d:\n${hexDump}`],
    [
      "xxd",
      `SK_d:\n${dumpOf((at, p) => `${at.toString(16).padStart(8, "0")}: ${p.join("").match(/.{4}/g)!.join(" ")}  abcd.ef`)}`,
    ],
    ["decimal offsets", `SK_d =>\n${dumpOf((at, p) => `  ${String(at).padStart(4)}: ${p.join(" ")}  ......`)}`],
    ["rows", `SK_d with 32 bytes\n${dumpOf((_, p) => p.join("").match(/.{8}/g)!.join(" "))}`],
    ["rows with a prefix", `host app: SK_d:\n${dumpOf((_, p) => `host app: ${p.join(" ")}`)}`],
    ["a quoted mail", `> > SK_d: ${KEY}`],
    ["colours", `\x1b[1;32mSK_d\x1b[0m: \x1b[33m${KEY}\x1b[0m`],
    ["a web page", `<pre>SK_d:&nbsp;<b>${KEY}</b></pre><br>`],
  ])("%s", (_, text) => {
    expect(ike(`begin\n${text}\nend`)).toEqual({ sk_d: KEY })
  })

  it("is not found where there is none", () => {
    for (const text of [
      "SK_d is derived from SKEYSEED",
      "SK_d: added",
      "task_d: aabbccddeeff0011",
      `risk_dx: ${KEY}`,
      "SK_d: face",
    ])
      expect(() => read(text), text).toThrow(SecretsError)
  })

  it.each([
    ["SK_ai", "sk_ai"],
    ["sk_a_r", "sk_ar"],
    ["SK_e initiator", "sk_ei"],
    ["skEr", "sk_er"],
    ["SK_PI", "sk_pi"],
    ["SK_p_responder", "sk_pr"],
    ["SKEYID_a", "skeyid_a"],
    ["SKEYSEED", "skeyseed"],
    ["MSK", "msk"],
    ["EAP-MSK", "msk"],
  ])("%s is %s", (spelling, name) => {
    expect(ike(`${spelling}: ${KEY}`)).toEqual({ [name]: KEY })
  })

  it.each([
    "g^ir",
    "g^(ir)",
    "g^xy",
    "DH secret",
    "DH shared key",
    "Diffie-Hellman shared secret",
    "DIFFIE-HELLMAN KEY",
    "shared DH secret",
    "ECDH shared secret",
    "dh_shared_key",
    "DiffieHellmanSharedKey",
    "key exchange secret",
  ])("%s is the shared secret of a key exchange", name => {
    expect(read(`${name}: ${KEY}`).secrets.dhShared.map(s => toHex(s.value))).toEqual([KEY])
  })

  it("tells the EMSK from the MSK, and a public key from a secret", () => {
    expect(() => read(`EMSK: ${KEY}`)).toThrow(SecretsError)
    expect(() => read(`DH public key: ${KEY}`)).toThrow(SecretsError)
  })
})

describe("whose secrets they are", () => {
  it("takes SPIs before the keys and behind them, and begins the next SA at a key that comes again", () => {
    const sa = (k: string) => `SK_d: ${k.repeat(32)}\nSK_ei: ${k.repeat(16)}\n`
    const spis = (i: string, r: string) => `IKE SPI INITIATOR ${i}\nIKE SPI RESPONDER ${r}\n`
    const one = spis("1111111111111111", "2222222222222222")
    const two = spis("3333333333333333", "4444444444444444")
    for (const text of [one + sa("aa") + two + sa("bb"), sa("aa") + one + sa("bb") + two]) {
      const { ikeSas } = read(text).secrets
      expect(ikeSas.map(s => [s.spiI?.[0], s.spiR?.[0], toHex(s.values.sk_d!).slice(0, 2)])).toEqual([
        ["1", "2", "aa"],
        ["3", "4", "bb"],
      ])
    }
  })

  it("reads the Child SA keys of SWu-IKEv2 and of an N3IWF", () => {
    const swu = `IPSEC RESP SPI 03000249\nIPSEC INIT SPI c9ef0c15\nSK_IPSEC_AI ${"a1".repeat(20)}\nSK_IPSEC_AR ${"a2".repeat(20)}\nSK_IPSEC_EI ${"e1".repeat(16)}\nSK_IPSEC_ER ${"e2".repeat(16)}\n`
    expect(read(swu).secrets.childSas.map(s => [s.spi?.toString(16), s.key[0], s.integKey[0]])).toEqual([
      ["3000249", 0xe1, 0xa1],
      ["c9ef0c15", 0xe2, 0xa2],
    ])
    const half = (way: string, spi: string, k: string) =>
      `IPSec ${way} SPI: 0x${spi}\nIPSec Encryption Algorithm: 12\nIPSec Encryption Key: 0x${k.repeat(32)}\nIPSec Integrity  Algorithm: 12\nIPSec Integrity  Key: 0x${k.repeat(32)}\n`
    const n3iwf = half("Inbound ", "00000000c1000001", "aa") + half("Outbound ", "00000000c2000002", "bb")
    expect(read(n3iwf).secrets.childSas.map(s => [s.spi?.toString(16), s.encr, s.integ, s.key[0]])).toEqual([
      ["c1000001", "AES-CBC-256", "HMAC-SHA2-256-128", 0xaa],
      ["c2000002", "AES-CBC-256", "HMAC-SHA2-256-128", 0xbb],
    ])
  })
})

describe("a negotiation opened by what a program printed", () => {
  const dir = join(import.meta.dirname, "../../fixtures/v2-psk-modp2048")
  const capture = [join(dir, "capture.pcap")]
  const keys = importSecrets(readFileSync(join(dir, "keys.json")), { file: "keys" }).secrets
  const truth = analyzeLab(capture, keys)
  const valuesOf = async () => (await truth).report.ike_sas[0].keys.epochs[0]
  const known = async () => {
    const { sas } = await truth
    return sas[0].epochs[0].values as Record<string, Uint8Array>
  }

  it("SK_* without SPIs", async () => {
    expect(await valuesOf()).toBeDefined()
    const v = await known()
    const log = ["sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_d"].map(n => `${n.toUpperCase()}: ${toHex(v[n])}`).join("\n")
    const mine = await analyzeLab(capture, read(log).secrets)
    expect(opened(mine)).toMatchObject({ messages: opened(await truth).messages })
    const wrong = await analyzeLab(capture, read(log.replaceAll(/.$/gm, c => (c === "0" ? "1" : "0"))).secrets)
    expect(opened(wrong).messages).toBe(0)
  })

  it("KEYMAT without SPIs opens ESP, once the Child SA is known", async () => {
    const v = await known()
    const { sas } = await truth
    const lines = [...sas[0].children].map(
      c => `KEYMAT: ${["encr_i", "integ_i", "encr_r", "integ_r"].map(n => toHex(c.keys[n])).join("")}`,
    )
    const ske = ["sk_ai", "sk_ar", "sk_ei", "sk_er"].map(n => `${n}: ${toHex(v[n])}`)
    const mine = await analyzeLab(capture, read([...ske, ...lines].join("\n")).secrets)
    expect(opened(mine)).toEqual(opened(await truth))
    const without = await analyzeLab(capture, read(ske.join("\n")).secrets)
    expect(opened(without).decrypted).toBe(0)
  })
})

describe("copies of ip xfrm state", () => {
  const state = `src 192.0.2.11 dst 192.0.2.10
\tproto esp spi 0xfab21777 reqid 16389 mode tunnel
\treplay-window 32 flag af-unspec
\tauth-trunc hmac(sha256) 0x${KEY} 128
\tenc cbc(aes) 0x${KEY}
`
  const one = (text: string) => read(text).secrets.childSas.map(s => [s.spi, s.encr, s.integ, toHex(s.key), s.esn])
  const whole = [[0xfab21777, "AES-CBC-256", "HMAC-SHA2-256-128", KEY, false]]

  it.each([
    ["as it is", state],
    ["with blank lines", state.replaceAll("\n", "\n\n")],
    ["with dots for tabs", state.replaceAll("\t", ".")],
    ["with a prompt and a title", `\x1b]0;u@host:~\x07[u@host ~]$ sudo ip xfrm state\n${state}`],
    ["with coloured addresses", state.replace("192.0.2.11", "\x1b[35m192.0.2.11\x1b[0m")],
    ["quoted in a mail", state.replaceAll(/^/gm, "> ")],
    ["in a web page", `<pre>${state.replaceAll("\n", "<br/>\n").replaceAll("\t", "&nbsp;&nbsp;")}</pre>`],
    ["behind a syslog prefix", state.replaceAll(/^/gm, "Nov 27 12:00:01 gw xfrm[12]: ")],
    ["wrapped before a key", state.replaceAll(" 0x4a", "\n0x4a")],
    ["wrapped within a key", state.replaceAll("0x4a8614f1ad3d73bc", "0x4a8614f1ad3d73bc\n")],
    ["with CR line ends", state.replaceAll("\n", "\r")],
  ])("%s", (_, text) => {
    expect(one(text)).toEqual(whole)
  })

  it("has ESN only where the flags say so", () => {
    const esn = (text: string) => read(text).secrets.childSas[0].esn
    const context = `${state}\tanti-replay esn context:\n\t seq-hi 0x0, seq 0x0, oseq-hi 0x0, oseq 0x3\n`
    expect(esn(context)).toBe(false)
    expect(esn(context.replace("af-unspec", "af-unspec esn"))).toBe(true)
    expect(esn(context.replace("flag af-unspec", "flag 20"))).toBe(false)
    expect(esn(context.replace("flag af-unspec", "flag a0"))).toBe(true)
    expect(esn(context.replace(" flag af-unspec", ""))).toBe(false)
    expect(esn(state.replace(/\treplay.*\n/, ""))).toBeUndefined()
  })
})

describe("cleanLine", () => {
  it("leaves a daemon's own angle brackets alone", () => {
    for (const line of [
      "13[IKE] <lab|1> SKEYSEED => 32 bytes",
      "{ESP=>0x12345678 <0x9abcdef0 xfrm=AES}",
      "a & b < c",
      "12[IKE] <1> x",
    ])
      expect(cleanLine(line)).toBe(line)
  })

  it("takes hostile lines without delay", () => {
    for (const part of ["<", "<a ", "&#", "\x1b[", "\x1b]", "> ", "\b", "<!--"])
      expect(cleanLine(part.repeat(100_000)).length).toBeGreaterThanOrEqual(0)
  })
})

describe("the keys file's short form", () => {
  it("takes a pre-shared key as text, and needs no version", () => {
    expect(
      read('{"psks": ["geheim", {"secret": "x", "id": "a"}]}').secrets.psks.map(p => [
        new TextDecoder().decode(p.value),
        p.id,
      ]),
    ).toEqual([
      ["geheim", undefined],
      ["x", "a"],
    ])
  })
})
