/** `ikedump mcp`, spoken to by the SDK's own client. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { TOOLS } from "../../src/cli/mcp/tools.ts"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const fixtures = resolve(import.meta.dirname, "../../fixtures")
const base = mkdtempSync(join(tmpdir(), "ikedump-mcp-"))
const root = join(base, "captures")
const client = new Client({ name: "test", version: "1" })

beforeAll(async () => {
  mkdirSync(root)
  cpSync(join(fixtures, "v2-psk-modp2048"), join(root, "up"), { recursive: true })
  cpSync(join(fixtures, "v2-auth-failed"), join(root, "failed"), { recursive: true })
  writeFileSync(join(base, "outside.pcap"), "secret")
  symlinkSync(join(base, "outside.pcap"), join(root, "link.pcap"))
  writeFileSync(
    join(root, "rules.yaml"),
    "ikedump_rules: 1\nrules:\n  - name: nothing\n    for: ike_sa\n    count: 7\n",
  )
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [bin, "mcp", "--root", root], stderr: "inherit" }),
  )
})
afterAll(async () => {
  await client.close()
  rmSync(base, { recursive: true })
})

/** The text that a tool answers, `error:` before it where it failed. */
async function call(name: string, args: Record<string, unknown>): Promise<string> {
  const result = await client.callTool({ name, arguments: args })
  const [{ text }] = result.content as { text: string }[]
  return result.isError ? `error: ${text}` : text
}

const keys = ["up/keys.json"]

describe("tools", () => {
  it("are listed with a schema of their arguments", async () => {
    const { tools } = await client.listTools()
    expect(tools.map(t => t.name)).toEqual(TOOLS.map(t => t.name))
    for (const { inputSchema } of tools) expect(inputSchema.required?.length).toBeGreaterThan(0)
  })

  it("verdict tells the story of a capture, with keys and without their values", async () => {
    const text = await call("verdict", { capture: "up/capture.pcap", keys })
    expect(text).toContain("ike/0")
    expect(text).toContain("ICV")
    expect(text).not.toContain(base)
    expect(await call("verdict", { capture: "failed/capture.pcap" })).toContain("ike/0")
  })

  it("show draws frames, fields gives values", async () => {
    expect(await call("show", { capture: "up/capture.pcap", frames: "3", keys })).toContain("Identification")
    const lines = await call("fields", { capture: "up/capture.pcap", names: ["isakmp.exchangetype"], filter: "isakmp" })
    expect(
      lines
        .trim()
        .split("\n")
        .map(l => JSON.parse(l).frame),
    ).toEqual([1, 2, 3, 4, 91, 92])
  })

  it("check answers that a rule failed; audit gives findings", async () => {
    const failed = await call("check", { capture: "up/capture.pcap", rules: "rules.yaml" })
    expect(failed).toContain("nothing")
    expect(failed).not.toMatch(/^error/)
    expect(() => JSON.parse(failed)).not.toThrow()
    expect(JSON.parse(await call("audit", { capture: "up/capture.pcap", keys, profile: "rfc" }))).toBeTypeOf("object")
  })
})

describe("the folder", () => {
  it("is all that can be read", async () => {
    for (const capture of ["../outside.pcap", join(base, "outside.pcap"), "link.pcap", "missing.pcap"])
      expect(await call("verdict", { capture })).toBe(`error: ${capture}: no such file in the folder`)
    expect(await call("verdict", { capture: "up/capture.pcap", keys: ["../outside.pcap"] })).toContain("no such file")
  })

  it("is not left by texts that look like flags", async () => {
    expect(await call("verdict", { capture: "--show-keys" })).toContain("begins with -")
    expect(await call("fields", { capture: "up/capture.pcap", names: ["-o"] })).toContain("begins with -")
    expect(await call("show", { capture: "up/capture.pcap", frames: "1 --show-keys" })).toMatch(/^error: /)
    expect(await call("show", { capture: "up/capture.pcap" })).toMatch(/^error: .*no frame/s)
    expect(await call("verdict", {})).toBe("error: capture: a text is needed")
    expect(await call("nothing", {})).toContain("no tool nothing")
  })
})
