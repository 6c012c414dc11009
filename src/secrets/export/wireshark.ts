/** Wireshark's three tables, in the form that tshark 4.0 to 4.4 loads: 8 columns, the ESN ones only where needed, current names. */
import { hex8, toHex } from "../../bytes/hex.ts"
import { encrFromKeyLength } from "../../crypto/encr.ts"
import { integByName } from "../../crypto/integ.ts"
import { ESP_ENCR, ESP_INTEG, IKEV2_ENCR, IKEV2_INTEG } from "../formats/wireshark-names.ts"
import {
  childName,
  type ExportChild,
  type Exported,
  type ExportIkeSa,
  type ExportInput,
  ikeName,
  lastEpoch,
  type Skipped,
} from "./types.ts"

const ours = (rows: readonly (readonly [string, string])[]) =>
  new Map(rows.map(([wireshark, name]) => [name, wireshark]))
const ENCR2 = ours(IKEV2_ENCR)
const INTEG2 = ours(IKEV2_INTEG)
const ESP_E = ours(ESP_ENCR)
const ESP_A = ours(ESP_INTEG)
const HEADER = "# Written by ikedump. This file has keys in it.\n"

/** The files `ikev1_decryption_table`, `ikev2_decryption_table` and `esp_sa`. */
export function exportWireshark(input: ExportInput): Exported {
  const skipped: Skipped[] = []
  const v1 = rows(
    input.ike.filter(sa => sa.version === "1.0"),
    sa => ikev1Row(sa, skipped),
  )
  const v2 = rows(
    input.ike.filter(sa => sa.version === "2.0"),
    sa => ikev2Row(sa, skipped),
  )
  const seen = new Map<number, number>()
  for (const child of input.children) seen.set(child.spi, (seen.get(child.spi) ?? 0) + 1)
  const esp = rows(input.children, child => espRow(child, (seen.get(child.spi) ?? 0) > 1, skipped))
  return {
    files: [
      { name: "ikev1_decryption_table", text: HEADER + v1 },
      { name: "ikev2_decryption_table", text: HEADER + v2 },
      { name: "esp_sa", text: HEADER + esp },
    ],
    skipped,
  }
}

const rows = <T>(list: readonly T[], row: (item: T) => string | undefined): string =>
  [...new Set(list.map(row).filter(r => r !== undefined))].map(r => `${r}\n`).join("")

function ikev1Row(sa: ExportIkeSa, skipped: Skipped[]): string | undefined {
  const key = lastEpoch(sa, skipped).encryption_key
  if (key) return `${sa.spiI},${toHex(key)}`
  skipped.push({ what: ikeName(sa), why: "its encryption key is not known" })
  return undefined
}

function ikev2Row(sa: ExportIkeSa, skipped: Skipped[]): string | undefined {
  const skip = (why: string): undefined => void skipped.push({ what: ikeName(sa), why })
  const { sk_ei, sk_er, sk_ai, sk_ar } = lastEpoch(sa, skipped)
  if (!sa.encr) return skip("its suite is not known")
  if (!sk_ei && !sk_er && sa.encr !== "NULL") return skip("SK_ei and SK_er are not known")
  if ((!sk_ei || !sk_er) && sa.encr !== "NULL") return skip("the key of one direction is not known")
  const encr = encrFromKeyLength(sa.encr, sk_ei?.length ?? 0)
  const name = encr && ENCR2.get(encr.name)
  if (!encr || !name) return skip(`Wireshark does not know ${sa.encr} in IKEv2`)
  const integ = encr.icvBytes > 0 ? { name: "NONE [RFC4306]", keyed: false } : integ2(sa.integ)
  if (!integ) return skip(`Wireshark does not know ${sa.integ ?? "the integrity algorithm"} in IKEv2`)
  const auth = integ.keyed ? [sk_ai, sk_ar].map(k => toHex(k ?? new Uint8Array())) : ["", ""]
  if (integ.keyed && auth.includes("")) return skip("SK_ai or SK_ar is not known")
  const [ei, er] = [sk_ei, sk_er].map(k => toHex(k ?? new Uint8Array()))
  return `${sa.spiI},${sa.spiR},${ei},${er},"${name}",${auth[0]},${auth[1]},"${integ.name}"`
}

/** Wireshark's name of an integrity algorithm, or of any with an ICV of that length, which it then does not check. */
function integ2(name: string | undefined): { name: string; keyed: boolean } | undefined {
  if (name === undefined) return undefined
  const exact = INTEG2.get(name)
  if (exact) return { name: exact, keyed: !name.startsWith("ANY-") && name !== "NONE" }
  const wide = INTEG2.get(`ANY-${(integByName(name)?.icvBytes ?? 0) * 8}`)
  return wide === undefined ? undefined : { name: wide, keyed: false }
}

function espRow(sa: ExportChild, twin: boolean, skipped: Skipped[]): string | undefined {
  const skip = (why: string): undefined => void skipped.push({ what: childName(sa), why })
  if (sa.protocol === "AH") return skip("Wireshark has no table of AH keys")
  const encr = encrFromKeyLength(sa.encr ?? "NULL", sa.key.length)
  const name = encr && (ESP_E.get(encr.name) ?? ESP_E.get(encr.name.replace(/-\d+$/, "")))
  if (!encr || !name) return skip(`Wireshark does not know ${sa.encr} in ESP`)
  const aead = encr.icvBytes > 0
  const integ = aead ? "NULL" : espInteg(sa.integ ?? "NONE")
  if (!integ) return skip(`Wireshark does not know ${sa.integ} in ESP`)
  const keyed = !aead && ESP_A.has(sa.integ ?? "NONE")
  // Addresses change with NAT and MOBIKE, the SPI does not; they are given only where two SAs have one SPI.
  const family = sa.destination?.includes(":") || sa.source?.includes(":") ? "IPv6" : "IPv4"
  const address = (a: string | undefined) => (twin && a ? a : "*")
  const columns = [family, address(sa.source), address(sa.destination), `0x${hex8(sa.spi)}`, name, key(sa.key), integ]
  columns.push(keyed ? key(sa.integKey) : "0x")
  if (sa.esn) columns.push("64-bit", "0")
  return columns.map(c => `"${c}"`).join(",")
}

const key = (bytes: Uint8Array): string => `0x${toHex(bytes)}`

function espInteg(name: string): string | undefined {
  return ESP_A.get(name) ?? ESP_A.get(`ANY-${(integByName(name)?.icvBytes ?? 0) * 8}`)
}
