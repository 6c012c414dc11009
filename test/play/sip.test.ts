/** IMS: handset and P-CSCF agree on ESP in SIP; its SAs are linked to that, and the SIM's key opens them. RFC 3329, 3GPP TS 33.203. */
import { describe, expect, it } from "vitest"
import type { CaptureSource } from "../../src/analyze-options.ts"
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { fromHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"
import { sealEsp } from "../open/seal.ts"
import { analyzed, reportOf, secretsOf } from "./analyzed.ts"
import { type Endpoint, hex, ip, Tape } from "./tape.ts"

const UE: Endpoint = { address: [10, 45, 0, 7], port: 5060 }
const PROXY: Endpoint = { address: [10, 45, 0, 1], port: 5060 }
// Test set 1 of 3GPP TS 35.208.
const SIM = { k: "465b5ce8b199b49faa5f0a2ee238a6bc", opc: "cd63cb71954a9f4e48a5994e37a02baf" }
const RAND = fromHex("23553cbe9637a89d218ae64dae47bf35")!
const CK = fromHex("b40ba9a3c58b2a05bbf0d987b21bf8cb")!
const IK = fromHex("f769bcd751044604127672711c6d3441")!
const NONCE = Buffer.from(concat(RAND, new Uint8Array(16).fill(1))).toString("base64")

const client = (alg: string, ealg: string) =>
  `Security-Client: tls, ipsec-3gpp; alg=${alg}; ealg=${ealg}; prot=esp; mod=trans; spi-c=1001; spi-s=1002; port-c=5062; port-s=5064`
/** The value goes on in the next line, and there are two offers. */
const server = (alg: string, ealg: string) =>
  `security-server:ipsec-3gpp;q=0.2;alg=null;spi-c=1;spi-s=2;port-c=3;port-s=4,\r\n ipsec-3gpp;q=0.1;alg=${alg};ealg=${ealg};spi-c=2001;spi-s=2002;port-c=6001;port-s=6002`
const register = (header: string) =>
  `REGISTER sip:ims.lab SIP/2.0\r\nVia: SIP/2.0/UDP 10.45.0.7\r\n${header}\r\nContent-Length: 0\r\n\r\n`
const challenge = (header: string) =>
  `SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="ims.lab",\r\n\tnonce="${NONCE}", algorithm=AKAv1-MD5\r\n${header}\r\n\r\n`

const udp = (from: Endpoint, to: Endpoint, text: string): Uint8Array => {
  const body = utf8(text)
  return ip(from, to, 17, concat(u16be(from.port), u16be(to.port), u16be(8 + body.length), u16be(0), body))
}
const tcp = (from: Endpoint, to: Endpoint, text: string): Uint8Array =>
  ip(
    from,
    to,
    6,
    concat(
      u16be(from.port),
      u16be(to.port),
      u32be(1),
      u32be(1),
      Uint8Array.of(0x50, 0x18, 1, 0, 0, 0, 0, 0),
      utf8(text),
    ),
  )

const SUITES = {
  "hmac-sha-1-96 aes-cbc": {
    integ: "HMAC-SHA1-96",
    integKey: concat(IK, new Uint8Array(4)),
    encr: "AES-CBC-128",
    key: CK,
  },
  "hmac-md5-96 des-ede3-cbc": {
    integ: "HMAC-MD5-96",
    integKey: IK,
    encr: "3DES-CBC",
    key: concat(CK, CK.subarray(0, 8)),
  },
  "hmac-sha-1-96 null": {
    integ: "HMAC-SHA1-96",
    integKey: concat(IK, new Uint8Array(4)),
    encr: "NULL",
    key: new Uint8Array(0),
  },
} as const

/** Packets of all four SAs, behind what `agree` puts on the tape. */
function played(suite: keyof typeof SUITES, carry = udp, agree = true): Tape {
  const tape = new Tape()
  const [alg, ealg] = suite.split(" ")
  if (agree) {
    tape.add(carry(UE, PROXY, register(client(alg, ealg))))
    tape.add(carry(PROXY, UE, challenge(server(alg, ealg))))
  }
  const { encr, integ, key, integKey } = SUITES[suite]
  const keys = { encr: encrByName(encr)!, key, integ: integByName(integ)!, integKey, esn: false }
  const ways: [Endpoint, Endpoint, number, number, number][] = [
    [UE, PROXY, 2002, 5062, 6002],
    [PROXY, UE, 1001, 6002, 5062],
    [UE, PROXY, 2001, 5064, 6001],
    [PROXY, UE, 1002, 6001, 5064],
  ]
  for (const sequence of [1, 2])
    for (const [from, to, spi, source, destination] of ways) {
      const inner = concat(u16be(source), u16be(destination), u16be(20), u16be(0), utf8("SIP/2.0 ok.."))
      tape.add(ip(from, to, 50, sealEsp(keys, nodeProvider, inner, { spi, sequence, nextHeader: 17 })))
    }
  return tape
}

const found = async (tape: Tape, keys = {}) => {
  const report = await reportOf(tape, keys)
  const said = report.diagnostics.filter(d => d.code === "sip-security-agreement")
  return { report, said, icv: report.esp_sas.map(s => [s.icv_ok, s.icv_failed]) }
}

describe("a security agreement in SIP", () => {
  it.each([
    ["UDP", udp],
    ["TCP", tcp],
  ] as const)("in %s is linked to its four SAs", async (_, carry) => {
    const { report, said } = await found(played("hmac-sha-1-96 aes-cbc", carry))
    expect(said.map(d => d.message)).toEqual([
      "ESP 000007d2 to 10.45.0.1 was agreed on in SIP (frames 1, 2): IMS signalling from port 5062 to port 6002, hmac-sha-1-96 with aes-cbc, transport mode",
      "ESP 000003e9 to 10.45.0.7 was agreed on in SIP (frames 1, 2): IMS signalling from port 6002 to port 5062, hmac-sha-1-96 with aes-cbc, transport mode",
      "ESP 000007d1 to 10.45.0.1 was agreed on in SIP (frames 1, 2): IMS signalling from port 5064 to port 6001, hmac-sha-1-96 with aes-cbc, transport mode",
      "ESP 000003ea to 10.45.0.7 was agreed on in SIP (frames 1, 2): IMS signalling from port 6001 to port 5064, hmac-sha-1-96 with aes-cbc, transport mode",
    ])
    expect(said.map(d => d.sa)).toEqual(report.esp_sas.map(s => s.id))
    expect(report.diagnostics.some(d => d.code === "negotiation-not-captured")).toBe(false)
    expect(report.esp_sas[0].verdict?.why).toContain("it was agreed on in SIP")
    expect(report.counts).toMatchObject({ esp: 8 })
  })

  it("without it nothing is linked", async () => {
    const { report, said, icv } = await found(played("hmac-sha-1-96 aes-cbc", udp, false), { sim_keys: [SIM] })
    expect([said, icv]).toEqual([[], Array(4).fill([0, 0])])
    expect(report.diagnostics.some(d => d.code === "negotiation-not-captured")).toBe(true)
  })

  it("an SA to another host, and one under another SPI, is none of it", async () => {
    const tape = played("hmac-sha-1-96 aes-cbc")
    tape.packets = [
      ...tape.packets.slice(0, 2),
      ...tape.packets.slice(2).map(p => p.map((b, i) => (i === 23 ? b ^ 1 : b))),
    ]
    expect((await found(tape)).said).toEqual([])
  })
})

describe("the SIM's key", () => {
  it.each(Object.keys(SUITES) as (keyof typeof SUITES)[])("opens %s", async suite => {
    const { report, icv } = await found(played(suite), { sim_keys: [SIM] })
    expect(icv).toEqual(Array(4).fill([2, 0]))
    expect(report.secrets[0].used_by).toHaveLength(4)
  })

  it("as CK and IK", async () => {
    const given = { sim_keys: [{ ck: hex(CK), ik: hex(IK) }] }
    expect((await found(played("hmac-sha-1-96 aes-cbc"), given)).icv).toEqual(Array(4).fill([2, 0]))
  })

  it("of another SIM opens nothing, and says so", async () => {
    const { icv, report } = await found(played("hmac-sha-1-96 aes-cbc"), { sim_keys: [{ ...SIM, k: "11".repeat(16) }] })
    expect(icv).toEqual(Array(4).fill([0, 2]))
    expect(report.secrets[0].used_by).toEqual([])
  })
})

it("is the same in segments", async () => {
  const capture = played("hmac-sha-1-96 aes-cbc").capture()
  const secrets = secretsOf({ sim_keys: [SIM] })
  const of = async (source: CaptureSource) => (await analyze(source, { provider: nodeProvider, secrets })).report
  const whole = await of(memorySource(capture))
  expect(whole.esp_sas.map(s => s.icv_ok)).toEqual([2, 2, 2, 2])
  for (const n of [2, 5]) expect(await of(cutSource(capture, n, randomOf(n)).source)).toEqual(whole)
})

it("what is cut off, long or no agreement is passed over", async () => {
  const tape = new Tape()
  const many = `Security-Client: ${Array(5000).fill("ipsec-3gpp;spi-c=1;spi-s=2").join(",")}`
  for (const text of [
    register(client("hmac-sha-1-96", "aes-cbc")).slice(0, 120),
    register("Security-Client: ipsec-3gpp; alg=hmac-sha-1-96; spi-c=99999999999; spi-s=-1"),
    register("Security-Server: tls"),
    register("Security-Verify: ,;=;,"),
    register(many),
    "security-",
    "",
  ]) {
    tape.add(udp(UE, PROXY, text.slice(0, 60_000)))
    tape.add(tcp(UE, PROXY, text.slice(0, 60_000)))
  }
  const { report } = await analyzed(tape)
  expect(report.diagnostics).toEqual([])
})
