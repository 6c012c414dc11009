/** How Vendor IDs carry a version: in the bytes behind what identifies the vendor. Each yields undefined when they do not fit. */
import { u32At } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"

/** Two bytes, major and minor: Dead Peer Detection (RFC 3706 §5.1), Cisco Unity. */
export const dotted = (tail: Uint8Array): string | undefined =>
  tail.length === 2 ? `${tail[0]}.${tail[1]}` : undefined

/** Two bytes: 03 05 is 3.0.5. */
export const vpn3000 = (tail: Uint8Array): string | undefined =>
  tail.length === 2 ? `${tail[0]}.${tail[1] >> 4}.${tail[1] & 15}` : undefined

/** A 32-bit number that counts Windows releases. [MS-IKEE] §1.7. */
export function windows(tail: Uint8Array): string | undefined {
  if (tail.length < 4) return undefined
  const n = u32At(tail, 0)
  return WINDOWS[n] ?? String(n)
}

const WINDOWS: Readonly<Record<number, string>> = {
  2: "Windows 2000",
  3: "Windows XP",
  4: "Windows Server 2003",
  5: "Windows Vista",
  6: "Windows Server 2008",
  7: "Windows 7",
  8: "Windows Server 2008 R2",
  9: "Windows 8",
  10: "Windows Server 2012",
}

/** Four 32-bit numbers and more: product, version, timestamp, features. */
export function checkPoint(tail: Uint8Array): string | undefined {
  if (tail.length < 8) return undefined
  const product = CHECK_POINT_PRODUCTS[u32At(tail, 0)]
  const n = u32At(tail, 4)
  // R55 and every later release send one number; only later ones fill in the timestamp.
  const ngx = n === 5005 && tail.length >= 12 && u32At(tail, 8) !== 0
  const version = ngx ? "NGX" : (CHECK_POINT_VERSIONS[n] ?? String(n))
  return product ? `${version} ${product}` : version
}

const CHECK_POINT_PRODUCTS: Readonly<Record<number, string>> = { 1: "gateway", 2: "client" }

const CHECK_POINT_VERSIONS: Readonly<Record<number, string>> = {
  2: "4.1",
  3: "4.1 SP1",
  4002: "4.1 SP2-SP6",
  5000: "NG",
  5001: "NG FP1",
  5002: "NG FP2",
  5003: "NG FP3",
  5004: "NG AI R54",
  5005: "NG AI R55",
}

/** Two 16-bit numbers: release and build. */
export function fortiGate(tail: Uint8Array): string | undefined {
  if (tail.length < 4) return undefined
  const n = u32At(tail, 0)
  return n === 0 ? undefined : `${n >>> 16} build ${n & 0xffff}`
}

/** Two 32-bit numbers, product and version (major and minor byte), big-endian from older devices, little-endian from later ones. */
export function netScreen(tail: Uint8Array): string | undefined {
  if (tail.length < 8) return undefined
  const n = u32At(tail, 4)
  const version = n <= 0xffff ? n : (tail[5] << 8) | tail[4]
  return version === 0 ? undefined : `${version >> 8}.${version & 255}`
}

/** A 32-bit number. */
export const nortel = (tail: Uint8Array): string | undefined => (tail.length === 4 ? String(u32At(tail, 0)) : undefined)

/** A text to the end. */
export function tailText(tail: Uint8Array): string | undefined {
  const text = [...tail].map(b => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".")).join("")
  return text.trim() || undefined
}

/** The first text of four characters and more among other bytes. */
export function printable(tail: Uint8Array): string | undefined {
  const text = [...tail].map(b => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : "\0")).join("")
  return text.split("\0").find(part => part.length >= 4)
}

/** Bytes whose meaning is not known, as hex. */
export const tailHex = (tail: Uint8Array): string | undefined => (tail.length > 0 ? toHex(tail) : undefined)
