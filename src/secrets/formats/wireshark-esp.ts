/**
 * Wireshark's `esp_sa`, which strongSwan's save-keys plugin appends to: 8 columns, or 10 since 4.2:
 * `"IPv4","source","destination","0xSPI","encryption","0xKEY","authentication","0xKEY"[,"32-bit|64-bit","ESN high"]`.
 * `*` stands for any source, destination or SPI, or any part of one. Keys are 0x and hexadecimal, or ASCII.
 */

import { utf8 } from "../../bytes/bytes.ts"
import { present } from "../../bytes/typed.ts"
import { encrOfLength, fold, integKeyBytes, isAead, isEncrName } from "../algorithm-names.ts"
import { readHex, readKeyHex } from "../hex-repair.ts"
import type { Pool } from "../pool.ts"
import { uatColumns } from "./uat-csv.ts"
import { ESP_ENCR, ESP_GCM_DEPRECATED, ESP_INTEG, WiresharkNames } from "./wireshark-names.ts"
import { wiresharkTable } from "./wireshark-table.ts"

const ROW = /^\s*"?(?:IPv[46]|any|\*)"?\s*,/i
const ENCR = new WiresharkNames(ESP_ENCR)
const INTEG = new WiresharkNames(ESP_INTEG)
const DEPRECATED = new Set([fold(ESP_GCM_DEPRECATED), "aesgcm"])

export const wiresharkEsp = wiresharkTable({ table: "esp_sa", row: ROW, read: readRow })

function readRow(pool: Pool, row: string, line: number): string | undefined {
  const columns = uatColumns(row)
  if (columns?.length !== 8 && columns?.length !== 10)
    return columns ? `${columns.length} columns instead of 8 or 10` : "a quote is not closed"
  const [, source, destination, spiText, encrText, keyText, integText, integKeyText, esnText, highText] = columns
  const spi = readSpi(spiText)
  if (!spi) return "the SPI is not 0x and 8 hex digits"
  const integ = INTEG.find(integText)
  if (!integ) return "the authentication algorithm is not one of Wireshark's"
  const encr = DEPRECATED.has(fold(encrText))
    ? { name: `AES-GCM-${gcmIcvBytes(integ.name)}`, repairs: [`"${ESP_GCM_DEPRECATED}" is deprecated`] }
    : ENCR.find(encrText)
  if (!encr) return "the encryption algorithm is not one of Wireshark's"
  const aead = isAead(encr.name)
  const integBytes = integKeyBytes(integ.name)
  const integKeys =
    aead || integ.name === "NONE" ? [NO_KEY] : readKey(integKeyText, n => integBytes === undefined || n === integBytes)
  if (!isEncrName(encr.name)) return `${encr.name} is an algorithm that ikedump does not compute`
  const keys = readKey(keyText, n => encrOfLength(encr.name, n) !== undefined)
  if (!keys || !integKeys) return "a key begins with 0x and is not hexadecimal"
  if (keys.length === 0) return `the key does not fit ${encr.name}`
  if (integKeys.length === 0)
    return `the authentication key does not have ${integBytes} bytes, which ${integ.name} takes`
  const esn = esnText === undefined ? undefined : fold(esnText) === "64bit"
  const seqHi = esn ? Number.parseInt(highText.replace(/^0x/i, "") || "0", 16) : undefined
  pool.repairs([...spi.repairs, ...encr.repairs, ...integ.repairs], "esp_sa", line)
  for (const key of keys)
    for (const integKey of integKeys) {
      pool.repairs([...key.repairs, ...integKey.repairs], "esp_sa", line)
      const named = present(encrOfLength(encr.name, key.bytes.length))
      if (named.saltMissing) pool.note("warning", `esp_sa: an ${encr.name} key has no salt`, line)
      pool.childSa(
        {
          protocol: "ESP",
          spi: spi.spi,
          spiPattern: spi.pattern,
          source: address(source),
          destination: address(destination),
          encr: named.name,
          integ: aead ? undefined : integ.name,
          key: key.bytes,
          integKey: integKey.bytes,
          esn,
          seqHi: seqHi !== undefined && seqHi <= 0xffffffff ? seqHi : undefined,
          saltMissing: named.saltMissing || undefined,
        },
        line,
      )
    }
  return undefined
}

/** ICV bytes that the authentication column gives an AES-GCM of the deprecated name. */
const gcmIcvBytes = (integ: string): number => ({ "ANY-64": 8, "ANY-96": 12 })[integ] ?? 16

/** An address or pattern; undefined for any. */
const address = (text: string): string | undefined => (/^[*.:]*$/.test(text) ? undefined : text.toLowerCase())

function readSpi(text: string): { spi?: number; pattern?: string; repairs: readonly string[] } | undefined {
  if (text === "*" || text === "") return { repairs: [] }
  const digits = text.replace(/^0x/i, "")
  if (digits.includes("*") && /^[0-9a-fA-F*]{1,8}$/.test(digits))
    return /[^*]/.test(digits) ? { pattern: digits.toLowerCase().padStart(8, "0"), repairs: [] } : { repairs: [] }
  const hex = readHex(text, { bytes: 4, prefix: true, zeros: 7 })
  if (hex?.bytes.length !== 4) return undefined
  return { spi: Number.parseInt(digits.replace(/[\s:._-]/g, ""), 16), repairs: hex.repairs }
}

interface KeyText {
  readonly bytes: Uint8Array
  readonly repairs: readonly string[]
}
const NO_KEY: KeyText = { bytes: new Uint8Array(), repairs: [] }

/**
 * What a key column may mean, of the lengths that `fits` allows: 0x and hexadecimal, else ASCII; and hexadecimal whose 0x was
 * forgotten. Undefined when there is a 0x and no hexadecimal.
 */
function readKey(text: string, fits: (bytes: number) => boolean): KeyText[] | undefined {
  if (/^0x/i.test(text)) {
    const hex = readKeyHex(text, fits, true)
    return hex && [hex].filter(k => fits(k.bytes.length))
  }
  const hex = /^[0-9a-fA-F]+$/.test(text) ? readHex(text) : undefined
  const readings: KeyText[] = [{ bytes: utf8(text), repairs: [] }]
  if (hex) readings.push({ bytes: hex.bytes, repairs: [...hex.repairs, "0x added to a key"] })
  return readings.filter(k => fits(k.bytes.length))
}
