import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../../src/bytes/bytes.ts"
import { toHex } from "../../../src/bytes/hex.ts"
import { id } from "../../../src/ike/v1/identification.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const ZEROS_16 = "00".repeat(16)
/** CN=gw,C=CH, and the same cut off. */
const DN_GW = "301a310b3009060355040613024348310b300906035504030c026777"
const DN_CUT = DN_GW.slice(0, -2)

const CASES: readonly [name: string, body: string, text: string, fields: Record<string, string[]>][] = [
  [
    "IPV4_ADDR",
    "011101f4 0a000001",
    "10.0.0.1",
    { "isakmp.id.data.ipv4_addr": ["10.0.0.1"], "isakmp.id.port": ["500"] },
  ],
  ["FQDN", "02000000 6c6566742e6c6162", "left.lab", { "isakmp.id.data.fqdn": ["left.lab"] }],
  ["USER_FQDN", "03000000 614062", "a@b", { "isakmp.id.data.user_fqdn": ["a@b"] }],
  [
    "IPV4_ADDR_SUBNET",
    "04000000 0a010000ffff0000",
    "10.1.0.0/16",
    { "isakmp.id.data.ipv4_addr": ["10.1.0.0"], "isakmp.id.data.ipv4_subnet": ["255.255.0.0"] },
  ],
  ["a mask with holes", "04000000 0a010000ff00ff00", "10.1.0.0/255.0.255.0", {}],
  ["any address", "04000000 0000000000000000", "0.0.0.0/0", {}],
  ["IPV6_ADDR", `05000000 ${ZEROS_16.slice(2)}01`, "::1", { "isakmp.id.data.ipv6_addr": ["::1"] }],
  [
    "IPV6_ADDR_SUBNET",
    `06000000 20010db8${ZEROS_16.slice(8)}ffffffff${ZEROS_16.slice(8)}`,
    "2001:db8::/32",
    { "isakmp.id.data.ipv6_subnet": ["ffff:ffff::"] },
  ],
  [
    "IPV4_ADDR_RANGE",
    "07000000 0a0000010a000009",
    "10.0.0.1-10.0.0.9",
    { "isakmp.id.data.ipv4_range_start": ["10.0.0.1"], "isakmp.id.data.ipv4_range_end": ["10.0.0.9"] },
  ],
  ["IPV6_ADDR_RANGE", `08000000 ${ZEROS_16}${ZEROS_16}`, "::-::", { "isakmp.id.data.ipv6_range_end": ["::"] }],
  [
    "DER_ASN1_DN",
    `09000000 ${DN_GW}`,
    "CN=gw,C=CH",
    { "isakmp.id.data.der_asn1_dn": ["0"], "isakmp.dn": ["CN=gw,C=CH"] },
  ],
  ["DER_ASN1_GN", "0a000000 82026777", "gw", { "isakmp.id.data.der_asn1_gn": ["gw"] }],
  ["KEY_ID as text", "0b000000 6b6579", "key", { "isakmp.id.data.key_id": ["6b6579"] }],
  ["KEY_ID as bytes", "0b000000 00ff", "00ff", { "isakmp.id.data.key_id": ["00ff"] }],
  ["an unknown type", "fa000000 00ff", "00ff", { "isakmp.id.type": ["250"], "isakmp.id.data": ["00ff"] }],
]

describe("ID payload of IKEv1", () => {
  it.each(CASES)("%s", (_, body, text, fields) => {
    const value = decodeBytes(id, hex(body), CONTEXT_V1)
    expect(value).toMatchObject({ type: hex(body)[0], text })
    expect(value.fault).toBeUndefined()
    expect(fieldsOf(id, hex(body), CONTEXT_V1)).toMatchObject(fields)
    everyPrefix(id, hex(body), CONTEXT_V1)
  })

  it("reads ID_LIST, whose members have generic headers", () => {
    const body = hex("0c000000 0500000c 01000000 0a000001 0000000b 02000000 616263")
    const value = decodeBytes(id, body, CONTEXT_V1)
    expect(value).toMatchObject({ text: "10.0.0.1,abc", list: [{ type: 1 }, { type: 2 }] })
    everyPrefix(id, body, CONTEXT_V1)
  })

  it("does not read lists in lists", () => {
    const inner = hex("0c000000 0000000c 01000000 0a000001")
    const body = concat(hex("0c000000"), Uint8Array.of(0, 0, 0, inner.length + 4), inner)
    expect(decodeBytes(id, body, CONTEXT_V1).list).toEqual([
      { type: 12, protocol: 0, port: 0, data: inner.subarray(4), text: toHex(inner.subarray(4)) },
    ])
  })

  it("shows data that is not what its type demands in hex, with the fault", () => {
    for (const body of ["01000000 0a0000", "09000000 ffff", `09000000 ${DN_CUT}`, "0a000000 30", "0c000000 0000"]) {
      const value = decodeBytes(id, hex(body), CONTEXT_V1)
      expect(value.fault, body).toBeDefined()
      expect(value.data).toEqual(hex(body).subarray(4))
    }
    expect(decodeBytes(id, concat(hex("02000000"), utf8("gw"), Uint8Array.of(0xff)), CONTEXT_V1).text).toBe("gw\ufffd")
  })
})
