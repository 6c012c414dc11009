/** `-Y` of the commands, as a user runs them. Needs the built program. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const root = new URL("../..", import.meta.url).pathname
const bin = join(root, "bin/ikedump.js")
const built = spawnSync(process.execPath, [bin, "packets", "--help"]).stdout.includes("-Y")
if (!built) console.log("skipped: not built (npm run build)")

const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const keys = (name: string) => ["--keys", join(root, "fixtures", name, "keys.json")]
const run = (args: string[], input?: Uint8Array) => {
  const done = spawnSync(process.execPath, [bin, ...args], { input, env: { ...process.env, NO_COLOR: "1" } })
  return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() }
}
const frames = (out: string) =>
  out
    .split("\n")
    .filter(Boolean)
    .map(line => JSON.parse(line).frame)
const psk = fixture("v2-psk-modp2048")

describe.skipIf(!built)("-Y", () => {
  it("packets: addresses inside ESP as those outside", () => {
    const list = (filter: string) =>
      frames(run(["packets", "--format", "ndjson", psk, ...keys("v2-psk-modp2048"), "-Y", filter]).out)
    const inner = list("ip.src == 10.10.1.1")
    expect(inner).toHaveLength(43)
    expect(list("ip.addr == 10.10.1.1")).toHaveLength(86)
    expect(list("ip.dst == 10.10.1.1 || ip.src == 10.10.1.1")).toHaveLength(86)
  })

  it("packets: in encrypted messages too", () => {
    const list = (...args: string[]) => frames(run(["packets", "--format", "ndjson", ...args]).out)
    expect(list(psk, "-Y", "isakmp.exchangetype == IKE_AUTH")).toEqual([3, 4])
    expect(list(psk, "-Y", "isakmp.auth.method")).toEqual([])
    expect(list(psk, "-Y", "isakmp.auth.method", ...keys("v2-psk-modp2048"))).toEqual([3, 4])
    expect(list(psk, "-Y", "icmp.type == 8 && esp.sequence < 3", ...keys("v2-psk-modp2048"))).toEqual([5, 7])
  })

  it("packets: times are those between the lines", () => {
    const { out } = run(["packets", "--format", "ndjson", psk, "-Y", "frame.number in {1, 4}"])
    expect(
      out
        .split("\n")
        .filter(Boolean)
        .map(line => JSON.parse(line).delta),
    ).toEqual([0, 0.024759])
  })

  it("packets: a frame of a TCP stream with several messages", () => {
    const all = run(["packets", "--format", "ndjson", fixture("v2-tcp-rewrap")]).out.split("\n")
    const several = JSON.parse(all.find(line => line.includes("), ESP")) ?? "{}")
    const { out } = run([
      "packets",
      "--format",
      "ndjson",
      fixture("v2-tcp-rewrap"),
      "-Y",
      `frame.number == ${several.frame}`,
    ])
    expect(JSON.parse(out).info).toBe(several.info)
  })

  it("from a pipe", () => {
    expect(frames(run(["packets", "--format", "ndjson", "-", "-Y", "isakmp"], readFileSync(psk)).out).length).toBe(6)
    expect(JSON.parse(run(["report", "--format", "json", "-", "-Y", "isakmp"], readFileSync(psk)).out).counts.esp).toBe(
      0,
    )
  })

  it("fields", () => {
    const { out } = run([
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

  it("show: all frames that pass, or those of the given ones", () => {
    const titles = (...args: string[]) => frames(run(["show", "--format", "ndjson", psk, ...args]).out)
    expect(titles("-Y", "isakmp.messageid == 1")).toEqual([3, 4])
    expect(titles("1-3", "-Y", "isakmp.messageid == 1")).toEqual([3])
    expect(run(["show", psk]).code).toBe(2)
  })

  it("report and flow see only frames that pass", () => {
    const report = (...args: string[]) => JSON.parse(run(["report", "--format", "json", psk, ...args]).out)
    expect(report("-Y", "esp && ip.src == 10.1.0.1").esp_sas).toHaveLength(1)
    expect(report("-Y", "isakmp.exchangetype == 34").counts).toMatchObject({ isakmp: 2, esp: 0 })
    expect(report("-Y", "icmp", ...keys("v2-psk-modp2048")).counts).toMatchObject({ isakmp: 0, esp: 10 })
    // The headline may name the exchange that is missing; the ladder has no line of it.
    expect(run(["flow", psk, "-Y", "isakmp.messageid == 0"]).out).not.toContain("IKE_AUTH 1")
  })

  it("decrypt writes only frames that pass", () => {
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
    expect(run(args).err).toMatch(/^ikedump: 4 inner packets/m)
    rmSync(folder, { recursive: true })
  })

  it.each(["packets", "fields", "show", "report", "flow"])("%s: a wrong filter points at the column", command => {
    const { code, out, err } = run([
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
