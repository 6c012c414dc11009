/** Layouts and trackers of every SA of the table that a packet asked for, made on first use, and the openers behind them. */

import type { SymmetricProvider } from "../crypto/provider.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { DataSa } from "../track/data-sa.ts"
import { ahUnsupported, createAhOpener } from "./ah-opener.ts"
import { SaState } from "./data-flow.ts"
import { espLayout, espUnsupported } from "./esp-suite.ts"
import { type CreateOpener, OpenerPool } from "./opener-pool.ts"

export class SaStates {
  readonly #states = new Map<DataSaKeys, SaState>()
  /** Of SAs that share SPI and destination: each sender counts for itself. */
  readonly #ofSenders = new Map<DataSa, Map<DataSaKeys, SaState>>()

  constructor(
    readonly provider: SymmetricProvider,
    createOpener?: CreateOpener,
    readonly openers = new OpenerPool(provider, createOpener),
  ) {}

  /** The state of keys, the same for each data SA that may have them: its packets may go to several addresses. */
  of(sa: DataSaKeys, data: DataSa): SaState {
    let state = this.#states.get(sa)
    if (!state) {
      state = this.make(sa)
      this.#states.set(sa, state)
    }
    return data.senders.length > 1 ? this.#ofSender(sa, data, state) : state
  }

  /** One key for several senders: sequence numbers are each sender's own, an IV must be new for all of them. */
  #ofSender(sa: DataSaKeys, data: DataSa, { ivs }: SaState): SaState {
    let states = this.#ofSenders.get(data)
    if (!states) this.#ofSenders.set(data, (states = new Map()))
    let state = states.get(sa)
    if (!state) states.set(sa, (state = this.make(sa, ivs)))
    return state
  }

  /** A state that no other flow shares. */
  make(sa: DataSaKeys, ivs?: SaState["ivs"]): SaState {
    const layout = espLayout(sa.keys)
    if (sa.protocol === "AH") {
      const ah = createAhOpener(sa.keys, this.provider)
      return new SaState(sa, layout, this.openers, { ah, unsupported: ahUnsupported(sa.keys, this.provider) }, ivs)
    }
    const unsupported = espUnsupported(sa.keys, this.provider)
    return new SaState(sa, layout, this.openers, { ah: undefined, unsupported }, ivs)
  }
}
