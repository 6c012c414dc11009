/** Vendor ID payload, the same in both versions: a hash, a prefix with a version, or text. RFC 7296 §3.12, RFC 2408 §3.16. */
import { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { toHex } from "../../bytes/hex.ts"
import { vendorId as knownVendorId, tsharkVendorString, vendorText } from "../../registry/vendor-ids.ts"
import type { PayloadDecoder } from "./payload.ts"

export interface VendorId {
  /** A view of the packet. `vendorId` of the registry names it. */
  readonly data: Uint8Array
}

const data = field("isakmp.vid_bytes", "Vendor ID", { kind: "bytes" })
const wiresharkName = field("isakmp.vid_string", "Vendor ID as Wireshark names it", { kind: "text" })
const name = field("isakmp.vid.name", "Vendor ID", { kind: "text" })
const vendor = field("isakmp.vid.vendor", "Vendor", { kind: "text" })
const version = field("isakmp.vid.version", "Version", { kind: "text" })
const text = field("isakmp.vid.text", "Text", { kind: "text" })

/** What stands behind the leading bytes (hex) of IDs that carry numbers, each with its length in bytes. */
const TAILS: readonly (readonly [prefix: string, tail: readonly (readonly [Field, number])[]])[] = [
  [
    "f4ed19e0c114eb516faaac0ee37daf2807b4381f",
    [
      [field("isakmp.vid.cp.product", "Check Point Product"), 4],
      [field("isakmp.vid.cp.version", "Check Point Version"), 4],
      [field("isakmp.vid.cp.timestamp", "Check Point Timestamp"), 4],
      [field("isakmp.vid.cp.reserved", "Check Point Reserved", { kind: "hex" }), 4],
      [field("isakmp.vid.cp.features", "Check Point Features", { kind: "hex" }), 4],
    ],
  ],
  [
    "12f5f28c457168a9702d9fe274cc",
    [
      [field("isakmp.vid.cisco_unity.major", "Cisco Unity Major version"), 1],
      [field("isakmp.vid.cisco_unity.minor", "Cisco Unity Minor version"), 1],
    ],
  ],
  ["1e2b516905991c7d7c96fcbfb587e461", [[field("isakmp.vid.ms_nt5_isakmpoakley", "MS NT5 ISAKMPOAKLEY"), 4]]],
  [
    "8299031757a36082c6a621de",
    [
      [field("isakmp.vid.fortinet.fortigate.release", "FortiGate Release"), 2],
      [field("isakmp.vid.fortinet.fortigate.build", "FortiGate Build"), 2],
    ],
  ],
]

/** `VIA Auth Profile : `, then the profile's name. */
const ARUBA_PROFILE = "56494120417574682050726f66696c65203a20"
const arubaProfile = field("isakmp.vid.aruba_via_auth_profile", "Auth Profile", { kind: "text" })

/** The decoder under the version's payload type. */
export const vendorIdDecoder = (type: number, rfc: string, notation: string): PayloadDecoder<VendorId> => ({
  type,
  name: "Vendor ID",
  notation,
  rfc,
  repeats: true,
  fixed: (_bytes, _start, end) => end,
  decode(c) {
    const bytes = c.src.bytes.subarray(c.pos, c.end)
    c.window(data, c.left, c.limit, d => draw(d, bytes), bytes)
    return { data: bytes }
  },
})

/** Looked up only when somebody looks. */
function draw(c: Cursor, bytes: Uint8Array): void {
  if (!c.sink) return
  const note = (shown: Field, value: string | undefined) => value && c.note(shown, c.pos, c.end, value)
  const known = knownVendorId(bytes)
  note(wiresharkName, tsharkVendorString(bytes))
  note(name, known?.name)
  note(vendor, known?.vendor)
  note(version, known?.version)
  note(text, vendorText(bytes))
  const hex = toHex(bytes, 0, Math.min(bytes.length, 20))
  const tail = TAILS.find(([prefix]) => hex.startsWith(prefix))
  if (hex.startsWith(ARUBA_PROFILE))
    new Cursor(c.src, c.pos + ARUBA_PROFILE.length / 2, c.end, c.limit, c.sink).text(arubaProfile)
  if (!tail) return
  const rest = new Cursor(c.src, c.pos + tail[0].length / 2, c.end, c.limit, c.sink)
  for (const [shown, length] of tail[1]) if (rest.left >= length) rest.uint(shown, length)
}
