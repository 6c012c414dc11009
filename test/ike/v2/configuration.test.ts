/** The CP payload of IKEv2. RFC 7296 §3.15. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../../src/bytes/bytes.ts"
import { toHex } from "../../../src/bytes/hex.ts"
import { cp } from "../../../src/ike/v2/configuration.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const u16 = (n: number) => n.toString(16).padStart(4, "0")
const attribute = (type: number, value: string) => `${u16(type)}${u16(value.replace(/\s/g, "").length / 2)}${value}`
const reply = (...attributes: string[]) => hex(`02000000${attributes.join("")}`)
const V6 = "20010db8000000000000000000000001"
const RESOLVER = toHex(utf8("\u0003doh\u0007example\u0000"))

describe("cp", () => {
  it("reads a request for anything", () => {
    expect(decodeBytes(cp, hex("01000000 00010000 00030000"))).toMatchObject({
      type: 1,
      attributes: [{ type: 1, value: hex("") }, { type: 3 }],
    })
  })

  it.each([
    [1, "0a0a0001", "10.10.0.1", "internal_ip4_address"],
    [2, "ffffff00", "255.255.255.0", "internal_ip4_netmask"],
    [3, "0a0a0001", "10.10.0.1", "internal_ip4_dns"],
    [5, "00000e10", "3600", "internal_address_expiry"],
    [7, "7377616e", "swan", "application_version"],
    [8, `${V6}40`, "2001:db8::1/64", "internal_ip6_address"],
    [10, V6, "2001:db8::1", "internal_ip6_dns"],
    [13, "0a000000ff000000", "10.0.0.0/255.0.0.0", "internal_ip4_subnet_ip"],
    [14, "00010003", "INTERNAL_IP4_ADDRESS INTERNAL_IP4_DNS", "supported_attributes"],
    [15, `${V6}80`, "2001:db8::1/128", "internal_ip6_subnet_ip"],
    [16, `00000e10${V6}40`, "2001:db8::1/64 for 3600 s", "mip6_home_prefix.ip"],
    [17, "0000000000000001abcd", "0000000000000001 link abcd", "internal_ip6_link_id"],
    [18, `${V6}40`, "2001:db8::1/64", "internal_ip6_prefix_ip"],
    [19, `${V6}0a000001`, "2001:db8::1 10.0.0.1", "home_agent_address_ip6"],
    [20, "0a000001", "10.0.0.1", "p_cscf_ip4_address"],
    [21, V6, "2001:db8::1", "p_cscf_ip6_address"],
    [22, "0014", "20", "ftt_kat"],
    [23, "0a00000111941195", "10.0.0.1:4500-4501", "external_source_ip4_nat_info.address"],
    [24, "0000003c", "60", "timeout_period_for_liveness_check"],
    [25, toHex(utf8("example.com")), "example.com", "internal_dns_domain"],
    [26, "3c4d0802aabb", "15437 8 2 aabb", "internal_dnssec_ta.digest"],
    [27, `0001010d0a000001${RESOLVER}00010003026832`, "1 doh.example 10.0.0.1", "encdns.adn"],
    [28, `00010100${V6}`, "1 2001:db8::1", "encdns.ip6_address"],
    [29, `010d${RESOLVER}0002aabb`, "doh.example SHA2-256 aabb", "encdns.certificate_digest"],
    [23456, "0a000001", "10.0.0.1", "internal_ip4_server"],
    [28672, "6869", "hi", "unity.banner"],
    [28676, "0a000000ff000000000000000000", "10.0.0.0/255.0.0.0", "unity.split.address"],
  ])("reads attribute %i", (type, value, text, name) => {
    const body = reply(attribute(type, value))
    const { attributes, fault } = decodeBytes(cp, body)
    expect(fault).toBeUndefined()
    expect(attributes).toMatchObject([{ type, text, value: hex(value) }])
    expect(attributes[0].fault).toBeUndefined()
    expect(fieldsOf(cp, body)[`isakmp.cfg.attr.${name}`]).toBeDefined()
    everyPrefix(cp, body)
  })

  it("draws the fields that Wireshark has", () => {
    expect(fieldsOf(cp, reply(attribute(1, "0a0a0001")))).toEqual({
      "isakmp.cfg.type": ["2"],
      "isakmp.reserved": ["000000"],
      "isakmp.cfg.attr.type": ["1"],
      "isakmp.cfg.attr.format": ["0"],
      "isakmp.cfg.attr.length": ["4"],
      "isakmp.cfg.attr.value": ["0a0a0001"],
      "isakmp.cfg.attr.internal_ip4_address": ["10.10.0.1"],
    })
  })

  it("keeps unknown attributes, and the others beside a bad one", () => {
    const { attributes } = decodeBytes(cp, reply(attribute(0x7abc, "ff"), attribute(1, "0a"), attribute(3, "0a0a0001")))
    expect(attributes.map(a => [a.type, a.text, a.fault?.code])).toEqual([
      [0x7abc, undefined, undefined],
      [1, undefined, "truncated"],
      [3, "10.10.0.1", undefined],
    ])
  })

  it("shows what follows a value", () => {
    expect(fieldsOf(cp, reply(attribute(1, "0a0a0001ff")))["isakmp.extradata"]).toEqual(["ff"])
  })
})
