/**
 * Mutated messages give diagnostics and nothing else: no exception, no read outside the message, no slow decode; the tree's ranges nest,
 * and decoding with and without it gives the same. `IKEDUMP_MUTATIONS=1000000 npx vitest run test/ike/mutations.test.ts` is the long run.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { type ByteSource, byteSource } from "../../src/bytes/byte-source.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { DecodeError } from "../../src/bytes/errors.ts"
import { type FieldNode, TreeSink } from "../../src/bytes/field-sink.ts"
import { decodeMessage } from "../../src/ike/message.ts"
import { decodeChain } from "../../src/ike/shared/chain.ts"
import { IKEV1 } from "../../src/ike/v1/table.ts"
import { IKEV2 } from "../../src/ike/v2/table.ts"
import { memorySource } from "../../src/index.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { mutate, random } from "../helpers/mutations.ts"

const COUNT = Number(process.env.IKEDUMP_MUTATIONS ?? 20_000)
const SEED = Number(process.env.IKEDUMP_SEED ?? 7)
const SLOW_MS = 5
const CANARY = 64
const fixtures = join(import.meta.dirname, "../../fixtures")

/** A message, or the cleartext of one: a chain of payloads that begins with `first`. */
interface Sample {
  readonly bytes: Uint8Array
  readonly chain?: { readonly version: 1 | 2; readonly first: number }
}

const samples: Sample[] = []

beforeAll(async () => {
  for (const folder of readdirSync(fixtures)) {
    let capture: Uint8Array
    try {
      capture = new Uint8Array(readFileSync(join(fixtures, folder, "capture.pcap")))
    } catch {
      continue
    }
    await collect(capture, keysOf(folder))
  }
})

function keysOf(folder: string) {
  try {
    return importSecrets(readFileSync(join(fixtures, folder, "keys.json"), "utf8"), { file: "keys.json" }).secrets
  } catch {
    return undefined
  }
}

async function collect(capture: Uint8Array, secrets: ReturnType<typeof keysOf>): Promise<void> {
  const source = memorySource(capture)
  let version: 1 | 2 = 2
  await source.read({
    packet(view) {
      if (view.kind !== Kind.ISAKMP) return
      const bytes = view.payloadBytes.slice(view.payloadStart, view.payloadEnd)
      version = bytes[17] >> 4 === 1 ? 1 : 2
      samples.push({ bytes })
    },
    diagnostic() {},
  })
  await analyze(source, {
    provider: nodeProvider,
    secrets,
    controlOnly: true,
    onOpened(_frame, _place, { clear, first, end }) {
      samples.push({ bytes: clear.bytes.slice(0, end), chain: { version, first } })
    },
  })
}

/** Decodes as the product does; returns what a caller would see, as text that can be compared. */
function decode(sample: Sample, src: ByteSource, end: number, sink?: TreeSink): unknown {
  if (!sample.chain) return decodeMessage(src, 0, end, { sink })
  const { version, first } = sample.chain
  const table = version === 1 ? IKEV1 : IKEV2
  const context = { version, exchangeType: 35, flags: 8, table } as const
  return decodeChain(table, first, new Cursor(src, 0, end, "decrypted", sink), context)
}

/** Values without the parts that say where they came from. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (key, v) => {
    if (key === "src" || key === "shape") return undefined
    if (v instanceof DecodeError) return `${v.code} at ${v.at}: ${v.message}`
    if (v instanceof Uint8Array) return Array.from(v).join(",")
    return typeof v === "bigint" ? String(v) : v
  })
}

function outside(nodes: readonly FieldNode[], src: ByteSource, end: number, parent?: FieldNode): string | undefined {
  for (const n of nodes) {
    if (n.src === src && (n.start < 0 || n.end < n.start || n.end > end))
      return `${n.field.name} [${n.start}, ${n.end}) leaves the message of ${end} bytes`
    if (parent && parent.src === n.src && (n.start < parent.start || n.end > parent.end))
      return `${n.field.name} [${n.start}, ${n.end}) leaves ${parent.field.name} [${parent.start}, ${parent.end})`
    const inner = outside(n.children, src, end, n)
    if (inner) return inner
  }
  return undefined
}

describe("mutated messages", () => {
  it(`${COUNT} mutations give diagnostics only`, { timeout: 0 }, () => {
    expect(samples.length).toBeGreaterThan(50)
    const next = random(SEED)
    for (let n = 0; n < COUNT; n++) {
      const sample = samples[Math.floor(next() * samples.length)]
      const bytes = mutate(sample.bytes, next)
      const padded = new Uint8Array(bytes.length + CANARY).fill(0xa5)
      padded.set(bytes)
      const src = byteSource(padded, "frame 1")
      const about = `mutation ${n} of seed ${SEED}: ${Buffer.from(bytes).toString("hex").slice(0, 200)}`
      const tree = new TreeSink()
      let plain: unknown
      let drawn: unknown
      try {
        plain = decode(sample, src, bytes.length)
        drawn = decode(sample, src, bytes.length, tree)
      } catch (e) {
        throw new Error(`${about} threw`, { cause: e })
      }
      if (n % 7 === 0) {
        const wrong = outside(tree.roots, src, bytes.length)
        if (wrong) throw new Error(`${about}: ${wrong}`)
        if (comparable(plain) !== comparable(drawn)) throw new Error(`${about}: the tree and the values disagree`)
      }
      if (
        slow(() => decode(sample, src, bytes.length)) &&
        slow(() => decode(sample, src, bytes.length)) &&
        slow(() => decode(sample, src, bytes.length))
      )
        throw new Error(`${about} takes over ${SLOW_MS} ms`)
    }
  })
})

function slow(run: () => unknown): boolean {
  const before = performance.now()
  run()
  return performance.now() - before > SLOW_MS
}
