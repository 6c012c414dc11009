/** TSi and TSr. RFC 7296 §3.13. */
import { describe, expect, it } from "vitest"
import { selectorText, selectorWords } from "../../../src/ike/v2/selector-text.ts"
import { type TrafficSelector, tsi, tsr } from "../../../src/ike/v2/traffic-selector.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const V4 = hex("01000000 07000010 0000ffff 0a010000 0a01ffff")
const V6 = hex(`01000000 08060028 01bb01bb fd100001000000000000000000000000 fd10000100000000ffffffffffffffff`)
const LABEL = hex("02000000 0a000014 73797374656d5f753a6f626a656374 00 07000010 0000ffff 0a010000 0a01ffff")
const textOf = (ts: TrafficSelector) => selectorText(selectorWords(ts))
const text = (body: string) => decodeBytes(tsi, hex(body)).selectors.map(textOf)

describe("tsi, tsr", () => {
  it("reads an IPv4 range", () => {
    const { selectors, fault } = decodeBytes(tsi, V4)
    expect(fault).toBeUndefined()
    expect(selectors[0]).toMatchObject({ type: 7, protocol: 0, startPort: 0, endPort: 65535, start: 4, end: 20 })
    expect(fieldsOf(tsi, V4)).toMatchObject({
      "isakmp.ts.number": ["1"],
      "isakmp.ts.selector_length": ["16"],
      "isakmp.ts.start_ipv4": ["10.1.0.0"],
      "isakmp.ts.end_ipv4": ["10.1.255.255"],
    })
  })

  it("reads an IPv6 range with a port", () => {
    expect(decodeBytes(tsr, V6).selectors.map(textOf)).toEqual(["fd10:1::/64[tcp/443]"])
  })

  it("reads a Fibre Channel range", () => {
    const body = hex("01000000 09000010 00010203 00ffffff 00ff08ff")
    expect(decodeBytes(tsi, body).selectors[0]).toMatchObject({
      startAddress: hex("010203"),
      endAddress: hex("ffffff"),
      fibreChannel: { startRCtl: 0, endRCtl: 255, startType: 8, endType: 255 },
    })
    expect(fieldsOf(tsi, body)["isakmp.ts.start_fc"]).toEqual(["66051"])
    everyPrefix(tsi, body)
  })

  it("reads a security label beside a range", () => {
    const { selectors } = decodeBytes(tsi, LABEL)
    expect(selectors.map(textOf)).toEqual(["label:system_u:object", "10.1.0.0/16"])
  })

  it("keeps an unknown type and goes on", () => {
    const body = hex("02000000 c8000006 abcd 07000010 0000ffff 0a000001 0a000001")
    expect(decodeBytes(tsi, body).selectors).toMatchObject([{ type: 200, data: hex("abcd") }, { type: 7 }])
  })

  it("keeps the selector after a bad one", () => {
    const body = hex("02000000 07000008 0000ffff 07000010 0000ffff 0a000001 0a000001")
    const { selectors } = decodeBytes(tsi, body)
    expect(selectors[0].fault).toMatchObject({ code: "truncated", limit: "Selector Length" })
    expect(selectors[1].fault).toBeUndefined()
  })

  it("does not hang on a Selector Length of 0", () => {
    const { selectors, fault } = decodeBytes(tsi, hex("ff000000 07000000 07000000"))
    expect(selectors).toEqual([])
    expect(fault).toMatchObject({ code: "invalid" })
  })

  it("gives up after many bad ones", () => {
    const { selectors, fault } = decodeBytes(tsi, hex(`ff000000 ${"07000004".repeat(255)}`))
    expect(selectors).toHaveLength(16)
    expect(fault?.message).toContain("16 bad items")
  })

  it("decodes every prefix", () => {
    for (const body of [V4, V6, LABEL]) everyPrefix(tsi, body)
  })
})

describe("selectorText", () => {
  const range = (head: string, start: string, end: string) => text(`01000000 07${head} ${start} ${end}`)[0]

  it.each([
    ["000010 0000ffff", "0a010000", "0a01ffff", "10.1.0.0/16"],
    ["000010 0000ffff", "00000000", "ffffffff", "0.0.0.0/0"],
    ["000010 0000ffff", "0a000001", "0a000001", "10.0.0.1/32"],
    ["000010 0000ffff", "0a000001", "0a000009", "10.0.0.1-10.0.0.9"],
    ["060010 01bb01bb", "0a010000", "0a01ffff", "10.1.0.0/16[tcp/443]"],
    ["110010 01f4157c", "0a010000", "0a01ffff", "10.1.0.0/16[udp/500-5500]"],
    ["110010 0000ffff", "0a010000", "0a01ffff", "10.1.0.0/16[udp]"],
    ["060010 ffff0000", "0a010000", "0a01ffff", "10.1.0.0/16[tcp/OPAQUE]"],
    ["000010 01bb01bb", "0a010000", "0a01ffff", "10.1.0.0/16[any/443]"],
    ["010010 080008ff", "0a010000", "0a01ffff", "10.1.0.0/16[icmp/8]"],
    ["010010 03010304", "0a010000", "0a01ffff", "10.1.0.0/16[icmp/3(1)-3(4)]"],
    ["fe0010 0000ffff", "0a010000", "0a01ffff", "10.1.0.0/16[254]"],
  ])("%s %s %s is %s", (head, start, end, expected) => expect(range(head, start, end)).toBe(expected))
})
