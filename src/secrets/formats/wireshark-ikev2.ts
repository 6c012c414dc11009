/**
 * Wireshark's `ikev2_decryption_table`, which strongSwan's save-keys plugin appends to:
 * `SPIi,SPIr,SK_ei,SK_er,"encryption",SK_ai,SK_ar,"integrity"`; SK_e includes the salt.
 */

import { toHex } from "../../bytes/hex.ts"
import { encrOfLength, integKeyBytes, isAead, keyFault } from "../algorithm-names.ts"
import { readHex } from "../hex-repair.ts"
import type { Pool } from "../pool.ts"
import type { IkeSecretName } from "../secrets.ts"
import { uatColumns } from "./uat-csv.ts"
import { IKEV2_ENCR, IKEV2_INTEG, WiresharkNames } from "./wireshark-names.ts"
import { wiresharkTable } from "./wireshark-table.ts"

const ROW = /^\s*"?(?:0x)?[0-9a-fA-F]{8,16}"?\s*,\s*"?(?:0x)?[0-9a-fA-F]{1,16}"?\s*,/
const ENCR = new WiresharkNames(IKEV2_ENCR)
const INTEG = new WiresharkNames(IKEV2_INTEG)

export const wiresharkIkev2 = wiresharkTable({ table: "ikev2_decryption_table", row: ROW, read: readRow })

/** Puts one row into the pool, or says what is wrong with it. */
function readRow(pool: Pool, row: string, line: number): string | undefined {
  const columns = uatColumns(row)
  if (columns?.length !== 8) return `${columns?.length ?? "an unclosed quote in the"} columns instead of 8`
  const spis = columns.slice(0, 2).flatMap(c => readHex(c, { bytes: 8, zeros: 15 }) ?? [])
  if (spis.length < 2 || spis.some(s => s.bytes.length !== 8)) return "an SPI is not 16 hex digits"
  const written = ENCR.find(columns[4])
  const integ = INTEG.find(columns[7])
  if (!written) return "the encryption algorithm is not one of Wireshark's"
  if (!integ) return "the integrity algorithm is not one of Wireshark's"
  const integBytes = integKeyBytes(integ.name)
  const keys = [columns[2], columns[3], columns[5], columns[6]].flatMap(
    (c, i) => readHex(c, { bytes: i < 2 ? 0 : integBytes }) ?? [],
  )
  if (keys.length < 4) return "a key is not hexadecimal"
  const [rowEi, rowEr, ai, ar] = keys.map(k => k.bytes)
  const ccm = asCcm(written.name, integ.name, rowEi, rowEr)
  const encr = ccm ? { ...written, name: ccm } : written
  const [ei, er] = ccm ? [withoutFlags(rowEi), withoutFlags(rowEr)] : [rowEi, rowEr]
  if (ccm) pool.note("hint", `ikev2_decryption_table: a row spells ${ccm} as AES-CTR; read as ${ccm}`, line)
  const named = encrOfLength(encr.name, ei.length)
  if (!named) return `SK_ei ${keyFault(encr.name, ei.length)}`
  if (ei.length !== er.length) return `SK_er ${keyFault(encr.name, er.length)}`
  if (
    !ccm && isAead(encr.name)
      ? ai.length + ar.length > 0
      : integBytes !== undefined && [ai, ar].some(k => k.length !== integBytes)
  )
    return `SK_ai and SK_ar have ${ai.length} and ${ar.length} bytes, ${integ.name} takes ${isAead(encr.name) ? 0 : integBytes}`
  if (named.saltMissing)
    pool.note("warning", `${encr.name}: the key has no salt; it is used when the salt can be derived`, line)
  pool.repairs(
    [...spis, ...keys].flatMap(k => k.repairs).concat(encr.repairs, integ.repairs),
    "ikev2_decryption_table",
    line,
  )
  const values: Partial<Record<IkeSecretName, Uint8Array>> = { sk_ei: ei, sk_er: er }
  if (ai.length > 0) Object.assign(values, { sk_ai: ai, sk_ar: ar })
  pool.ikeSa(
    {
      version: "2.0",
      spiI: toHex(spis[0].bytes),
      spiR: toHex(spis[1].bytes),
      values,
      encr: named.name,
      integ: ccm || isAead(encr.name) ? undefined : integ.name,
      saltMissing: named.saltMissing || undefined,
    },
    line,
  )
  return undefined
}

/** The flags octet of CCM's counter blocks where the length field has 4 octets: L - 1. RFC 5282 §4, RFC 3610 §2.3. */
const CCM_FLAGS = 3

/**
 * CCM encrypts in counter mode. Wireshark opens it, without checking the ICV, by a row for AES-CTR whose nonce is the flags octet of CCM's
 * counter blocks and the salt, beside an unchecked ICV of CCM's length. The contract's name of that CCM, or undefined.
 */
function asCcm(encr: string, integ: string, ...keys: readonly Uint8Array[]): string | undefined {
  const icvBits = /^ANY-(64|96|128)$/.exec(integ)?.[1]
  const keyBits = /^AES-CTR-(\d+)$/.exec(encr)?.[1]
  if (!icvBits || !keyBits) return undefined
  const at = Number(keyBits) / 8
  if (keys.some(key => key.length !== at + 4 || key[at] !== CCM_FLAGS)) return undefined
  return `AES-CCM-${Number(icvBits) / 8}-${keyBits}`
}

const withoutFlags = (key: Uint8Array): Uint8Array => Uint8Array.from(key).filter((_, i) => i !== key.length - 4)
