/**
 * The ESP openers that are kept: made when packets need one, kept when later packets need it again (each of a flood of SAs has one packet), and made
 * again when many others were used since.
 */

import { BoundedMap } from "../bytes/bounded-map.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { createEspOpener, type EspOpener } from "./esp-opener.ts"

/** Makes an opener out of keys: `createEspOpener`, or a faster one. */
export type CreateOpener = (keys: EspKeys, provider: SymmetricProvider) => EspOpener | undefined

/** Openers kept: each holds ciphers with their expanded keys, a few KB. */
const MOST_OPENERS = 16_384

export class OpenerPool {
  readonly #openers: BoundedMap<EspKeys, EspOpener | undefined>
  readonly #askedFor = new WeakSet<EspKeys>()
  #lastKeys: EspKeys | undefined
  #last: EspOpener | undefined

  constructor(
    readonly provider: SymmetricProvider,
    readonly create: CreateOpener = createEspOpener,
    most = MOST_OPENERS,
  ) {
    this.#openers = new BoundedMap(most)
  }

  /** The opener of these keys; undefined when they cannot be used (`espUnsupported` says why). */
  of(keys: EspKeys): EspOpener | undefined {
    if (keys === this.#lastKeys) return this.#last
    this.#last = this.#openers.get(keys) ?? this.create(keys, this.provider)
    this.#lastKeys = keys
    if (this.#askedFor.has(keys)) this.#openers.set(keys, this.#last)
    else this.#askedFor.add(keys)
    return this.#last
  }
}
