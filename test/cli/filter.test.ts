/** `-Y` of the commands, as a user runs them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { runCommandWith } from "../helpers/run-command.ts"

const root = new URL("../..", import.meta.url).pathname
const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const keys = (name: string) => ["--keys", join(root, "fixtures", name, "keys.json")]
const run = (args: readonly string[], input?: Uint8Array) => runCommandWith({ input }, ...args)
const frames = (out: string) =>
  out
    .split("\n")
    .filter(Boolean)
    .map(line => JSON.parse(line).frame)
const psk = fixture("v2-psk-modp2048")

describe("-Y", () => {
  it("packets: addresses inside ESP as those outside", async () => {
    const list = async (filter: string) =>
      frames((await run(["packets", "--format", "ndjson", psk, ...keys("v2-psk-modp2048"), "-Y", filter])).out)
    const inner = await list("ip.src == 10.10.1.1")
    expect(inner).toHaveLength(43)
    expect(await list("ip.addr == 10.10.1.1")).toHaveLength(86)
    expect(await list("ip.dst == 10.10.1.1 || ip.src == 10.10.1.1")).toHaveLength(86)
  })

  it("packets: in encrypted messages too", async () => {
    const list = async (...args: string[]) => frames((await run(["packets", "--format", "ndjson", ...args])).out)
    expect(await list(psk, "-Y", "isakmp.exchangetype == IKE_AUTH")).toEqual([3, 4])
    expect(await list(psk, "-Y", "isakmp.auth.method")).toEqual([])
    expect(await list(psk, "-Y", "isakmp.auth.method", ...keys("v2-psk-modp2048"))).toEqual([3, 4])
    expect(await list(psk, "-Y", "icmp.type == 8 && esp.sequence < 3", ...keys("v2-psk-modp2048"))).toEqual([5, 7])
  })

  it("packets: times are those between the lines", async () => {
    const { out } = await run(["packets", "--format", "ndjson", psk, "-Y", "frame.number in {1, 4}"])
    expect(
      out
        .split("\n")
        .filter(Boolean)
        .map(line => JSON.parse(line).delta),
    ).toEqual([0, 0.024759])
  })

  it("packets: a frame of a TCP stream with several messages", async () => {
    const all = (await run(["packets", "--format", "ndjson", fixture("v2-tcp-rewrap")])).out.split("\n")
    const several = JSON.parse(all.find(line => line.includes("), ESP")) ?? "{}")
    const { out } = await run([
      "packets",
      "--format",
      "ndjson",
      fixture("v2-tcp-rewrap"),
      "-Y",
      `frame.number == ${several.frame}`,
    ])
    expect(JSON.parse(out).info).toBe(several.info)
  })

  it("from a pipe", async () => {
    expect(
      frames((await run(["packets", "--format", "ndjson", "-", "-Y", "isakmp"], readFileSync(psk))).out).length,
    ).toBe(6)
    expect(
      JSON.parse((await run(["report", "--format", "json", "-", "-Y", "isakmp"], readFileSync(psk))).out).counts.esp,
    ).toBe(0)
  })

  it("fields", async () => {
    const { out } = await run([
      "fields",
      psk,
      "-Y",
      "udp && frame.number > 4",
      "-e",
      "frame.number",
      "-e",
      "isakmp.messageid",
    ])
    expect(out).toBe("91\t0x00000002\n92\t0x00000002\n")
  })

  it("show: all frames that pass, or those of the given ones", async () => {
    const titles = async (...args: string[]) => frames((await run(["show", "--format", "ndjson", psk, ...args])).out)
    expect(await titles("-Y", "isakmp.messageid == 1")).toEqual([3, 4])
    expect(await titles("1-3", "-Y", "isakmp.messageid == 1")).toEqual([3])
    expect((await run(["show", psk])).code).toBe(2)
  })

  it("report and flow see only frames that pass", async () => {
    const report = async (...args: string[]) =>
      JSON.parse((await run(["report", "--format", "json", psk, ...args])).out)
    expect((await report("-Y", "esp && ip.src == 10.1.0.1")).esp_sas).toHaveLength(1)
    expect((await report("-Y", "isakmp.exchangetype == 34")).counts).toMatchObject({ isakmp: 2, esp: 0 })
    expect((await report("-Y", "icmp", ...keys("v2-psk-modp2048"))).counts).toMatchObject({ isakmp: 0, esp: 10 })
    // The headline may name the exchange that is missing; the ladder has no line of it.
    expect((await run(["flow", psk, "-Y", "isakmp.messageid == 0"])).out).not.toContain("IKE_AUTH 1")
  })

  it("decrypt writes only frames that pass", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ikedump-filter-"))
    const args = [
      "decrypt",
      psk,
      ...keys("v2-psk-modp2048"),
      "-Y",
      "esp.sequence <= 2",
      "-w",
      join(folder, "inner.pcapng"),
    ]
    expect((await run(args)).err).toMatch(/^ikedump: 4 inner packets/m)
    rmSync(folder, { recursive: true })
  })

  it.each(["packets", "fields", "show", "report", "flow"])("%s: a wrong filter points at the column", async command => {
    const { code, out, err } = await run([
      command,
      psk,
      "-Y",
      "udp and isakmp.exchangtype == 34",
      ...(command === "fields" ? ["-e", "ip.src"] : []),
    ])
    expect([code, out]).toEqual([2, ""])
    expect(err).toBe(`ikedump: -Y: column 9: no field or protocol is named "isakmp.exchangtype"
    udp and isakmp.exchangtype == 34
            ^~~~~~~~~~~~~~~~~~
  hint: did you mean isakmp.exchangetype?
`)
  })
})
