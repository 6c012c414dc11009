/** `docs/standards.md` is true: every document that the code applies has a row, and what a row claims is proven by a test that is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "..")
const page = readFileSync(join(root, "docs/standards.md"), "utf8")
const VERBS = new Set(["decodes", "names", "derives", "verifies", "explains", "opens", "nothing yet"])
const rows = page
  .split("\n")
  .filter(line => /^\| (RFC |draft-|G[BM]\/T |TS )/.test(line))
  .map(line => line.split("|").map(cell => cell.trim()))
  .map(([, document, subject, does, proof]) => ({
    document,
    subject,
    does: does.split(", "),
    proofs: [...proof.matchAll(/`(test\/[^`]+)` \(([^)]+)\)/g)].map(([, file, words]) => ({ file, words })),
  }))

/** Folders whose code applies documents of IKE, ESP and AH. */
const FOLDERS = ["crypto", "ike", "ipsec", "keys", "open", "unlock", "verify"]
const cited = new Set(
  FOLDERS.flatMap(folder =>
    readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" })
      .filter(file => file.endsWith(".ts"))
      .flatMap(file => [...readFileSync(join(root, "src", folder, file), "utf8").matchAll(/\bRFC (\d{3,5})\b/g)])
      .map(([, number]) => `RFC ${number}`),
  ),
)

describe("docs/standards.md", () => {
  it("has a row for every RFC that the code applies, once", () => {
    const have = rows.map(r => r.document)
    expect([...cited].filter(document => !have.includes(document))).toEqual([])
    expect(have.filter((document, i) => have.indexOf(document) !== i)).toEqual([])
    expect(rows.length).toBeGreaterThan(100)
  })

  it.each(rows)("$document", ({ subject, does, proofs }) => {
    expect(subject).not.toBe("")
    expect(does.filter(verb => !VERBS.has(verb))).toEqual([])
    const claims = does.some(verb => ["derives", "verifies", "opens"].includes(verb))
    for (const { words } of proofs) expect(words).not.toMatch(/^(?:describe|it|test|expect)$/)
    if (claims) expect(proofs.length, "a claim that no test proves").toBeGreaterThan(0)
    for (const { file, words } of proofs) {
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(readFileSync(join(root, file), "utf8"), file).toContain(words)
    }
  })
})
