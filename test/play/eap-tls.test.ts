/** TLS inside EAP opened with a key log: records of every form, the method inside, the MSK that AUTH is made with. OpenSSL is the other implementation. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { AnalyzeOptions } from "../../src/analyze-options.ts"
import { concat, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { type FieldNode, TreeSink } from "../../src/bytes/field-sink.ts"
import { failures, type Keys, reasons, reportOf, saOf, statuses } from "./analyzed.ts"
import type { PlayV2 } from "./play-v2.ts"
import { hex } from "./tape.ts"
import { playTls, type TlsSpec, tlsTalk } from "./tls-eap.ts"

const dh = (play: PlayV2) => ({ dh_shared: [hex(play.exchanged[0].shared)] })
const EXPORTER = "EXPORTER_EAP_TLS_Key_Material"
const V12 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const
const V13 = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" } as const
/** SSL_OP_NO_ENCRYPT_THEN_MAC of OpenSSL 3. */
const NO_ETM = 1 << 19

const avp = (code: number, data: Uint8Array, vendor?: number) => {
  const head = vendor === undefined ? [] : [u32be(vendor)]
  const length = 8 + 4 * head.length + data.length
  const flags = vendor === undefined ? 0x40000000 : 0xc0000000
  return concat(u32be(code), u32be((flags | length) >>> 0), ...head, data, new Uint8Array(-length & 3))
}
const PASSWORD = "correct horse battery"
const PAP = concat(avp(1, utf8("alice")), avp(2, utf8(PASSWORD)))

interface Case extends TlsSpec {
  readonly name: string
  readonly suite: string
  readonly says?: string
}

const tls = { type: 13, exporter: ["client EAP encryption"] } as const
const CASES: Case[] = [
  {
    ...tls,
    ...V12,
    name: "GCM",
    ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  },
  {
    ...tls,
    ...V12,
    name: "GCM with SHA-384",
    ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384",
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  },
  {
    ...tls,
    ...V12,
    name: "ChaCha20",
    ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305",
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  },
  {
    ...tls,
    ...V12,
    name: "CCM",
    ciphers: "ECDHE-ECDSA-AES256-CCM8",
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
  },
  {
    ...tls,
    ...V12,
    name: "CBC, encrypt then MAC",
    ciphers: "ECDHE-ECDSA-AES128-SHA256",
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
  },
  {
    ...tls,
    ...V12,
    name: "CBC, MAC then encrypt",
    ciphers: "ECDHE-ECDSA-AES256-SHA384",
    secureOptions: NO_ETM,
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
  },
  {
    ...tls,
    name: "TLS 1.0",
    minVersion: "TLSv1",
    maxVersion: "TLSv1",
    ciphers: "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
    secureOptions: NO_ETM,
    suite: "TLS 1.0, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  },
  {
    ...tls,
    name: "TLS 1.1",
    minVersion: "TLSv1.1",
    maxVersion: "TLSv1.1",
    ciphers: "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
    suite: "TLS 1.1, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  },
  {
    ...V13,
    type: 13,
    name: "TLS 1.3",
    exporter: [EXPORTER, Uint8Array.of(13)],
    ciphers: "TLS_AES_128_GCM_SHA256",
    talk: [{ fromServer: true, bytes: Uint8Array.of(0) }],
    suite: "TLS 1.3, TLS_AES_128_GCM_SHA256",
    says: "client certificate of CN=laptop.lab",
  },
  {
    ...V12,
    type: 21,
    name: "TTLS with PAP",
    exporter: ["ttls keying material"],
    ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
    talk: [{ fromServer: false, bytes: PAP }],
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    says: "PAP as alice",
  },
  {
    ...V13,
    type: 21,
    name: "TTLS in TLS 1.3",
    exporter: [EXPORTER, Uint8Array.of(21)],
    ciphers: "TLS_AES_256_GCM_SHA384",
    talk: [{ fromServer: false, bytes: PAP }],
    suite: "TLS 1.3, TLS_AES_256_GCM_SHA384",
    says: "PAP as alice",
  },
  {
    ...V12,
    type: 25,
    name: "PEAP",
    exporter: ["client EAP encryption"],
    ciphers: "ECDHE-ECDSA-AES128-SHA256",
    talk: [
      { fromServer: true, bytes: Uint8Array.of(1) },
      { fromServer: false, bytes: concat(Uint8Array.of(1), utf8("bob")) },
      { fromServer: false, bytes: concat(Uint8Array.of(6), utf8(PASSWORD)) },
    ],
    suite: "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    says: "EAP-GTC as bob",
  },
]

describe("TLS inside EAP", () => {
  it.each(CASES)("$name", async ({ suite, says, name: _name, ...spec }) => {
    const talk = await tlsTalk(spec)
    const play = playTls(spec.type, talk)
    const report = await reportOf(play.tape, { ...dh(play), tls_keys: talk.log })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(statuses(sa, "eap-tls")).toEqual(["pass"])
    expect(statuses(sa, "auth-initiator")).toEqual(["pass"])
    expect(statuses(sa, "auth-responder")).toEqual(["pass", "pass"])
    const said = report.diagnostics.filter(d => d.code === "eap-inside").map(d => d.message)
    if (says) expect(said.join("\n")).toContain(`(${suite}): `)
    if (says) expect(said.join("\n")).toContain(says)
    expect(JSON.stringify(report)).not.toContain(PASSWORD)
    expect(report.secrets.some(s => s.kind === "tls_keys" && s.used_by.includes(sa.id))).toBe(true)
  })
})

describe("what does not open", () => {
  const ttls: TlsSpec = {
    ...V12,
    type: 21,
    exporter: ["ttls keying material"],
    ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
    talk: [{ fromServer: false, bytes: PAP }],
  }
  const talked = tlsTalk(ttls)
  /** A log with one digit of each secret changed. */
  const bent = (log: readonly string[]) => log.map(l => l.slice(0, -1) + (l.endsWith("0") ? "1" : "0"))

  it("a wrong secret: the record does not verify, and AUTH is not blamed on it", async () => {
    const talk = await talked
    const play = playTls(21, talk)
    const report = await reportOf(play.tape, { ...dh(play), tls_keys: bent(talk.log) })
    const sa = saOf(report, play)
    expect(statuses(sa, "eap-tls")).toEqual(["fail"])
    expect(reasons(sa, "eap-tls")[0]).toContain("does not verify under the secrets")
    expect(statuses(sa, "auth-initiator")).toEqual(["skipped"])
    expect(report.diagnostics.filter(d => d.code === "eap-inside")).toEqual([])
  })
  it("another connection's log: said so", async () => {
    const talk = await talked
    const play = playTls(21, talk)
    const other = talk.log.map(l => l.replace(/ [0-9a-f]{4}/, " 0000"))
    const sa = saOf(await reportOf(play.tape, { ...dh(play), tls_keys: other }), play)
    expect(statuses(sa, "eap-tls")).toEqual(["skipped"])
    expect(reasons(sa, "eap-tls")[0]).toContain("no line with the client random")
  })
  it("a wrong form: the label of EAP-TLS where TTLS has its own", async () => {
    const talk = await tlsTalk({ ...ttls, exporter: ["client EAP encryption"] })
    const play = playTls(21, talk)
    const sa = saOf(await reportOf(play.tape, { ...dh(play), tls_keys: talk.log }), play)
    expect(statuses(sa, "eap-tls")).toEqual(["pass"])
    expect(statuses(sa, "auth-initiator")).toEqual(["fail"])
  })
  it("PEAP with crypto-binding has another MSK: said, and no failure of AUTH", async () => {
    const talk = await tlsTalk({ ...ttls, type: 25, exporter: ["what crypto-binding makes of it"] })
    const play = playTls(25, talk)
    const sa = saOf(await reportOf(play.tape, { ...dh(play), tls_keys: talk.log }), play)
    expect(statuses(sa, "eap-tls")).toEqual(["pass"])
    expect(statuses(sa, "auth-initiator")).toEqual(["skipped"])
    expect(reasons(sa, "auth-initiator")[0]).toContain("crypto-binding")
  })
  it("without SK keys nothing is said of TLS", async () => {
    const talk = await talked
    const play = playTls(21, talk)
    const sa = saOf(await reportOf(play.tape, { tls_keys: talk.log }), play)
    expect(statuses(sa, "eap-tls")).toEqual([])
  })
})

describe("what is inside", () => {
  /** Every field drawn inside TLS. */
  async function drawn(spec: TlsSpec, end: "success" | "failure" = "success") {
    const talk = await tlsTalk(spec)
    const play = playTls(spec.type, talk, end)
    const sink = new TreeSink()
    const onOpened: AnalyzeOptions["onOpened"] = (_frame, _place, opened) => opened.inside?.(sink)
    const report = await reportOf(play.tape, { ...dh(play), tls_keys: talk.log }, { onOpened })
    const all: FieldNode[] = []
    const walk = (node: FieldNode) => {
      all.push(node)
      node.children.forEach(walk)
    }
    sink.roots.forEach(walk)
    return { all, sa: saOf(report, play), report }
  }
  it("AVPs by name; the password is a secret field", async () => {
    const { all } = await drawn({
      ...V12,
      type: 21,
      exporter: ["ttls keying material"],
      ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
      talk: [{ fromServer: false, bytes: PAP }],
    })
    const named = (name: string) => all.filter(n => n.field.name === name)
    expect(named("diameter.User-Name").map(n => n.value)).toEqual(["alice"])
    expect(named("diameter.User-Password").map(n => [n.value, n.field.secret])).toEqual([[PASSWORD, true]])
    expect(named("tls.handshake.type").map(n => n.value)).toEqual([20, 20])
    expect(all.flatMap(n => n.faults)).toEqual([])
  })
  it("an MSCHAPv2 error inside PEAP is why EAP fails", async () => {
    const failure = utf8("E=691 R=0 C=00112233445566778899aabbccddeeff V=3 M=no")
    const mschap = concat(Uint8Array.of(26, 4, 7, 0, 4 + failure.length), failure)
    const { sa } = await drawn(
      {
        ...V12,
        type: 25,
        exporter: ["client EAP encryption"],
        ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
        talk: [{ fromServer: true, bytes: mschap }],
      },
      "failure",
    )
    expect(JSON.stringify(sa.verdict)).toContain("E=691, wrong user name or password")
  })
  it("AVPs that lie about their length end the list, with a fault", async () => {
    const lie = concat(avp(1, utf8("mallory")), u32be(79), u32be(0x40000003))
    const { all, report } = await drawn({
      ...V12,
      type: 21,
      exporter: ["ttls keying material"],
      ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256",
      talk: [{ fromServer: false, bytes: lie }],
    })
    expect(all.flatMap(n => n.faults).map(f => f.message)).toEqual([expect.stringContaining("AVP Length 3")])
    expect(failures(report)).toEqual([])
  })
})

/** strongSwan 5.9.8 with itself; a hook at its PRF wrote the key log, its own log said the MSK. */
describe("recorded from strongSwan", () => {
  const folder = join(import.meta.dirname, "../../fixtures/eap-tls")
  const read = (name: string) => {
    const at = (file: string) => join(folder, name, file)
    const capture = new Uint8Array(readFileSync(at("capture.pcap")))
    const keys: Keys = JSON.parse(readFileSync(at("keys.json"), "utf8"))
    return { capture, keys, at }
  }
  it.each([
    ["ttls-md5", "EAP-MD5 as alice"],
    ["tls", undefined],
  ])("%s: records open, and AUTH holds under the MSK that strongSwan has", async (name, inside) => {
    const { capture, keys, at } = read(name)
    const report = await reportOf(capture, keys)
    const [sa] = report.ike_sas
    expect(failures(report)).toEqual([])
    expect(statuses(sa, "eap-tls")).toEqual(["pass"])
    expect(statuses(sa, "auth-initiator")).toEqual(["pass"])
    expect(report.secrets.every(s => s.used_by.length > 0)).toBe(true)
    const said = report.diagnostics.filter(d => d.code === "eap-inside").map(d => d.message)
    if (inside) expect(said).toEqual([expect.stringContaining(inside)])
    // The same with the MSK itself.
    const { tls_keys: _log, ...others } = keys
    const { msk } = JSON.parse(readFileSync(at("truth.json"), "utf8"))
    const given = await reportOf(capture, { ...others, ike_sas: [{ msk }] })
    expect(statuses(given.ike_sas[0], "auth-initiator")).toEqual(["pass"])
  })
  it("a wrong password inside TTLS is the cause", async () => {
    const { capture, keys } = read("ttls-wrong-password")
    const report = await reportOf(capture, keys)
    expect(JSON.stringify(report.ike_sas[0].verdict)).toContain("E=691, wrong user name or password")
    const { tls_keys: _log, ...others } = keys
    const closed = await reportOf(capture, others)
    expect(JSON.stringify(closed.ike_sas[0].verdict)).not.toContain("E=691")
  })
})
