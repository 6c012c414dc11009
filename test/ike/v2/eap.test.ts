/** The EAP payload of IKEv2. RFC 7296 §3.16. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../../src/bytes/bytes.ts"
import { allFields } from "../../../src/bytes/field.ts"
import { toHex } from "../../../src/bytes/hex.ts"
import { eap } from "../../../src/ike/v2/eap.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const packet = (code: number, type: number, data: string) => {
  const body = hex(data)
  return Uint8Array.of(code, 7, 0, 5 + body.length, type, ...body)
}
const text = (t: string) => toHex(utf8(t))
const CHALLENGE = "00112233445566778899aabbccddeeff"
const CLIENT_HELLO = "1603010005 0100000100"

describe("eap", () => {
  it("reads Success and Failure", () => {
    expect(decodeBytes(eap, hex("03070004"))).toMatchObject({ code: 3, identifier: 7, length: 4 })
    expect(decodeBytes(eap, hex("04070004")).type).toBeUndefined()
  })

  it.each([
    ["identity", packet(2, 1, text("carol@lab")), { kind: "identity", identity: "carol@lab" }],
    ["notification", packet(1, 2, text("hello")), { kind: "notification", message: "hello" }],
    ["nak", packet(2, 3, "0d15"), { kind: "nak", desired: [13, 21] }],
    ["md5", packet(1, 4, `10${CHALLENGE}${text("gw")}`), { kind: "md5", value: hex(CHALLENGE), name: "gw" }],
    ["gtc", packet(1, 6, text("Password")), { kind: "gtc", message: "Password" }],
    [
      "tls",
      packet(2, 13, `80 0000000a ${CLIENT_HELLO}`),
      { kind: "tls", tls: { lengthIncluded: true, length: 10, record: { type: 22, version: 0x0301, length: 5 } } },
    ],
    ["ttls start", packet(1, 21, "20"), { kind: "tls", tls: { start: true, version: 0, data: new Uint8Array(0) } }],
    ["peap v1", packet(1, 25, "21"), { kind: "tls", tls: { start: true, version: 1 } }],
    ["teap", packet(1, 55, "11 00000002 abcd"), { kind: "tls", tls: { version: 1, data: new Uint8Array(0) } }],
    [
      "mschapv2 challenge",
      packet(1, 29, `01070018 10${CHALLENGE}${text("gw")}`),
      { kind: "mschapv2", mschapv2: { opcode: 1, challenge: hex(CHALLENGE), name: "gw" } },
    ],
    [
      "mschapv2 response",
      packet(2, 29, `02070040 31${CHALLENGE}${"00".repeat(8)}${"ab".repeat(24)}00${text("carol")}`),
      { kind: "mschapv2", mschapv2: { opcode: 2, ntResponse: hex("ab".repeat(24)), name: "carol" } },
    ],
    [
      "mschapv2 failure",
      packet(1, 29, `04070010${text("E=691 R=1")}`),
      { kind: "mschapv2", mschapv2: { opcode: 4, message: "E=691 R=1" } },
    ],
    ["mschapv2 acknowledgement", packet(2, 29, "03"), { kind: "mschapv2", mschapv2: { opcode: 3 } }],
    [
      "aka identity",
      packet(2, 23, `050000 0e030006${text("0carol")}0000`),
      { kind: "sim", sim: { subtype: 5, attributes: [{ type: 14, text: "0carol" }] } },
    ],
    [
      "aka' challenge",
      packet(1, 50, `010000 18010001 17040009${text("WLAN-NAME")}000000`),
      { kind: "sim", sim: { attributes: [{ type: 24 }, { type: 23, text: "WLAN-NAME" }] } },
    ],
    [
      "sim notification",
      packet(1, 18, "0c0000 0c014000"),
      { kind: "sim", sim: { subtype: 12, attributes: [{ type: 12, value: hex("4000") }] } },
    ],
  ])("reads %s", (_name, body, method) => {
    const value = decodeBytes(eap, body)
    expect(value.fault).toBeUndefined()
    expect(value.method).toMatchObject(method)
    everyPrefix(eap, body)
  })

  it("names its fields as Wireshark does", () => {
    expect(fieldsOf(eap, packet(2, 13, `c0 0000000a ${CLIENT_HELLO}`))).toMatchObject({
      "eap.code": ["2"],
      "eap.type": ["13"],
      "eap.tls.flags": ["0xc0"],
      "eap.tls.flags.more_fragments": ["1"],
      "tls.record.content_type": ["22"],
      "tls.handshake.type": ["1"],
    })
    expect(fieldsOf(eap, packet(1, 18, "0c0000 0c014000"))["eap.sim.notification_type"]).toEqual(["16384"])
  })

  it("takes a later TLS fragment for data", () => {
    expect(decodeBytes(eap, packet(1, 13, "40 0102030405060708")).method).toMatchObject({ tls: { record: undefined } })
  })

  it("keeps unknown methods and expanded types", () => {
    expect(decodeBytes(eap, packet(1, 99, "abcd"))).toMatchObject({ type: 99, data: hex("abcd"), method: undefined })
    const vendor = decodeBytes(eap, packet(1, 254, "0001a2 00000001 ff"))
    expect(vendor).toMatchObject({ type: 254, vendor: { id: 0x1a2, type: 1 }, data: hex("ff") })
    const nak = decodeBytes(eap, packet(2, 254, "000000 00000003 0d"))
    expect(nak.method).toEqual({ kind: "nak", desired: [13] })
  })

  it("keeps the packet when the method's data are bad", () => {
    expect(decodeBytes(eap, packet(1, 4, "ff00"))).toMatchObject({ type: 4, fault: { code: "truncated" } })
    expect(decodeBytes(eap, packet(1, 23, "010000 01000000"))).toMatchObject({ method: { kind: "sim" } })
    expect(() => decodeBytes(eap, hex("01070003"))).toThrow("less than its own header")
  })

  it("hides the password of GTC", () => {
    expect(allFields().find(f => f.name === "eap.gtc.response")?.secret).toBe(true)
    expect(fieldsOf(eap, packet(2, 6, text("secret")))["eap.gtc.response"]).toEqual(["secret"])
  })
})
