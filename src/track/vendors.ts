/** Which vendors each side says it is. */
import { toHex } from "../bytes/hex.ts"
import { vendorId, vendorText } from "../registry/vendor-ids.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { Side } from "./peer.ts"

/** Names kept of one side. */
const MAX_VENDORS = 32

/** Notes Vendor IDs by name (with version), as text when they are text, else in hex. */
export function noteVendors(sa: IkeSa, from: Side, ids: readonly { readonly data: Uint8Array }[]): void {
  const list = sa.vendors[from]
  for (const { data } of ids) {
    const known = vendorId(data)
    const name = known
      ? `${known.name}${known.version ? ` ${known.version}` : ""}`
      : (vendorText(data) ?? toHex(data.subarray(0, 64)))
    if (list.length < MAX_VENDORS && !list.includes(name)) list.push(name)
  }
}
