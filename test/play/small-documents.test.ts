/** Smaller documents, each played: OCSP in CERT (RFC 4806), hash and URL, puzzles (RFC 8019), EAP-5G and the waits of 3GPP (TS 24.502, TS 24.302). */
import { createPrivateKey, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { fieldText } from "../../src/bytes/field.ts"
import { type FieldNode, TreeSink } from "../../src/bytes/field-sink.ts"
import { decodeEap } from "../../src/ike/shared/eap/packet.ts"
import { describeOcsp } from "../../src/pki/ocsp.ts"
import { reasons, reportOf, saOf, statuses } from "./analyzed.ts"
import { PlayV2, type Proof, PSK, X } from "./play-v2.ts"
import { der, pemOf } from "./signers.ts"
import { hex, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const base64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"))
const dh = (play: PlayV2) => ({ dh_shared: [hex(play.exchanged[0].shared)] })

/** An authority, a certificate of it, and what `openssl ocsp` answered for that: revoked, good. */
const CA = base64(
  "MIIBfDCCASGgAwIBAgIURM06H6wqhaVTxpOdvaZih0dbJUAwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjgwMTA2MjlaGA8yMDUxMDcyMDAxMDYyOVowEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB+Ftkk7Tu/V/gVIucWFJkP5Lbs41pm3/hc/O2i3Kfgx2A9QkteZbWfv+royvodq3GS0/oZRHhLOoTouCnd0+cajUzBRMB0GA1UdDgQWBBSouD/+vZiU+xcJa0W71ouoWzXBHDAfBgNVHSMEGDAWgBSouD/+vZiU+xcJa0W71ouoWzXBHDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCVcI02jWa6dxm8WMP9u/6ykej77dfs5sIShtRF1Hh3VAIhANkXqv1qjwiUV8bh38IlsAzz5bwKSDSk9twZNvca2KUa",
)
const LEAF = base64(
  "MIIBPzCB5aADAgECAgISNDAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdUZXN0IENBMCAXDTI2MTEyODAxMDYyOVoYDzIwNTEwNzIwMDEwNjI5WjATMREwDwYDVQQDDAhsZWZ0LmxhYjAqMAUGAytlcAMhAGQ7/KjcrxsL70aTdIbQrpo4YcoJHLYwCAEZNXZ40i8vo1cwVTATBgNVHREEDDAKgghsZWZ0LmxhYjAdBgNVHQ4EFgQUK/R6KW1kAtpYBu8R9gw5oM9atEMwHwYDVR0jBBgwFoAUqLg//r2YlPsXCWtFu9aLqFs1wRwwCgYIKoZIzj0EAwIDSQAwRgIhAJEH7sLWLrs4LYwmrPgfNcgk6ak5RLFExa344UowdxPCAiEAxViWEfor273u3aESaIi/J9GCXvzkGw6Ej52cUY7Ugzo=",
)
const REVOKED = base64(
  "MIIBOwoBAKCCATQwggEwBgkrBgEFBQcwAQEEggEhMIIBHTCBxKEUMBIxEDAOBgNVBAMMB1Rlc3QgQ0EYDzIwMjYxMTI4MDEwNjI5WjB2MHQwOzAJBgUrDgMCGgUABBS/cFLIucD3YMiRI+CZgV6ywDlCJgQUqLg//r2YlPsXCWtFu9aLqFs1wRwCAhI0oREYDzIwMjMxMTAxMDAwMDAwWhgPMjAyNjExMjgwMTA2MjlaoBEYDzIwNTEwNzIwMDEwNjI5WqEjMCEwHwYJKwYBBQUHMAECBBIEEC0AoUYT64W8gvjxYC3cavQwCgYIKoZIzj0EAwIDSAAwRQIhAKbaHfwvIT9YNOefeD9vS6azEaI7yiyu2FpnGGMzw05OAiBSpL5v1hasojmXqr5uckjDLEpcZ9vDRSDGSjQ4X5oO/Q==",
)
const GOOD = base64(
  "MIIBKgoBAKCCASMwggEfBgkrBgEFBQcwAQEEggEQMIIBDDCBs6EUMBIxEDAOBgNVBAMMB1Rlc3QgQ0EYDzIwMjYxMTI4MDEwNjI5WjBlMGMwOzAJBgUrDgMCGgUABBS/cFLIucD3YMiRI+CZgV6ywDlCJgQUqLg//r2YlPsXCWtFu9aLqFs1wRwCAhI0gAAYDzIwMjYxMTI4MDEwNjI5WqARGA8yMDUxMDcyMDAxMDYyOVqhIzAhMB8GCSsGAQUFBzABAgQSBBDUeM9vttpAEqvTRnBhnnR4MAoGCCqGSM49BAMCA0gAMEUCIDBuVNoFTb1Zbjnp2bvmXfIRBSDY+eGFV9zcR1Zsgbr6AiEA1hwoMpHjsg88zMBMXw75qsm4o1sWTb+QKYsTv3Kp2kE=",
)
const KEY = createPrivateKey({
  key: Buffer.from("MC4CAQAwBQYDK2VwBCIEINVw5rDtQ0dqUXPXJYy4CPHreqATJLoP3405Xm5FnFxm", "base64"),
  format: "der",
  type: "pkcs8",
})

const ED25519 = der(0x30, der(6, Uint8Array.of(0x2b, 0x65, 0x70)))
const proof = (...certificates: w.Payload[]): Proof => ({
  method: 14,
  sign: octets => concat(Uint8Array.of(ED25519.length), ED25519, new Uint8Array(sign(null, octets, KEY))),
  certificates,
})

describe("OCSP in CERT (RFC 4806)", () => {
  const played = (ocsp: Uint8Array) =>
    new PlayV2(new Tape()).saInit().auth({ initiator: proof(w.certP(4, LEAF), w.certP(14, ocsp)) })
  const psks = [{ secret: "swordfish" }]

  it("reads a response", () => {
    expect(describeOcsp(REVOKED)?.basic?.responses).toEqual([
      expect.objectContaining({ serial: "1234", status: "revoked", revokedAt: new Date("2023-11-01T00:00:00Z") }),
    ])
    expect(describeOcsp(GOOD)?.basic?.responses).toMatchObject([{ serial: "1234", status: "good" }])
    expect(describeOcsp(REVOKED.subarray(0, 200))).toBeUndefined()
  })
  it("revoked is an error when its signature holds, else a warning; good is silent", async () => {
    const found = async (ocsp: Uint8Array, keys: object) => {
      const play = played(ocsp)
      const report = await reportOf(play.tape, { ...dh(play), psks, ...keys })
      expect(statuses(saOf(report, play), "auth-initiator")).toEqual(["pass"])
      return report.diagnostics.filter(d => d.code === "certificate-revoked")
    }
    const trusted = { certificates: [pemOf(CA)] }
    const [error] = await found(REVOKED, trusted)
    expect(error).toMatchObject({ severity: "error" })
    expect(error.message).toContain("says revoked since 2023-11-01")
    expect(error.message).toContain("its signature holds")
    const forged = REVOKED.slice()
    forged[forged.length - 1] ^= 1
    expect(await found(forged, trusted)).toMatchObject([{ severity: "warning" }])
    expect(await found(REVOKED, {})).toMatchObject([{ severity: "warning" }])
    expect(await found(GOOD, trusted)).toEqual([])
  })
})

describe("hash and URL (RFC 7296 §3.6)", () => {
  it("names the URL of the certificate that is missing; the certificate itself verifies", async () => {
    const url = "http://pki.example/left.cer"
    const play = new PlayV2(new Tape()).saInit().auth({
      initiator: proof(w.certP(12, concat(new Uint8Array(20).fill(7), utf8(url)))),
    })
    const without = saOf(await reportOf(play.tape, dh(play)), play)
    expect(reasons(without, "auth-initiator")[0]).toContain(url)
    const given = await reportOf(play.tape, { ...dh(play), certificates: [pemOf(LEAF)] })
    expect(statuses(saOf(given, play), "auth-initiator")).toEqual(["pass"])
  })
})

describe("puzzles (RFC 8019)", () => {
  const COOKIE = Uint8Array.from({ length: 20 }, (_, i) => i)
  const DIFFICULTY = 6

  /** IKE_SA_INIT, the answer with COOKIE and PUZZLE, IKE_SA_INIT again with a solution. */
  function puzzled(keys: readonly Uint8Array[] | null, prf = 5) {
    const play = new PlayV2(new Tape())
    const ke = play.ke(31)
    const sa = w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: play.transforms() })
    const request = [sa, w.keP(ke.group, ke.publicI), w.nonceP(play.tape.random(32, "ni"))]
    const cookie = w.notifyP(16390, COOKIE)
    const spiR = play.spiR
    play.spiR = new Uint8Array(8)
    const put = (from: "initiator" | "responder", payloads: w.Payload[]) =>
      play.put(from, w.clearMessage(play.head(from, X.INIT, 0, from === "responder"), payloads))
    put("initiator", request)
    put("responder", [cookie, w.notifyP(16434, concat(u16be(prf), Uint8Array.of(DIFFICULTY)))])
    const solution = keys && { type: 54, body: concat(...keys) }
    put("initiator", [cookie, ...(solution ? [solution] : []), ...request])
    play.spiR = spiR
    return play
  }
  const zeroBits = (result: Uint8Array) => {
    const tail = /0*$/.exec([...result].map(b => b.toString(2).padStart(8, "0")).join(""))?.[0] ?? ""
    return tail.length
  }
  const mac = new PlayV2(new Tape()).provider.mac["hmac-sha2-256"]!
  const solved: Uint8Array[] = []
  const unsolved: Uint8Array[] = []
  for (let n = 0; solved.length < 4; n++)
    (zeroBits(mac(u32be(n))(COOKIE)) >= DIFFICULTY ? solved : unsolved).push(u32be(n))
  const checked = async (play: PlayV2) => {
    const [sa] = (await reportOf(play.tape)).ike_sas
    return sa.checks.filter(c => c.id === "puzzle").map(c => [c.status, c.reason])
  }

  it("a solution holds; a short, a doubled and a missing one do not", async () => {
    expect(await checked(puzzled(solved))).toEqual([["pass", null]])
    const [[short, why]] = await checked(puzzled([...solved.slice(0, 3), unsolved[0]]))
    expect([short, why]).toEqual(["fail", expect.stringMatching(/zero bits instead of 6/)])
    const [[doubled, twice]] = await checked(puzzled([...solved.slice(0, 3), solved[0]]))
    expect([doubled, twice]).toEqual(["fail", expect.stringContaining("twice")])
    expect(await checked(puzzled(null))).toEqual([["skipped", expect.stringContaining("no solution")]])
    expect(await checked(puzzled(solved, 9))).toEqual([["skipped", expect.stringContaining("not computed here")]])
  })
})

describe("3GPP access", () => {
  /** A packet drawn: names and values of its fields. */
  function drawn(bytes: Uint8Array) {
    const sink = new TreeSink()
    const packet = decodeEap(new Cursor(byteSource(bytes, "EAP"), 0, bytes.length, "test", sink))
    const texts: string[] = []
    const walk = (node: FieldNode) => {
      const { field, value, start, end } = node
      const name = typeof value === "number" ? field.names?.name(value) : undefined
      texts.push(`${field.name}=${name ?? fieldText(field, value, end - start)}`)
      node.children.forEach(walk)
    }
    sink.roots.forEach(walk)
    return { packet, texts }
  }
  const eap5g = (code: number, body: Uint8Array) => {
    const data = concat(Uint8Array.of(254, 0, 0x28, 0xaf), u32be(3), body)
    return concat(Uint8Array.of(code, 9), u16be(4 + data.length), data)
  }

  it("EAP-5G: messages, access parameters and the header of the NAS message", () => {
    const registration = Uint8Array.of(0x7e, 0, 0x41, 0x79, 0, 1, 0)
    const parameters = Uint8Array.of(2, 3, 0x00, 0xf1, 0x10, 4, 1, 3)
    const { packet, texts } = drawn(
      eap5g(
        2,
        concat(Uint8Array.of(2, 0), u16be(parameters.length), parameters, u16be(registration.length), registration),
      ),
    )
    expect(packet.method).toEqual({ kind: "5g", fiveG: { message: 2, nas: { security: 0, type: 0x41 } } })
    expect(texts).toContain("eap.5g.message_id=5G-NAS")
    expect(texts).toContain("eap.5g.an_param.type=Selected PLMN ID")
    expect(texts).toContain("nas-5gs.mm.message_type=Registration request")
    // To the handset there are no access parameters; under a new security context the type is in the clear, ciphered it is not.
    const command = concat(Uint8Array.of(0x7e, 3, 1, 2, 3, 4, 7, 0x7e, 0, 0x5d), new Uint8Array(4))
    expect(drawn(eap5g(1, concat(Uint8Array.of(2, 0), u16be(command.length), command))).packet.method).toEqual({
      kind: "5g",
      fiveG: { message: 2, nas: { security: 3, type: 0x5d } },
    })
    const sealed = Uint8Array.of(0x7e, 2, 1, 2, 3, 4, 7, 9, 9, 9)
    expect(drawn(eap5g(1, concat(Uint8Array.of(2, 0), u16be(sealed.length), sealed))).packet.method).toMatchObject({
      fiveG: { nas: { security: 2, type: undefined } },
    })
    expect(drawn(eap5g(1, Uint8Array.of(1, 0))).texts).toContain("eap.5g.message_id=5G-Start")
    // A length that lies is a fault of the method, not of the packet.
    expect(drawn(eap5g(1, Uint8Array.of(2, 0, 0xff, 0xff, 0x7e))).packet.fault?.code).toBe("truncated")
  })

  it.each([
    [0b001_00010, "no new attempt for 2 h"],
    [0b111_00000, "timer deactivated"],
    [null, undefined],
  ])("an error with a back-off timer of %s", async (timer, says) => {
    const play = new PlayV2(new Tape()).saInit()
    const { initiator, responder } = play.id
    const wait = timer === null ? [] : [w.notifyP(41041, Uint8Array.of(1, timer))]
    play.exchange(
      "initiator",
      X.AUTH,
      [initiator, ...play.prove("initiator", initiator, { psk: PSK })],
      [responder, w.notifyP(9002), ...wait],
    )
    const report = await reportOf(play.tape, { ...dh(play), psks: [{ secret: "swordfish" }] })
    const [found] = report.diagnostics.filter(d => d.code === "mobile-access-refused")
    expect(found.message).toContain("the subscription has no such APN")
    if (says) expect(found.message).toContain(says)
    else expect(found.message).not.toContain("attempt")
  })
})
