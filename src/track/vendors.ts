/** Which vendors each side says it is. */
import { equal } from "../bytes/bytes.ts"
import { digest } from "../bytes/digest.ts"
import { toHex } from "../bytes/hex.ts"
import { vendorId, vendorText } from "../registry/vendor-ids.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { PerSide, Side } from "./peer.ts"

/** Names kept of one side. */
const MAX_VENDORS = 32

/** IDs whose names are kept; all are let go when there are more. */
const MAX_KNOWN = 4096
const known = new Map<number, { readonly data: Uint8Array; readonly name: string }>()

/** Notes Vendor IDs by name (with version), as text when they are text, else in hex. */
export function noteVendors(sa: IkeSa, from: Side, ids: readonly { readonly data: Uint8Array }[]): void {
  const list = sa.vendors[from]
  for (const { data } of ids) {
    const name = nameOf(data, from)
    if (list.length < MAX_VENDORS && !list.includes(name)) list.push(name)
  }
}

/** The ID of each side that was named last: messages of one shape share theirs. */
const latest: PerSide<{ readonly data: Uint8Array; readonly name: string } | undefined> = {
  initiator: undefined,
  responder: undefined,
}

function nameOf(data: Uint8Array, from: Side): string {
  const before = latest[from]
  if (before?.data === data) return before.name
  const name = nameByContent(data)
  latest[from] = { data, name }
  return name
}

function nameByContent(data: Uint8Array): string {
  const key = digest(data, 0, data.length)
  const before = known.get(key)
  if (before && equal(before.data, data)) return before.name
  const vendor = vendorId(data)
  const name = vendor
    ? `${vendor.name}${vendor.version ? ` ${vendor.version}` : ""}`
    : (vendorText(data) ?? toHex(data.subarray(0, 64)))
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(key, { data: data.slice(), name })
  return name
}
