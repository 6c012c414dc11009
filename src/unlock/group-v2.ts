/** The keys that G-IKEv2 hands out: unwrapped along their path of wrap keys, and remembered by the rekey SA that they are for. RFC 9838 §3.1, §3.3, §3.4. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { equal } from "../bytes/bytes.ts"
import { unwrapKey } from "../crypto/key-wrap.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { KeyDownload } from "../ike/v2/key-download.ts"
import { offersPrf, type PrfContext } from "../keys/context.ts"
import { defaultWrapKey } from "../keys/group.ts"
import type { RekeyKeys } from "../track/group.ts"
import { WRAP_KEY_BYTES } from "../track/group-v2.ts"
import type { IkeSa } from "../track/ike-sa.ts"

/** Rekey SAs, and wrap keys, that are remembered; keys of one ID. */
const MAX_REKEYS = 4096
const MAX_WRAP_KEYS = 65_536
const MAX_OF_ID = 16
/** Steps of a path of keys. */
const MAX_PATH = 32

interface Known {
  readonly keys: RekeyKeys
  readonly from: IkeSa
}

export interface WrapKey {
  readonly algorithm: number
  readonly key: Uint8Array
}

export class GroupUnlockV2 {
  readonly #rekeys = new BoundedMap<string, Known>(MAX_REKEYS)
  /** By Key ID: members have keys of their own, and an integrity check says which one it was. */
  readonly #wrapKeys = new BoundedMap<number, WrapKey[]>(MAX_WRAP_KEYS)

  constructor(readonly provider: CryptoProvider) {}

  learn(keys: RekeyKeys, from: IkeSa): void {
    if (!this.#rekeys.get(keys.spi)) this.#rekeys.set(keys.spi, { keys, from })
  }

  of(sa: IkeSa): Known | undefined {
    return this.#rekeys.get(sa.spiI + sa.spiR)
  }

  /** GSK_w of a registration; undefined for an algorithm that is not computed. */
  defaultKey(context: PrfContext, skD: Uint8Array, algorithm: number): WrapKey | undefined {
    const bytes = WRAP_KEY_BYTES[algorithm]
    return bytes && offersPrf(context) ? { algorithm, key: defaultWrapKey(context, skD, bytes) } : undefined
  }

  /** Keying material by SA out of a KD payload; `first` is the default wrap key of the SA by which it came. */
  unwrap({ bags }: KeyDownload, first: WrapKey): (protocol: number, spi: Uint8Array) => Uint8Array | undefined {
    const wrapped = bags.flatMap(b => b.attributes.flatMap(a => (a.wrapped && b.protocol === 0 ? [a.wrapped] : [])))
    // A key may come before the one that wraps it.
    let rest = wrapped
    for (let n = 0; n < MAX_PATH && rest.length > 0; n++) {
      const closed = rest.filter(w => {
        const key = this.#open(w.kwkId, w.encrypted, first)
        if (key) this.#remember(w.keyId, { algorithm: first.algorithm, key })
        return !key
      })
      if (closed.length === rest.length) break
      rest = closed
    }
    return (protocol, spi) => {
      const bag = bags.find(b => b.protocol === protocol && equal(b.spi, spi))
      for (const { wrapped: w } of bag?.attributes ?? []) {
        const material = w && this.#open(w.kwkId, w.encrypted, first)
        if (material) return material
      }
      return undefined
    }
  }

  #open(kwkId: number, encrypted: Uint8Array, first: WrapKey): Uint8Array | undefined {
    const cbc = this.provider.cipher["aes-cbc"]
    if (!cbc) return undefined
    for (const { key } of kwkId === 0 ? [first] : (this.#wrapKeys.get(kwkId) ?? [])) {
      const out = unwrapKey(cbc, key, encrypted)
      if (out) return out
    }
    return undefined
  }

  #remember(id: number, key: WrapKey): void {
    const all = this.#wrapKeys.get(id) ?? []
    this.#wrapKeys.set(id, [key, ...all.filter(k => !equal(k.key, key.key))].slice(0, MAX_OF_ID))
  }
}
