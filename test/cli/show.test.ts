/** `ikedump show`: golden files of trees and hex panes, JSON, single payloads, errors. */
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { runCommand } from "../helpers/run-command.ts"
import { expectGolden } from "../render/golden.ts"

const root = new URL("../..", import.meta.url).pathname
const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const keys = (name: string) => ["--keys", join(root, "fixtures", name, "keys.json")]
const show = (name: string, ...args: readonly string[]) => runCommand("show", fixture(name), ...args)

beforeEach(() => vi.stubEnv("COLUMNS", "100"))
afterEach(() => vi.unstubAllEnvs())

describe("ikedump show", () => {
  it.each([
    ["v2-psk-modp2048", "1"],
    ["v2-psk-modp2048", "3"],
    ["v2-psk-modp2048", "5"],
    ["v2-ah-sha1", "5"],
    ["v1-main-psk", "5"],
    ["v2-tcp-rewrap", "10"],
    ["v2-ipfrag-bigcert", "6"],
  ])("%s frame %s with keys, if there are any", async (name, frame) => {
    const given = name === "v2-ipfrag-bigcert" ? [] : keys(name)
    const { out, code } = await show(name, frame, ...given)
    expect(code).toBe(0)
    expectGolden(`show/${name}-${frame}.txt`, out)
  })

  it.each([
    ["v2-psk-modp2048", "1"],
    ["v2-tcp-rewrap", "10"],
    ["v2-ipv6-outer", "1"],
  ])("%s frame %s, nothing folded, bits as Wireshark draws them", async (name, frame) => {
    const { out } = await show(name, frame, "--verbose")
    expectGolden(`show/${name}-${frame}-verbose.txt`, out.slice(0, out.indexOf("\n\n")))
  })

  it("folds what carries IKE and IPsec, and unfolds what is asked for", async () => {
    const { out } = await show("v2-psk-modp2048", "1")
    expect(out).toContain("Internet Protocol Version 4, Src: 10.1.0.1, Dst: 10.1.0.2\nUser Datagram")
    const only = (await show("v2-psk-modp2048", "1", "-O", "ip,eth")).out
    expect(only).toContain("    .1.. .... = Don't fragment: set\n")
    expect(only).not.toContain("Initiator SPI")
  })

  it("ranges and lists of frames, closed without keys", async () => {
    const { out } = await show("v2-psk-modp2048", "1,3-4", "90-")
    expect([...out.matchAll(/^frame (\d+) {2}2026/gm)].map(m => Number(m[1]))).toEqual([1, 3, 4, 90, 91, 92])
    expect(out).not.toContain("Decrypted")
  })

  it("one payload, with its bytes and places", async () => {
    const { out } = await show("v2-psk-modp2048", "3", "--payload", "2", "--ranges", ...keys("v2-psk-modp2048"))
    expectGolden("show/payload.txt", out)
    const none = await show("v2-psk-modp2048", "3", "--payload", "99")
    expect(none.err).toContain("frame 3 has 1 payload")
  })

  it("only the bytes", async () => {
    const { out } = await show("v2-psk-modp2048", "3", "--bytes")
    expect(out.split("\n")[1]).toBe("# frame 3 (314 bytes)")
    expect(out).not.toContain("Initiator SPI")
  })

  it("colours payloads in tree and bytes", async () => {
    const { out } = await show("v2-psk-modp2048", "1", "--color", "always")
    expect(out).toMatch(/\u001b\[3\dm(21|22) /)
  })

  it("JSON has the tree with sources, and the sources' bytes", async () => {
    const { out } = await show("v2-psk-modp2048", "3", "5", "--format", "json", ...keys("v2-psk-modp2048"))
    const [ike, esp] = JSON.parse(out)
    expect(ike).toMatchObject({ frame: 3, protocol: "ISAKMP", source: "10.1.0.1" })
    expect(ike.sources.map((s: { label: string }) => s.label)).toEqual(["frame 3", "decrypted SK of frame 3"])
    expect(ike.tree.map((n: { name: string }) => n.name)).toEqual(["frame", "eth", "ip", "udp", "isakmp"])
    expect(esp.tree.map((n: { name: string }) => n.name)).toEqual(["frame", "eth", "ip", "esp", "ip", "icmp"])
  })

  it("a frame that is not there, or no number, is a usage error", async () => {
    expect(await show("v1-main-psk", "1", "9999")).toMatchObject({ code: 2 })
    expect((await show("v1-main-psk", "nine")).err).toContain("is not a frame number or range")
    expect((await show("v1-main-psk", "0")).code).toBe(2)
    expect((await show("v1-main-psk", "7-3")).code).toBe(2)
  })
})
