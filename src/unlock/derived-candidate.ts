/** Keys of an IKEv2 SA that a trial may refuse: derived only as far as the trial asks. RFC 7296 §2.14. */
import { concat } from "../bytes/bytes.ts"
import { deriveIkeKeys, type IkeKeyContext, SK_NAMES, type SkName, skLengths } from "../keys/ikev2.ts"
import { PrfPlus } from "../keys/prf-plus.ts"
import type { Step } from "../keys/step.ts"
import type { SkKeys } from "../open/ike-v2.ts"
import type { Side } from "../track/peer.ts"

const EMPTY = new Uint8Array(0)

export class DerivedKeys {
  #material: PrfPlus | undefined
  #derived: ReturnType<typeof deriveIkeKeys> | undefined

  constructor(
    readonly context: IkeKeyContext,
    readonly seed: Step,
  ) {}

  /** `skeyseed` and the seven SK_*. */
  get values(): Record<string, Uint8Array> {
    return { skeyseed: this.seed.out, ...this.#all().values }
  }

  get steps(): Step[] {
    return [this.seed, ...this.#all().steps]
  }

  /** What opens messages of one side; undefined without integrity. SK_e is derived once the ICV has held. */
  trial(from: Side): SkKeys | undefined {
    const { encr, integ } = this.context
    if (!encr.aead && !integ) return undefined
    const [e, a]: [SkName, SkName] = from === "initiator" ? ["sk_ei", "sk_ai"] : ["sk_er", "sk_ar"]
    const key = (name: SkName) => this.#key(name)
    return {
      encr,
      integ: encr.aead ? null : (integ ?? null),
      ska: encr.aead ? EMPTY : key(a),
      get ske() {
        return key(e)
      },
    }
  }

  #key(name: SkName): Uint8Array {
    const { nonces, spiI, spiR } = this.context
    this.#material ??= new PrfPlus(this.context, this.seed.out, concat(nonces.ni, nonces.nr, spiI, spiR))
    const lengths = skLengths(this.context)
    const index = SK_NAMES.indexOf(name)
    const start = lengths.slice(0, index).reduce((sum, length) => sum + length, 0)
    return this.#material.bytes(start, start + lengths[index])
  }

  #all(): ReturnType<typeof deriveIkeKeys> {
    this.#derived ??= deriveIkeKeys(this.context, this.seed.out)
    return this.#derived
  }
}
