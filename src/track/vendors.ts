/** Which vendors each side says it is. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { equal } from "../bytes/bytes.ts"
import { digest } from "../bytes/digest.ts"
import { toHex } from "../bytes/hex.ts"
import { vendorId, vendorText } from "../registry/vendor-ids.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { PerSide, Side } from "./peer.ts"

/** Names kept of one side. */
const MAX_VENDORS = 32
/** IDs whose names are remembered. */
const MAX_KNOWN = 4096

interface Named {
  readonly data: Uint8Array
  readonly name: string
}

/** Names of Vendor IDs (with version), as text when they are text, else in hex. */
export class VendorNames {
  readonly #known = new BoundedMap<number, Named>(MAX_KNOWN)
  /** The ID of each side that was named last: messages of one shape share theirs. */
  readonly #latest: PerSide<Named | undefined> = { initiator: undefined, responder: undefined }

  /** Notes the IDs of a side. */
  note(sa: IkeSa, from: Side, ids: readonly { readonly data: Uint8Array }[]): void {
    const list = sa.vendors[from]
    for (const { data } of ids) {
      const name = this.#nameOf(data, from)
      if (list.length < MAX_VENDORS && !list.includes(name)) list.push(name)
    }
  }

  #nameOf(data: Uint8Array, from: Side): string {
    const before = this.#latest[from]
    if (before?.data === data) return before.name
    const name = this.#byContent(data)
    this.#latest[from] = { data, name }
    return name
  }

  #byContent(data: Uint8Array): string {
    const key = digest(data, 0, data.length)
    const before = this.#known.get(key)
    if (before && equal(before.data, data)) return before.name
    const vendor = vendorId(data)
    const name = vendor
      ? `${vendor.name}${vendor.version ? ` ${vendor.version}` : ""}`
      : (vendorText(data) ?? toHex(data.subarray(0, 64)))
    this.#known.set(key, { data: data.slice(), name })
    return name
  }
}
