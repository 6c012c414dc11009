/** ICMP errors about IKE and ESP, as packets made by hand. */
import { describe, expect, it } from "vitest"
import { concat, u16be } from "../../../src/bytes/bytes.ts"
import { analyzeCapture } from "../../../src/index.ts"
import { esp, ike, ipv4, ipv6, rawIp, udp } from "../../helpers/packets.ts"

/** An ICMP error of type and code around a packet, from the packet's destination. */
const icmp = (type: number, code: number, quoted: Uint8Array, rest = 0): Uint8Array =>
  ipv4(1, concat(Uint8Array.of(type, code, 0, 0, 0, 0), u16be(rest), quoted.subarray(0, 28)), { reversed: true })

const ESP = ipv4(50, esp(0x80000001, 5))

async function said(...packets: Uint8Array[]) {
  const { report } = await analyzeCapture(rawIp(...packets))
  return report.diagnostics.filter(d => d.code === "icmp-error")
}

describe("explainIcmp", () => {
  it.each([
    [3, 2, 0, "protocol unreachable", "does not do ESP"],
    [3, 3, 0, "port unreachable", "a filter forbids"],
    [3, 9, 0, "network administratively prohibited", "a filter forbids"],
    [3, 10, 0, "host administratively prohibited", "a filter forbids"],
    [3, 13, 0, "administratively prohibited", "a filter forbids"],
    [3, 1, 0, "host unreachable", "look at routes"],
    [3, 4, 1400, "fragmentation needed, MTU 1400", "does not fit the path"],
    [11, 0, 0, "time-to-live exceeded", "went in a circle"],
    [11, 1, 0, "fragment reassembly time exceeded", "fragments of it were lost"],
  ])("type %i code %i about ESP", async (type, code, rest, name, meaning) => {
    const [finding, ...others] = await said(ESP, icmp(type, code, ESP, rest))
    expect(others).toEqual([])
    expect(finding.severity).toBe("warning")
    expect(finding.message).toContain(name)
    expect(finding.message).toContain(meaning)
    expect(finding.message).toContain("ESP 80000001 from 10.0.0.1 to 10.0.0.2")
    expect(finding.message).toContain("from 10.0.0.2 (the peer itself)")
    expect(finding.frame).toBe(2)
  })

  it("counts repeats, and belongs to the data SA whose packet it quotes", async () => {
    const error = icmp(3, 2, ESP)
    const [finding, ...others] = await said(ESP, error, ESP, error, ESP, error)
    expect(others).toEqual([])
    expect(finding.message).toContain("3 times from frame 2 to 6")
    expect(finding.sa).toMatch(/^esp/)
  })

  it("names the message of IKE that was refused, and its SA", async () => {
    const request = ipv4(17, udp(500, 500, ike(1)))
    const whole = ipv4(1, concat(Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), request), { reversed: true })
    const [finding] = await said(request, whole)
    expect(finding.message).toContain("IKE_SA_INIT 0 of SPI 0101020304050607 from 10.0.0.1:500 to 10.0.0.2:500")
    expect(finding.sa).toBe("ike/0")
  })

  it("knows the port when no more is quoted", async () => {
    const [finding] = await said(icmp(3, 3, ipv4(17, udp(4500, 4500, esp(7, 7)))))
    expect(finding.message).toContain("an IKE datagram from 10.0.0.1:4500 to 10.0.0.2:4500")
  })

  it("takes port unreachable for a missing daemon where there are ports", async () => {
    const packet = ipv4(17, udp(4500, 4500, esp(7, 7)))
    const [finding] = await said(packet, icmp(3, 3, packet))
    expect(finding.message).toContain("nobody listens on that port")
  })

  it.each([
    [1, 0, "no route to destination", "look at routes"],
    [1, 1, "administratively prohibited", "a filter forbids"],
    [1, 3, "address unreachable", "look at routes"],
    [1, 4, "port unreachable", "a filter forbids"],
    [1, 5, "source address failed", "a filter forbids"],
    [1, 6, "reject route", "a filter forbids"],
    [4, 1, "unrecognized next header", "it does no IPsec"],
  ])("ICMPv6 type %i code %i about ESP", async (type, code, name, meaning) => {
    const [finding] = await said(ipv6(58, concat(Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0), ipv6(50, esp(9, 1)))))
    expect(finding.message).toContain(name)
    expect(finding.message).toContain(meaning)
  })

  it("reads ICMPv6", async () => {
    const quoted = ipv6(50, esp(9, 1))
    const [finding] = await said(ipv6(58, concat(Uint8Array.of(2, 0, 0, 0, 0, 0, 5, 0), quoted)))
    expect(finding.message).toContain("packet too big, MTU 1280")
    expect(finding.message).toContain("ESP 00000009 from fd00::1 to fd00::2")
  })

  it("takes a redirect for the hint that it is", async () => {
    const [finding] = await said(ESP, icmp(5, 1, ESP))
    expect(finding.severity).toBe("info")
  })
})
