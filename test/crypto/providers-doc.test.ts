/** Writes the table of who offers what, and fails when the committed one is out of date (`vitest -u` renews it). */
import { expect, it } from "vitest"
import { noble } from "../../src/crypto/noble.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import { nodeProvider } from "../../src/node/crypto.ts"

const TABLES = [
  ["hash", "Hashes"],
  ["mac", "MACs and PRFs"],
  ["cipher", "Ciphers"],
  ["aead", "AEADs"],
  ["ke", "Key exchange methods"],
  ["verify", "Signatures"],
] as const

const of = (provider: CryptoProvider, table: (typeof TABLES)[number][0]) => provider[table] as Record<string, unknown>

function cell(table: (typeof TABLES)[number][0], id: string): string {
  const own = of(nodeProvider, table)[id]
  if (!own) return "–"
  return own === of(noble, table)[id] ? "the default's" : "yes"
}

function document(): string {
  const lines = [
    "# Who offers what",
    "",
    "The default provider runs wherever JavaScript does; in Node, node:crypto takes over where it is faster or has more, and",
    "uses the default's entry elsewhere. Written by `test/crypto/providers-doc.test.ts`.",
    "",
  ]
  for (const [table, title] of TABLES) {
    const ids = [...new Set([...Object.keys(of(noble, table)), ...Object.keys(of(nodeProvider, table))])]
    lines.push(`## ${title}`, "", "| algorithm | default | node:crypto |", "| --- | --- | --- |")
    for (const id of ids) lines.push(`| \`${id}\` | ${of(noble, table)[id] ? "yes" : "–"} | ${cell(table, id)} |`)
    lines.push("")
  }
  lines.push(
    "Named in captures and computed by nobody here: IDEA, RC5, SEED, Twofish, Serpent, SM1, DES with derived IVs, Kuznyechik and Magma, DES-MAC, KPDK-MD5,",
  )
  lines.push("Tiger, Streebog, EC2N groups, GOST R 34.10 key exchange.", "")
  return lines.join("\n")
}

it("docs/crypto-providers.md is what the providers are", async () => {
  await expect(document()).toMatchFileSnapshot("../../docs/crypto-providers.md")
})
