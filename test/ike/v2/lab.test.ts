/** What real daemons put into SK payloads: the recorded cleartexts of the lab decode without a fault. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import { Cursor } from "../../../src/bytes/cursor.ts"
import { decodeChain } from "../../../src/ike/shared/chain.ts"
import { IKEV2 } from "../../../src/ike/v2/table.ts"
import { CollectFields } from "../../helpers/collect-fields.ts"
import { hex } from "../../helpers/every-prefix.ts"

const lab = resolve(import.meta.dirname, "../../../../shared/captures/lab")
const scenarios = existsSync(lab) ? readdirSync(lab).filter(n => n.includes("v2-")) : []

interface Recorded {
  readonly exch: number
  readonly flags: number
  readonly np: number
  readonly frag: unknown
  readonly plain: string
}

describe.skipIf(scenarios.length === 0)("cleartexts of the lab (skipped without ../shared/captures)", () => {
  it.each(scenarios)("%s", name => {
    const oracle = resolve(lab, name, "oracle.json")
    if (!existsSync(oracle)) return
    const recorded: Recorded[] = JSON.parse(readFileSync(oracle, "utf8")).sk_plain ?? []
    for (const { plain, np, exch, flags, frag } of recorded) {
      if (frag) continue
      const src = byteSource(hex(plain), "decrypted SK")
      const sink = new CollectFields()
      const context = { version: 2, exchangeType: exch, flags, table: IKEV2 } as const
      const chain = decodeChain(IKEV2, np, new Cursor(src, 0, src.bytes.length, "decrypted SK", sink), context)
      expect(sink.faults.map(f => f.message)).toEqual([])
      expect(sink.stray).toEqual([])
      expect(chain.payloads.filter(p => p.value === undefined)).toEqual([])
    }
  })
})
