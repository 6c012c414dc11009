/**
 * Secrets behind their names, whatever program wrote them: `SK_d: 4a86…`, `SKEYSEED = 76d4…`, `DH shared key:` with a dump below it. Logs of
 * OpenIKED, SWu-IKEv2, N3IWF, pyikev2 and of people's own debugging are read so.
 */

import { equal, u32At } from "../../bytes/bytes.ts"
import { hexBytes, toHex } from "../../bytes/hex.ts"
import { keysOf } from "../../bytes/typed.ts"
import { encrOfIkev2 } from "../../crypto/encr.ts"
import { integOfIkev2 } from "../../crypto/integ.ts"
import { encrOfLength } from "../algorithm-names.ts"
import type { LineFormat } from "../line-format.ts"
import { dumpRow, isRowElsewhere, type LooseValue, MAX_VALUE_BYTES, restOfValue, valueBehind } from "../loose-hex.ts"
import type { Pool } from "../pool.ts"
import { type Meaning, nameFinder, type Way } from "../secret-names.ts"
import type { IkeSecretName } from "../secrets.ts"

/** Lines without one of these have no name of a secret. */
const MAYBE = /sk|msk|secret|key|g\^|g_ir|gxy|DH|nonce|Ni|spi|cky|cookie|algorithm|private/i
const MAX_LINE = 16384
/** No key, nonce or secret of IKE is shorter, bytes. */
const LEAST = 8

interface Epoch {
  readonly line: number
  spiI?: string
  spiR?: string
  values: Partial<Record<IkeSecretName, Uint8Array>>
}

interface Child {
  readonly line: number
  spis: Partial<Record<Way, number>>
  keys: Partial<Record<`${"encr" | "integ"}_${Way}`, Uint8Array>>
  encr?: number
  integ?: number
}

/** A value that is gathered over lines. */
interface Dump {
  readonly meaning: Meaning
  readonly line: number
  readonly announced: number
  readonly rows: Uint8Array
  have: number
  /** It began behind its name, and may be complete. */
  readonly begun: boolean
}

/** A value that ended with its line. */
function valueBegun(meaning: Meaning, line: number, bytes: Uint8Array): Dump {
  const rows = new Uint8Array(MAX_VALUE_BYTES)
  rows.set(bytes)
  return { meaning, line, announced: MAX_VALUE_BYTES, rows, have: bytes.length, begun: true }
}

export const named: LineFormat = {
  name: "named secrets",
  open(pool) {
    const found = new Named(pool)
    let dump: Dump | undefined
    let namesIn: ReturnType<typeof nameFinder> | undefined
    const finish = () => {
      if (dump && dump.have >= LEAST) found.take(dump.meaning, dump.rows.slice(0, dump.have), dump.line)
      dump = undefined
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const row = dump && (dump.begun ? restOfValue(text) : dumpRow(text, dump.have))
        if (dump && row && dump.have + row.length <= dump.announced) {
          dump.rows.set(row, dump.have)
          dump.have += row.length
          if (dump.have === dump.announced) finish()
          return true
        }
        // A dump that goes on elsewhere lacks bytes: a part of a secret is none.
        if (dump && dump.have > 0 && dump.announced === MAX_VALUE_BYTES && isRowElsewhere(text)) {
          pool.note("warning", "the rows of a dump do not follow each other; it is left out", dump.line)
          dump = undefined
        }
        finish()
        if (!MAYBE.test(text)) return false
        let taken = false
        namesIn ??= nameFinder()
        for (const { meaning, at, end } of namesIn(text)) {
          const alone = text.slice(0, at).trim() === "" && text.slice(end).trim() === ""
          const value = alone ? { announced: undefined } : read(meaning, text.slice(end))
          if (!value) continue
          taken = true
          if (value.open && value.bytes) dump = valueBegun(meaning, number, value.bytes)
          else if (value.bytes) found.take(meaning, value.bytes, number)
          else {
            const announced = Math.min(value.announced ?? MAX_VALUE_BYTES, MAX_VALUE_BYTES)
            dump = { meaning, line: number, announced, rows: new Uint8Array(announced), have: 0, begun: false }
          }
        }
        return taken
      },
      settle() {
        if (dump?.begun) finish()
      },
      end() {
        finish()
        found.end()
      },
    }
  },
}

/** The value of a name; a number for SPIs and algorithms. */
function read(meaning: Meaning, text: string): LooseValue | undefined {
  if (meaning.kind === "child-algorithm") {
    const id = /^\s*[:=]\s*(\d{1,5})\s*$/.exec(text)?.[1]
    return id === undefined ? undefined : { bytes: Uint8Array.of(Number(id) >>> 8, Number(id)) }
  }
  if (meaning.kind === "ike-spi" || meaning.kind === "child-spi") {
    const digits = /^["'`]?\s*[:=]?\s*["'`]?(?:0x)?([0-9a-fA-F]{1,16})(?![0-9a-zA-Z])/.exec(text)?.[1]
    const bytes = meaning.kind === "ike-spi" ? 8 : 4
    const hex = digits?.padStart(2 * bytes, "0")
    if (!digits || !hex || digits.length < 5 || !/^0*$/.test(hex.slice(0, -2 * bytes))) return undefined
    return { bytes: hexBytes(hex.slice(-2 * bytes)) }
  }
  return valueBehind(text, LEAST)
}

/** What the names of one file have said so far. */
class Named {
  private readonly epochs: Epoch[] = []
  private readonly children: Child[] = []
  /** Names of IKE values that only a whole IKE SA has were seen: a later set of SK_a and SK_e alone is a Child SA's. */
  private ikeSeen = false

  constructor(private readonly pool: Pool) {}

  take(meaning: Meaning, bytes: Uint8Array, line: number): void {
    this.pool.hold(bytes.length)
    switch (meaning.kind) {
      case "ike":
        this.ike(meaning.name, bytes, line)
        break
      case "dh-shared":
        this.pool.dhShared(bytes, line)
        break
      case "dh-private":
        this.pool.dhPrivate(bytes, line)
        break
      case "nonces":
        // Ni | Nr of equal length, as most daemons make them.
        if (bytes.length % 2 !== 0 || bytes.length < 32) break
        this.ike("nonce_i", bytes.slice(0, bytes.length / 2), line)
        this.ike("nonce_r", bytes.slice(bytes.length / 2), line)
        break
      case "keymat":
        this.pool.childSa({ protocol: "ESP", key: bytes, integKey: new Uint8Array(0), keymat: true }, line)
        break
      case "ike-spi":
        this.spi(meaning.way, toHex(bytes), line)
        break
      default:
        this.child(meaning, bytes, line)
    }
  }

  end(): void {
    for (const { line, values, spiI, spiR } of this.epochs) {
      const names = Object.keys(values)
      if (names.every(name => name.startsWith("nonce_"))) continue
      if (isChild(names) && this.ikeSeen) this.childOf(values, line)
      this.pool.ikeSa({ spiI, spiR: spiI ? spiR : undefined, values, version: versionOf(names) }, line)
    }
    for (const child of this.children) this.addChild(child)
  }

  private ike(name: IkeSecretName, bytes: Uint8Array, line: number): void {
    let epoch = this.epochs.at(-1)
    const before = epoch?.values[name]
    if (before && equal(before, bytes)) return
    if (!epoch || before) this.epochs.push((epoch = { line, values: {} }))
    epoch.values[name] = bytes
    if (name === "skeyseed") this.pool.skeyseed(bytes, line)
    if (name === "sk_d" || name === "sk_pi" || name === "sk_pr") this.ikeSeen = true
  }

  /** SPIs stand before the keys of their SA or behind them. */
  private spi(way: "i" | "r", spi: string, line: number): void {
    if (/^0+$/.test(spi)) return
    const name = way === "i" ? "spiI" : "spiR"
    const epoch = this.epochs.at(-1)
    if (epoch && (!epoch[name] || epoch[name] === spi)) epoch[name] = spi
    else this.epochs.push({ line, values: {}, [name]: spi })
  }

  private child(
    meaning: Extract<Meaning, { kind: "child-key" | "child-spi" | "child-algorithm" }>,
    bytes: Uint8Array,
    line: number,
  ): void {
    let child = this.children.at(-1)
    const fresh = () => {
      this.children.push((child = { line, spis: {}, keys: {} }))
      return child
    }
    if (meaning.kind === "child-spi") {
      const spi = u32At(bytes, 0)
      const way = meaning.way ?? "in"
      if (!child || (child.spis[way] !== undefined && child.spis[way] !== spi)) child = fresh()
      child.spis[way] = spi
    } else if (meaning.kind === "child-algorithm") {
      child ??= fresh()
      child[meaning.part] = (bytes[0] << 8) | bytes[1]
    } else {
      child ??= fresh()
      const name = `${meaning.part}_${meaning.way ?? lastWay(child)}` as const
      if (child.keys[name] && !equal(child.keys[name], bytes)) child = fresh()
      child.keys[name] = bytes
    }
  }

  /** SK_a and SK_e alone: a Child SA's keys by the names of an IKE SA's. */
  private childOf(values: Epoch["values"], line: number): void {
    const { sk_ei, sk_er, sk_ai, sk_ar } = values
    const keys = { encr_i: sk_ei, encr_r: sk_er, integ_i: sk_ai, integ_r: sk_ar }
    this.addChild({ line, spis: {}, keys: Object.fromEntries(Object.entries(keys).filter(([, v]) => v)) })
  }

  /** One row a direction. The sender of the exchange's initiator uses the SPI that the responder chose. */
  private addChild({ line, spis, keys, encr, integ }: Child): void {
    for (const way of ["i", "r", "in", "out"] as const) {
      const key = keys[`encr_${way}`] ?? new Uint8Array(0)
      const integKey = keys[`integ_${way}`] ?? new Uint8Array(0)
      if (key.length + integKey.length === 0) continue
      const spi = way === "i" ? spis.r : way === "r" ? spis.i : spis[way]
      this.pool.childSa(
        {
          protocol: "ESP",
          spi,
          encr: encr === undefined ? undefined : encrNameOf(encr, key.length),
          integ: integ === undefined ? undefined : integOfIkev2(integ)?.name,
          key,
          integKey,
        },
        line,
      )
    }
  }
}

/** The contract's name of an algorithm and a key with its salt, bytes. */
function encrNameOf(id: number, length: number): string | undefined {
  const family = encrOfIkev2(id)?.name.replace(/-(?:128|192|256)$/, "")
  return family && encrOfLength(family, length)?.name
}

/** The direction of the SPI that was named last, for keys that name none. */
const lastWay = (child: Child): Way => keysOf(child.spis).at(-1) ?? "in"

const isChild = (names: readonly string[]): boolean =>
  names.every(name => /^sk_[ae][ir]$/.test(name)) && names.some(name => name.startsWith("sk_e"))

const versionOf = (names: readonly string[]): "1.0" | "2.0" | undefined =>
  names.some(n => n.startsWith("skeyid")) ? "1.0" : names.some(n => n.startsWith("sk")) ? "2.0" : undefined
