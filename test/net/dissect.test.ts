/** The layers drawn: names, values and ranges, as tshark 4.0 has them. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fieldText } from "../../src/bytes/field.ts"
import { type FieldNode, TreeSink } from "../../src/bytes/field-sink.ts"
import { dissectFrame } from "../../src/net/dissect.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { LINK_FORMS, PCAP_FORMS, pcap } from "../helpers/capture-variants.ts"
import { esp, ipv4, udp } from "../helpers/packets.ts"

/** Roots of each frame's tree, by frame. */
function trees(capture: Uint8Array): Map<number, readonly FieldNode[]> {
  const all = new Map<number, readonly FieldNode[]>()
  const packet = (view: Parameters<typeof dissectFrame>[0]) => {
    if (all.has(view.frame)) return
    const sink = new TreeSink()
    dissectFrame(view, sink)
    all.set(view.frame, sink.roots)
  }
  walkCapture(capture, { packet, diagnostic: () => {} }, { all: true })
  return all
}

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url))

/** `name=value@start-end` of a field's every occurrence. */
function values(nodes: readonly FieldNode[], name: string): string[] {
  return nodes.flatMap(n => [
    ...(n.field.name === name ? [`${fieldText(n.field, n.value, n.end - n.start)}@${n.start}-${n.end}`] : []),
    ...values(n.children, name),
  ])
}

describe("dissectFrame", () => {
  it("Ethernet, IPv4, UDP, marker", () => {
    const roots = trees(fixture("v2-nat")).get(3)!
    expect(roots.map(n => [n.field.name, n.start, n.end])).toEqual([
      ["eth", 0, 14],
      ["ip", 14, 34],
      ["udp", 34, 42],
      ["udpencap", 42, 46],
    ])
    const expected = {
      "eth.dst": "ca:d9:80:5e:6a:e6@0-6",
      "eth.src": "72:6e:ab:42:27:8b@6-12",
      "eth.type": "0x0800@12-14",
      "ip.version": "4@14-15",
      "ip.hdr_len": "20@14-15",
      "ip.len": "288@16-18",
      "ip.id": "0xcfa0@18-20",
      "ip.flags": "0x02@20-21",
      "ip.ttl": "64@22-23",
      "ip.proto": "17@23-24",
      "ip.checksum": "0x5627@24-26",
      "ip.src": "10.1.0.1@26-30",
      "ip.dst": "10.2.0.2@30-34",
      "udp.dstport": "4500@36-38",
      "udp.length": "268@38-40",
      "udp.checksum": "0x2229@40-42",
      "udpencap.non_esp_marker": "1@42-46",
    }
    for (const [name, value] of Object.entries(expected)) expect(values(roots, name)).toEqual([value])
    expect(values(roots, "udp.port")).toEqual(["4500@34-36", "4500@36-38"])
    expect(values(roots, "ip.addr")).toEqual(["10.1.0.1@26-30", "10.2.0.2@30-34"])
  })
  it("IPv6", () => {
    const roots = trees(fixture("v2-ipv6-outer")).get(1)!
    expect(values(roots, "ipv6.flow")).toEqual(["0x01e002@15-18"])
    expect(values(roots, "ipv6.tclass")).toEqual(["0x00000000@14-18"])
    expect(values(roots, "ipv6.addr")).toEqual(["fd00:1::1@22-38", "fd00:1::2@38-54"])
  })
  it("AH with its ICV, and what is inside", () => {
    const roots = trees(fixture("v2-ah-sha1")).get(5)!
    expect(roots.map(n => n.field.name)).toEqual(["eth", "ip", "ah", "ip", "icmp"])
    expect(values(roots, "ah.next_header")).toEqual(["4@34-35"])
    expect(values(roots, "ah.length")).toEqual(["4@35-36"])
    expect(values(roots, "ah.spi")).toEqual(["0xcb47344c@38-42"])
    expect(values(roots, "ah.icv")[0]).toMatch(/^[0-9a-f]{24}@46-58$/)
  })
  it("UDP of a datagram that came in fragments, in its last frame only", () => {
    const all = trees(fixture("v2-ipfrag-bigcert"))
    expect(values(all.get(3)!, "udp.srcport")).toEqual([])
    expect(values(all.get(4)!, "ip.frag_offset")).toEqual(["185@20-22"])
    expect(values(all.get(5)!, "udp.srcport")).toEqual(["500@0-2"])
  })
  it("ESP in a TCP message", () => {
    const roots = trees(fixture("v2-tcp-rewrap")).get(8)!
    expect(roots.map(n => n.field.name)).toEqual(["eth", "ip", "tcp", "esp"])
    expect(values(roots, "esp.spi")[0]).toMatch(/^0x1e39c6dd@/)
    expect(values(roots, "tcp.flags")).toEqual(["0x0018@46-48"])
  })
  it.each(LINK_FORMS.map(form => [form.name, form] as const))("%s: every layer, cut off anywhere", (_, form) => {
    const inner = ipv4(17, udp(4500, 4500, esp(0xfeed, 1)))
    const whole = form.wrap(inner, true)
    const draw = (bytes: Uint8Array) =>
      trees(pcap([{ seconds: 1, nanos: 0, bytes }], form.linkType, PCAP_FORMS[0])).get(1)!
    expect(values(draw(whole), "esp.spi").map(v => v.split("@")[0])).toEqual(["0x0000feed"])
    for (let length = 0; length < whole.length; length++) draw(whole.subarray(0, length))
  })
})
