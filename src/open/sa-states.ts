/** Layouts and trackers of every SA of the table that a packet asked for, made on first use, and the openers behind them. */

import type { CryptoProvider } from "../crypto/provider.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { ahUnsupported, createAhOpener } from "./ah-opener.ts"
import { SaState } from "./data-flow.ts"
import { espLayout, espUnsupported } from "./esp-suite.ts"
import { type CreateOpener, OpenerPool } from "./opener-pool.ts"

export class SaStates {
  readonly #states = new Map<DataSaKeys, SaState>()

  constructor(
    readonly provider: CryptoProvider,
    createOpener?: CreateOpener,
    readonly openers = new OpenerPool(provider, createOpener),
  ) {}

  /** The state of an SA, the same for each of its flows. */
  of(sa: DataSaKeys): SaState {
    let state = this.#states.get(sa)
    if (!state) {
      state = this.make(sa)
      this.#states.set(sa, state)
    }
    return state
  }

  /** A state that no other flow shares. */
  make(sa: DataSaKeys): SaState {
    const layout = espLayout(sa.keys)
    if (sa.protocol === "AH") {
      const ah = createAhOpener(sa.keys, this.provider)
      return new SaState(sa, layout, this.openers, ah, ahUnsupported(sa.keys, this.provider))
    }
    return new SaState(sa, layout, this.openers, undefined, espUnsupported(sa.keys, this.provider))
  }
}
