/** Names a Vendor ID: who sends it, what it announces, and which version it says. RFC 2408 §3.16, RFC 7296 §3.12. */
import { PrefixIndex } from "./prefix-index.ts"
import { VENDOR_IDS, type VendorIdRow } from "./vendor-id-table.ts"

export { tsharkVendorString } from "./vendor-id-wireshark.ts"

/** What a Vendor ID says. */
export interface VendorId {
  /** The implementation, or the extension that the ID announces. */
  readonly name: string
  /** Who makes it; undefined for what everybody sends. */
  readonly vendor?: string
  readonly version?: string
  /** The ID itself where it is text. */
  readonly text?: string
}

const index = new PrefixIndex<VendorIdRow>(VENDOR_IDS.map(row => [row.id, row]))

/** The known Vendor ID that `bytes` is or begins with; undefined when none is. */
export function vendorId(bytes: Uint8Array): VendorId | undefined {
  const row = index.find(bytes, r => r.length === undefined || r.length === bytes.length)
  if (!row) return undefined
  const version = row.version?.(bytes.subarray(row.id.length / 2)) ?? versionOfName(row)
  return { name: row.name, vendor: row.vendor, version, text: vendorText(bytes) }
}

/** An unknown Vendor ID as text, when all of it is printable ASCII (zero bytes at its end aside); otherwise undefined. */
export function vendorText(bytes: Uint8Array): string | undefined {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  if (end === 0) return undefined
  let text = ""
  for (let i = 0; i < end; i++) {
    if (bytes[i] < 0x20 || bytes[i] > 0x7e) return undefined
    text += String.fromCharCode(bytes[i])
  }
  return text
}

/** `4.3.6` of a name that ends in its version. */
const versionOfName = (row: VendorIdRow): string | undefined =>
  row.vendor ? / v?(\d+(?:\.\d+)+)$/.exec(row.name)?.[1] : undefined
