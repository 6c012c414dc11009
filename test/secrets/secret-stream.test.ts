/** Secrets of a text that comes in pieces are those of the whole text. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { SecretStream } from "../../src/secrets/secret-stream.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"

const keys = resolve(import.meta.dirname, "../../fixtures/keys")
const FILES = [
  "xfrm/ip-xfrm-state",
  "keylog/keys.keylog",
  "setkey/setkey-D",
  "strongswan/charon.log",
  "mikrotik/installed-sa",
]

const counts = (secrets: Secrets) =>
  Object.fromEntries(Object.entries(secrets).map(([kind, list]) => [kind, list.length]))

function add(total: Record<string, number>, more: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(more).map(([kind, n]) => [kind, (total[kind] ?? 0) + n]))
}

describe.each(FILES)("%s", file => {
  const text = readFileSync(resolve(keys, file), "utf8")
  it.each([1, 7, text.length])("in pieces of %d", size => {
    const stream = new SecretStream(file)
    let total: Record<string, number> = {}
    for (let at = 0; at < text.length; at += size) {
      stream.feed(utf8(text.slice(at, at + size)))
      total = add(total, counts(stream.take()))
    }
    stream.end()
    total = add(total, counts(stream.take()))
    expect(total).toEqual(counts(importSecrets(text, { file }).secrets))
    expect(Object.values(total).some(n => n > 0)).toBe(true)
  })
})

it("settle completes the block that only a further line would end", () => {
  const stream = new SecretStream("xfrm")
  stream.feed(
    utf8(
      "src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x00001001 reqid 1 mode tunnel\n\tenc cbc(aes) 0x00112233445566778899aabbccddeeff\n",
    ),
  )
  stream.settle()
  expect(stream.take().childSas).toMatchObject([{ spi: 0x1001, destination: "10.0.0.2" }])
  expect(stream.take().childSas).toEqual([])
})

it("a line without an end takes bounded memory", () => {
  const stream = new SecretStream("x")
  for (let i = 0; i < 64; i++) stream.feed(utf8("a".repeat(1 << 16)))
  stream.end()
  expect(counts(stream.take())).toMatchObject({ psks: 0, childSas: 0 })
})
