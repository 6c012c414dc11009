/** Reports and rules as Markdown: tables whose rows have one width, ladders as Mermaid, nothing from the wire that is markup. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { reportMarkdown } from "../../src/render/report-markdown.ts"
import { runCommand } from "../helpers/run-command.ts"
import { sample, sampleNames, sampleSizes } from "./golden.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-markdown-"))
afterAll(() => rmSync(folder, { recursive: true }))

const markdown = (name: string) => [...reportMarkdown(sample(name), { sizes: sampleSizes(name) })].join("")

/** Tables as GitHub reads them: rows by the bars that are not escaped. */
function tables(text: string): string[][][] {
  const outside = text.replace(/^```[\s\S]*?^```$/gm, "")
  return (outside.match(/(?:^\|.*\n)+/gm) ?? []).map(t =>
    t
      .trimEnd()
      .split("\n")
      .map(r => r.split(/(?<!\\)\|/).slice(1, -1)),
  )
}

function expectSound(text: string): void {
  expect((text.match(/^```/gm) ?? []).length % 2).toBe(0)
  expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length)
  for (const rows of tables(text)) expect(new Set(rows.map(r => r.length)).size).toBe(1)
}

describe("a report as Markdown", () => {
  it.each(sampleNames())("%s", name => {
    const text = markdown(name)
    expectSound(text)
    const [sas] = tables(text)
    expect(sas.length - 2).toBe(sample(name).ike_sas.length)
    const { ike_sas } = sample(name)
    const drawn = ike_sas.length === 1 || ike_sas.some(sa => sa.verdict.outcome === "failed")
    expect(text.includes("```mermaid\nsequenceDiagram\n")).toBe(drawn)
  })

  it("says of a refusal who refused and why", () => {
    const { headline } = sample("v2-auth-failed").ike_sas[0].verdict
    expect(markdown("v2-auth-failed")).toContain(`❌ | \`ike/0\` |`)
    expect(markdown("v2-auth-failed")).toContain(`**${headline.replaceAll("_", "\\_")}**`)
  })

  it("keeps an identity from being markup", () => {
    const report = sample("v2-psk-modp2048")
    report.ike_sas[0].ids.initiator = { type: "KEY_ID", value: "<img src=x>|`**\n# a [b](c)" }
    const text = [...reportMarkdown(report)].join("")
    expectSound(text)
    const outside = text.replace(/^```[\s\S]*?^```$/gm, "")
    expect(outside).not.toMatch(/[^\\]<img|^# a|[^\\]\[b\]/m)
    report.ike_sas[0].verdict.headline = "<img src=x> & </summary>"
    const titled = [...reportMarkdown(report)].join("")
    expect(titled).toContain(
      "<summary><code>ike/0</code> &#60;img src=x&#62; &#38; &#60;/summary&#62;</summary>\n\n```mermaid",
    )
  })
})

describe("rules as Markdown", () => {
  const capture = resolve(import.meta.dirname, "../../fixtures/v2-psk-modp2048/capture.pcap")
  const rules = (expect: string) => {
    const path = join(folder, "rules.yaml")
    writeFileSync(path, `ikedump_rules: 1\nrules: [{ name: a rule | b, for: ike_sa, expect: '${expect}' }]\n`)
    return path
  }

  it("have what was expected and seen, and the ladder", async () => {
    const args = ["--rules", rules('suite.ke == ["X25519"]'), "--format", "markdown"]
    const { out, code } = await runCommand("check", capture, ...args)
    expect(code).toBe(1)
    expectSound(out)
    expect(out).toContain("**1 rule failed** of 1 rule.")
    expect(out).toContain("seen `suite.ke = ")
    expect(out).toContain("```mermaid\nsequenceDiagram\n")
    const without = await runCommand("check", capture, ...args, "--no-ladder")
    expect(without.out).not.toContain("mermaid")
  })

  it("say when all hold", async () => {
    const { out, code } = await runCommand("check", capture, "--rules", rules("true"), "--format", "markdown")
    expect(code).toBe(0)
    expect(out).toContain("**All rules hold** of 1 rule.")
  })
})
