/**
 * racoon's debug log: `SKEYID computed:`, `final encryption key computed:` and the like, each with a dump below it whose words
 * have lost leading zeros in some versions; the SPIs come with `ISAKMP-SA established`.
 */
import { readHexWords } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { IkeSecretName } from "../secrets.ts"
import { eights, hexWords } from "./word-dump.ts"

const LABELS: readonly (readonly [label: string, name: IkeSecretName | "psk" | "cookie"])[] = [
  ["compute DH's shared.", "dh_shared"],
  ["SKEYID computed:", "skeyid"],
  ["SKEYID_d computed:", "skeyid_d"],
  ["SKEYID_a computed:", "skeyid_a"],
  ["SKEYID_e computed:", "skeyid_e"],
  ["final encryption key computed:", "encryption_key"],
  ["the psk found.", "psk"],
  ["new cookie:", "cookie"],
]
const ESTABLISHED = /ISAKMP-SA established .{0,200}spi:([0-9a-fA-F]{16}):([0-9a-fA-F]{16})/
const MAX_DUMP_WORDS = 512

interface Keys {
  readonly line: number
  spiI?: string
  spiR?: string
  values: Partial<Record<IkeSecretName, Uint8Array>>
}

export const racoon: LineFormat = {
  name: "racoon log",
  open(pool) {
    const all: Keys[] = []
    let open: Keys | undefined
    let dump: { name: (typeof LABELS)[number][1]; words: string[]; line: number } | undefined
    const finish = () => {
      const done = dump
      dump = undefined
      const hex = done && done.words.length > 0 ? readHexWords(eights(done.words)) : undefined
      if (!done || !hex || done.name === "cookie") return
      pool.repairs(hex.repairs, "racoon", done.line)
      if (done.name === "psk") return pool.psk(hex.bytes, done.line)
      if (done.name === "dh_shared") pool.dhShared(hex.bytes, done.line)
      if (!open || open.values[done.name]) all.push((open = { line: done.line, values: {} }))
      open.values[done.name] = hex.bytes
      pool.hold(hex.bytes.length)
    }
    return {
      line(text, number) {
        const words = dump ? hexWords(text) : undefined
        if (dump && words && dump.words.length + words.length <= MAX_DUMP_WORDS) {
          dump.words.push(...words)
          return true
        }
        const empty = dump !== undefined && dump.words.length === 0 && /(?:DEBUG2?|INFO):\s*$/.test(text.slice(-200))
        if (empty) return true
        finish()
        const label = LABELS.find(([l]) => text.includes(l))
        if (label) {
          const rest = text.slice(text.indexOf(label[0]) + label[0].length)
          dump = { name: label[1], words: hexWords(rest) ?? [], line: number }
          return true
        }
        const spis = text.includes("ISAKMP-SA") ? ESTABLISHED.exec(text) : null
        if (!spis) return false
        if (open) Object.assign(open, { spiI: spis[1].toLowerCase(), spiR: spis[2].toLowerCase() })
        open = undefined
        return true
      },
      end() {
        finish()
        for (const { line, ...secret } of all) pool.ikeSa({ version: "1.0", ...secret }, line)
      },
    }
  },
}
