/** One direction of a Child SA as tools list it: names and hexadecimal keys in their spelling, made ours, with what was repaired. */
import { encrOfLength, integKeyBytes, isAead, keyFault } from "../algorithm-names.ts"
import { readKeyHex } from "../hex-repair.ts"
import type { Pool } from "../pool.ts"
import { toolEncr, toolInteg } from "../tool-names.ts"

export interface ChildRow {
  readonly protocol?: "ESP" | "AH"
  readonly spi?: number
  readonly source?: string
  readonly destination?: string
  /** The tool's names; absent or none where there is no such algorithm. */
  readonly encr?: string
  readonly integ?: string
  /** Hexadecimal, with or without 0x. */
  readonly key?: string
  readonly integKey?: string
  readonly esn?: boolean
  /** Contract name where the tool's name alone does not say it (ICV bits in another column). */
  readonly encrName?: string
  readonly integName?: string
}

/** Puts the row into the pool; what cannot be used is a note. `format` begins each note. */
export function addChildRow(pool: Pool, format: string, row: ChildRow, line: number): void {
  const fault = readRow(pool, format, row, line)
  if (fault) pool.note("warning", `${format}: ${fault}; the SA is left out`, line)
}

function readRow(pool: Pool, format: string, row: ChildRow, line: number): string | undefined {
  const protocol = row.protocol ?? "ESP"
  const encr = protocol === "AH" ? undefined : (row.encrName ?? toolEncr(row.encr ?? "null"))
  const integ = row.integName ?? toolInteg(row.integ ?? "none")
  if (row.spi === undefined || !(row.spi >= 0 && row.spi <= 0xffffffff)) return "there is no SPI"
  if (protocol === "ESP" && !encr) return `encryption algorithm "${plain(row.encr)}" is not known`
  if (!integ) return `integrity algorithm "${plain(row.integ)}" is not known`
  const integBytes = integ === "NONE" ? 0 : integKeyBytes(integ)
  const key = readKeyHex(row.key ?? "", n => !encr || encrOfLength(encr, n) !== undefined, true)
  const integKey = readKeyHex(row.integKey ?? "", n => n === integBytes, true)
  if (!key || !integKey) return "a key is not hexadecimal"
  const named = encr === undefined ? undefined : encrOfLength(encr, key.bytes.length)
  if (encr && !named) return `a key ${keyFault(encr, key.bytes.length)}`
  if (integBytes !== undefined && integKey.bytes.length !== integBytes && !(encr && isAead(encr)))
    return `an integrity key of ${integKey.bytes.length} bytes does not fit ${integ}`
  pool.repairs([...key.repairs, ...integKey.repairs], format, line)
  if (named?.saltMissing)
    pool.note("warning", `${format}: an ${encr} key has no salt; it is used when the salt can be derived`, line)
  pool.childSa(
    {
      protocol,
      spi: row.spi,
      source: address(row.source),
      destination: address(row.destination),
      encr: named?.name,
      integ: integ === "NONE" || (encr && isAead(encr)) ? undefined : integ,
      key: key.bytes,
      integKey: encr && isAead(encr) ? new Uint8Array() : integKey.bytes,
      esn: row.esn,
      saltMissing: named?.saltMissing || undefined,
    },
    line,
  )
  return undefined
}

/** An address without port or brackets; undefined for any. */
export function address(text: string | undefined): string | undefined {
  if (!text) return undefined
  const bare = text
    .replace(/^\[([0-9a-fA-F:.]{2,45})\](?::\d+)?$/, "$1")
    .replace(/^([0-9.]{7,15})(?::\d+|\[\d+\])$/, "$1")
    .replace(/^([0-9a-fA-F:.]{2,45})\[\d+\]$/, "$1")
    .toLowerCase()
  return /^[0-9a-f:.*]{1,45}$/.test(bare) && /[0-9a-f]/.test(bare) && bare !== "::" && bare !== "0.0.0.0"
    ? bare
    : undefined
}

/** A name fit for a message. */
export const plain = (name = ""): string => name.replace(/[^\w(),.-]/g, "").slice(0, 32)
