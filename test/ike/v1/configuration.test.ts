/** The Attributes payload of IKEv1: Mode Config and XAUTH. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import { Cursor } from "../../../src/bytes/cursor.ts"
import { type FieldNode, TreeSink } from "../../../src/bytes/field-sink.ts"
import { configuration } from "../../../src/ike/v1/configuration.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const fields = (attributes: string) => fieldsOf(configuration, hex(`02000007 ${attributes}`), CONTEXT_V1)

describe("Attributes payload of IKEv1", () => {
  it("decodes a request and a reply", () => {
    const value = decodeBytes(configuration, hex("01000000 00010000 00030000"), CONTEXT_V1)
    expect(value).toMatchObject({ type: 1, identifier: 0, attributes: [{ type: 1 }, { type: 3 }] })
    expect(fields("00010004 0a4d0101 00030004 0a0a0235")).toMatchObject({
      "isakmp.cfg.type": ["2"],
      "isakmp.cfg.identifier": ["7"],
      "isakmp.cfg.attr.type": ["1", "3"],
      "isakmp.cfg.attr.length": ["4", "4"],
      "isakmp.cfg.attr.value": ["0a4d0101", "0a0a0235"],
      "isakmp.cfg.attr.internal_ip4_address": ["10.77.1.1"],
      "isakmp.cfg.attr.internal_ip4_dns": ["10.10.2.53"],
    })
  })

  it.each([
    ["00020004 ffff0000", "internal_ip4_netmask", ["255.255.0.0"]],
    ["00050004 00000e10", "internal_address_expiry", ["3600"]],
    ["00070003 617070", "application_version", ["app"]],
    [`00080011 ${"00".repeat(16)}40`, "internal_ip6_address.prefix", ["64"]],
    ["000d0010 0a000000ff0000000b000000ff000000", "internal_ip4_subnet_ip", ["10.0.0.0", "11.0.0.0"]],
    ["000e0004 00010002", "supported_attributes", ["1", "2"]],
    [`000f0011 ${"00".repeat(16)}30`, "internal_ip6_subnet_prefix", ["48"]],
    ["40040006 010203040506", "chkpt.mac_address", ["01:02:03:04:05:06"]],
    ["c0880000", "xauth.type", ["0"]],
    ["40890005 6361726f6c", "xauth.user_name", ["carol"]],
    ["c08f0001", "xauth.status", ["1"]],
    ["70000003 62616e", "unity.banner", ["ban"]],
    ["7004000e 0a000000 ff000000 0006 0000 0050", "unity.split_include.dst_port", ["80"]],
  ])("%s is %s", (attribute, name, values) => {
    expect(fields(attribute)[`isakmp.cfg.attr.${name}`]).toEqual(values)
    everyPrefix(configuration, hex(`02000007 ${attribute}`), CONTEXT_V1)
  })

  it("marks every field with a password as secret", () => {
    for (const type of ["408a", "408b", "4090", "4091"]) {
      const body = hex(`02000000 ${type}0003 707764`)
      const sink = new TreeSink()
      configuration.decode(new Cursor(byteSource(body, "test"), 0, body.length, "Payload Length", sink), CONTEXT_V1)
      const open: FieldNode[] = []
      const visit = (n: FieldNode): void => {
        if (n.start < n.end && n.end > 8 && n.children.length === 0 && !n.field.secret) open.push(n)
        n.children.forEach(visit)
      }
      sink.roots.forEach(visit)
      expect(open.map(n => n.field.name)).toEqual([])
    }
  })

  it("keeps unknown attributes, and the ones behind a bad one", () => {
    const body = hex("02000000 4e200002 0102 00010002 0a4d 00020004 ffff0000")
    const { attributes } = decodeBytes(configuration, body, CONTEXT_V1)
    expect(attributes.map(a => [a.type, a.fault?.code])).toEqual([
      [20000, undefined],
      [1, "truncated"],
      [2, undefined],
    ])
  })
})
