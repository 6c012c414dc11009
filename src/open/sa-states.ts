/** Openers and trackers of every SA of the table that a packet asked for, made on first use. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { ahUnsupported, createAhOpener } from "./ah-opener.ts"
import { SaState } from "./data-flow.ts"
import type { DataSaKeys } from "./data-table.ts"
import { createEspOpener, type EspKeys, type EspOpener } from "./esp-opener.ts"
import { espLayout, espUnsupported } from "./esp-suite.ts"

/** Makes an opener out of keys: `createEspOpener`, or a faster one. */
export type CreateOpener = (keys: EspKeys, provider: CryptoProvider) => EspOpener | undefined

export class SaStates {
  readonly #states = new Map<DataSaKeys, SaState>()

  constructor(
    readonly provider: CryptoProvider,
    readonly createOpener: CreateOpener = createEspOpener,
  ) {}

  /** The state of an SA, the same for each of its flows. */
  of(sa: DataSaKeys): SaState {
    let state = this.#states.get(sa)
    if (!state) {
      state = this.#make(sa)
      this.#states.set(sa, state)
    }
    return state
  }

  #make(sa: DataSaKeys): SaState {
    const layout = espLayout(sa.keys)
    if (sa.protocol === "AH") {
      const ah = createAhOpener(sa.keys, this.provider)
      return new SaState(sa, layout, undefined, ah, ahUnsupported(sa.keys, this.provider))
    }
    const esp = this.createOpener(sa.keys, this.provider)
    return new SaState(sa, layout, esp, undefined, espUnsupported(sa.keys, this.provider))
  }
}
