/**
 * pluto's private debugging, Child SAs: `ESP encrypt key:`, `ESP integrity key:`, `AH authkey:` (older: `ESP enckey:`,
 * `our  keymat`, `peer keymat`) with hex rows below; SPIs and algorithms come with `{ESP=>0x… <0x… xfrm=AES_CBC_128-…}`.
 * IKEv1 logs its pre-shared key as `User PSK:` with hex rows, and no key of the IKE SA; those of IKEv2 are `ikev2` lines.
 */
import { concat } from "../../bytes/bytes.ts"
import { toHex } from "../../bytes/hex.ts"
import { encrByName } from "../../crypto/encr.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { toolEncr } from "../tool-names.ts"
import { addChildRow } from "./child-row.ts"

type Part = "encr" | "integ" | "our" | "peer"
interface KeySet {
  readonly line: number
  readonly protocol: "ESP" | "AH"
  readonly parts: Partial<Record<Part, Uint8Array>>
}

const LABELS: readonly (readonly [label: string, part: Part, protocol: "ESP" | "AH"])[] = [
  ["ESP encrypt key:", "encr", "ESP"],
  ["ESP enckey:", "encr", "ESP"],
  ["ESP integrity key:", "integ", "ESP"],
  ["ESP authkey:", "integ", "ESP"],
  ["AH authkey:", "integ", "AH"],
  ["AH integrity key:", "integ", "AH"],
  ["our  keymat", "our", "ESP"],
  ["our keymat", "our", "ESP"],
  ["peer keymat", "peer", "ESP"],
]
const PSK = /\| User PSK:\s*$/
const ROW = /\|? {1,8}((?:[0-9a-f]{2} {1,2}){0,15}[0-9a-f]{2})(?:\s|$)/
const ESTABLISHED =
  /\b(ESP|AH)([\w/]{0,20})=>0x([0-9a-fA-F]{1,8}) <0x([0-9a-fA-F]{1,8}) xfrm=([A-Z0-9_]{1,40})(?:-([A-Z0-9_]{1,40}))?/
const MAX_DUMP_BYTES = 1024
const MAX_PENDING = 64

export const libreswan: LineFormat = {
  name: "libreswan log",
  open(pool) {
    let pending: KeySet[] = []
    let dump: { use: (bytes: Uint8Array) => void; rows: Uint8Array[]; bytes: number } | undefined
    const finish = () => {
      if (dump && dump.bytes > 0) dump.use(concat(...dump.rows))
      dump = undefined
    }
    const collect = (use: (bytes: Uint8Array) => void) => {
      dump = { use, rows: [], bytes: 0 }
    }
    const begin = (part: Part, protocol: "ESP" | "AH", line: number) => {
      const last = pending.at(-1)
      const fits = last && last.protocol === protocol && !last.parts[part] && part !== "encr" && part !== "our"
      if (!fits && pending.length === MAX_PENDING) pending.shift()
      const set = fits ? last : { line, protocol, parts: {} }
      if (!fits) pending.push(set)
      collect(bytes => {
        set.parts[part] = bytes
      })
    }
    return {
      line(text, number) {
        const row = dump && dump.bytes < MAX_DUMP_BYTES ? dumpRow(text) : undefined
        if (dump && row) {
          dump.rows.push(row)
          dump.bytes += row.length
          return true
        }
        finish()
        if (text.length > 4096) return false
        if (PSK.test(text)) {
          collect(psk => pool.psk(psk, number))
          return true
        }
        const label = text.includes("key") ? LABELS.find(([l]) => text.includes(l)) : undefined
        if (label) {
          begin(label[1], label[2], number)
          return true
        }
        const sa = text.includes("xfrm=") ? ESTABLISHED.exec(text) : null
        if (!sa) return false
        for (const set of pending) addSets(pool, set, sa)
        pending = []
        return true
      },
      end() {
        finish()
        for (const set of pending)
          if (set.parts.encr || set.parts.integ)
            pool.childSa(
              {
                protocol: set.protocol,
                key: set.parts.encr ?? new Uint8Array(),
                integKey: set.parts.integ ?? new Uint8Array(),
              },
              set.line,
            )
      },
    }
  },
}

/** Bytes of a row of a dump: after the log's prefix, pairs of digits, then three spaces or a tab before the text column. */
function dumpRow(text: string): Uint8Array | undefined {
  const bar = text.lastIndexOf("| ", 200)
  const m = ROW.exec(text.slice(Math.max(bar, 0), Math.max(bar, 0) + 100))
  if (!m || m.index > 0) return undefined
  return Uint8Array.from(m[1].split(/ +/).map(d => Number.parseInt(d, 16)))
}

/** Which key set is which direction is not always said, so each SPI gets each set and proof decides. */
function addSets(pool: Pool, set: KeySet, sa: RegExpExecArray): void {
  const [, protocol, flags, outSpi, inSpi, encr, integ] = sa
  if (protocol !== set.protocol) return
  const add = (spi: string, key?: Uint8Array, integKey?: Uint8Array) =>
    addChildRow(
      pool,
      "libreswan",
      {
        protocol,
        spi: Number.parseInt(spi, 16),
        encr: protocol === "AH" ? undefined : encr,
        integ: protocol === "AH" ? (integ ?? encr) : integ,
        key: toHex(key ?? new Uint8Array()),
        integKey: toHex(integKey ?? new Uint8Array()),
        esn: flags.includes("ESN"),
      },
      set.line,
    )
  const cut = (keymat: Uint8Array) => {
    const bytes = keyBytes(encr)
    return [keymat.slice(0, bytes), keymat.slice(bytes)] as const
  }
  if (set.parts.our) add(inSpi, ...cut(set.parts.our))
  if (set.parts.peer) add(outSpi, ...cut(set.parts.peer))
  if (set.parts.encr || set.parts.integ) for (const spi of [outSpi, inSpi]) add(spi, set.parts.encr, set.parts.integ)
}

/** Key and salt bytes of `AES_CBC_128`. */
function keyBytes(name: string): number {
  const bits = /_(128|192|256)$/.exec(name)?.[1]
  const encr = encrByName(toolEncr(name) ?? "", bits ? Number(bits) : undefined)
  return encr ? encr.keyBytes + encr.saltBytes : 0
}
