/** Finds the longest of many byte prefixes that a byte string begins with. */
import { toHex } from "../bytes/hex.ts"

export class PrefixIndex<T> {
  private readonly byPrefix: ReadonlyMap<string, readonly T[]>
  /** Lengths in bytes, longest first. */
  private readonly lengths: readonly number[]

  /** `entries` have their prefix in lower-case hex. */
  constructor(entries: Iterable<readonly [prefix: string, value: T]>) {
    const byPrefix = new Map<string, T[]>()
    for (const [prefix, value] of entries) byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), value])
    this.byPrefix = byPrefix
    this.lengths = [...new Set([...byPrefix.keys()].map(p => p.length / 2))].sort((a, b) => b - a)
  }

  /** The value of the longest prefix for which `fits` holds; of two with the same prefix the first. */
  find(bytes: Uint8Array, fits: (value: T) => boolean = () => true): T | undefined {
    const id = toHex(bytes, 0, Math.min(bytes.length, this.lengths[0] ?? 0))
    for (const length of this.lengths) {
      if (length > bytes.length) continue
      const found = this.byPrefix.get(id.slice(0, 2 * length))?.find(fits)
      if (found !== undefined) return found
    }
    return undefined
  }
}
