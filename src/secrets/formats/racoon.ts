/**
 * racoon's debug log: `SKEYID computed:`, `final encryption key computed:` and the like, each with a dump below it whose words
 * have lost leading zeros in some versions; the SPIs come with `ISAKMP-SA established`. racoon2 writes the same for IKEv1 behind
 * `[DEBUG]: oakley.c:2345:oakley_compute_enckey():`, and for IKEv2 a dump of the whole SA: `index:` with the SPIs, then `sk_d:` and the like.
 */
import { readHexWords } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { IkeSecretName } from "../secrets.ts"
import { eights, hexWords, takesRow } from "./word-dump.ts"

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
/** racoon2's names of the members of an IKEv2 SA; it forgets a colon. */
const MEMBERS = new Map<string, IkeSecretName>([
  ["skeyseed", "skeyseed"],
  ["sk_d", "sk_d"],
  ["sk_a_i", "sk_ai"],
  ["sk_a_r", "sk_ar"],
  ["sk_e_i", "sk_ei"],
  ["sk_e_r", "sk_er"],
  ["sk_p_i", "sk_pi"],
  ["sk_p_r", "sk_pr"],
  ["n_i", "nonce_i"],
  ["n_r", "nonce_r"],
])
const MEMBER = /\[DEBUG\]: \S{1,100}: (\w{1,8}):?\s*$/
const INDEX = /\bindex:([0-9a-f]{16}) ([0-9a-f]{16}) serial_number:/
/** A line that is all prefix: the dump begins in the next. */
const PREFIX = /(?:DEBUG2?|INFO):\s*$|\[DEBUG\]: \S{1,100}:\s*$/
const ESTABLISHED = /ISAKMP-SA established .{0,200}spi:([0-9a-fA-F]{16}):([0-9a-fA-F]{16})/

interface Keys {
  readonly line: number
  readonly version: "1.0" | "2.0"
  spiI?: string
  spiR?: string
  values: Partial<Record<IkeSecretName, Uint8Array>>
}

export const racoon: LineFormat = {
  name: "racoon log",
  open(pool) {
    const all: Keys[] = []
    let open: Keys | undefined
    let dump: { name: (typeof LABELS)[number][1]; version: Keys["version"]; words: string[]; line: number } | undefined
    const finish = () => {
      const done = dump
      dump = undefined
      const hex = done && done.words.length > 0 ? readHexWords(eights(done.words)) : undefined
      if (!done || !hex || done.name === "cookie") return
      pool.repairs(hex.repairs, "racoon", done.line)
      if (done.name === "psk") return pool.psk(hex.bytes, done.line)
      if (done.name === "dh_shared") pool.dhShared(hex.bytes, done.line)
      const { version } = done
      if (open?.version !== version || open.values[done.name])
        all.push((open = { line: done.line, version, values: {} }))
      open.values[done.name] = hex.bytes
      pool.hold(hex.bytes.length)
    }
    return {
      line(text, number) {
        if (dump && takesRow(dump.words, text)) return true
        const empty = dump !== undefined && dump.words.length === 0 && PREFIX.test(text.slice(-200))
        if (empty) return true
        finish()
        const label = LABELS.find(([l]) => text.includes(l))
        if (label) {
          const rest = text.slice(text.indexOf(label[0]) + label[0].length)
          dump = { name: label[1], version: "1.0", words: hexWords(rest) ?? [], line: number }
          return true
        }
        const member = text.includes("[DEBUG]") ? MEMBERS.get(MEMBER.exec(text)?.[1] ?? "") : undefined
        if (member && open?.version === "2.0") {
          dump = { name: member, version: "2.0", words: [], line: number }
          return true
        }
        const index = text.includes("serial_number:") ? INDEX.exec(text) : null
        if (index) {
          all.push((open = { line: number, version: "2.0", spiI: index[1], spiR: index[2], values: {} }))
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
        for (const { line, ...secret } of all) if (Object.keys(secret.values).length > 0) pool.ikeSa(secret, line)
      },
    }
  },
}
