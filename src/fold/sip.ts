/** What SIP agreed on, and the keys that SIMs give its ESP. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { SimSecret } from "../secrets/secrets.ts"
import { type SipAgreed, SipAgreements, type SipSa } from "../track/sip-agreements.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { sipRows } from "../unlock/sim-keys.ts"
import type { KeyWriter } from "./keys.ts"

/** Agreements that wait for a SIM's key. */
const MOST_WAITING = 4096

export class SipFold {
  readonly #agreements = new SipAgreements()
  readonly #waiting: SipAgreed[] = []

  constructor(
    readonly provider: CryptoProvider,
    readonly children: ChildUnlock,
    readonly keys: KeyWriter,
    /** More SIMs may come by `learn`. */
    readonly grows: boolean,
  ) {}

  /** Takes a header that the walker found; true when the finding was one. */
  add({ frame, between, agreed }: Diagnostic, sims: readonly SimSecret[]): boolean {
    if (!agreed || !between || frame === null) return false
    const all = this.#agreements.add(frame, between, agreed)
    if (!all) return true
    this.#learn([all], sims)
    if (this.grows && this.#waiting.length < MOST_WAITING) this.#waiting.push(all)
    return true
  }

  /** SIMs that have come while the capture is read. */
  learn(sims: readonly SimSecret[]): void {
    this.#learn(this.#waiting, sims)
  }

  find(destination: string, spi: number): SipSa | undefined {
    return this.#agreements.find(destination, spi)
  }

  #learn(agreed: readonly SipAgreed[], sims: readonly SimSecret[]): void {
    const rows = agreed.flatMap(a => sipRows(this.provider, a, sims))
    if (rows.length > 0) this.keys.apply(this.children.given(rows))
  }
}
