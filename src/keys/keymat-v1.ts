/** Keys of the SAs that a Quick Mode makes. RFC 2409 §5.5. */
import { concat } from "../bytes/bytes.ts"
import { type Nonces, nonceInputs, type PrfContext, prfFunction } from "./context.ts"
import type { Derived } from "./ikev2.ts"
import { type ChildKeyName, type ChildSuite, childKeyLengths } from "./keymat-v2.ts"
import { split } from "./prf-plus.ts"
import type { Step } from "./step.ts"

export interface QuickMode {
  readonly nonces: Nonces
  /** Protocol-ID of the proposal: 2 AH, 3 ESP. RFC 2407 §4.4.1. */
  readonly protocol: number
  /** The SPIs that initiator and responder chose, 4 bytes each. */
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly suite: ChildSuite
  /** g(qm)^xy with PFS. */
  readonly shared?: Uint8Array
}

/**
 * KEYMAT = prf(SKEYID_d, [g(qm)^xy |] protocol | SPI | Ni_b | Nr_b), expanded to the suite's keys, one for each SPI: a packet carries the
 * SPI that its receiver chose, so what the initiator sends is under the responder's SPI. RFC 2409 §5.5.
 */
export function deriveQuickModeKeys(context: PrfContext, skeyidD: Uint8Array, qm: QuickMode): Derived<ChildKeyName> {
  const lengths = childKeyLengths(qm.suite)
  const towards = (spi: Uint8Array): Uint8Array => keymat(context, skeyidD, qm, spi, lengths[0] + lengths[1])
  const [out, back] = [towards(qm.spiR), towards(qm.spiI)]
  const [encr_i, integ_i] = split(out, lengths)
  const [encr_r, integ_r] = split(back, lengths)
  const pfs = qm.shared ? "g(qm)^xy | " : ""
  const step = (name: string, value: Uint8Array): Step => ({
    name,
    use: "keymat",
    formula: `prf(SKEYID_d, ${pfs}protocol | SPI | Ni_b | Nr_b), expanded`,
    rfc: "RFC 2409 §5.5",
    inputs: [
      { name: "SKEYID_d" },
      ...(pfs ? [{ name: "g(qm)^xy", shared: "g(qm)^xy" }] : []),
      ...nonceInputs(qm.nonces),
    ],
    out: value,
  })
  return {
    values: { encr_i, integ_i, encr_r, integ_r },
    steps: [step("KEYMAT(SPIr)", out), step("KEYMAT(SPIi)", back)],
  }
}

/** K1 | K2 | … with K1 the KEYMAT formula and Kn = prf(SKEYID_d, Kn-1 | the same). */
function keymat(
  context: PrfContext,
  skeyidD: Uint8Array,
  { nonces, protocol, shared }: QuickMode,
  spi: Uint8Array,
  length: number,
): Uint8Array {
  const prf = prfFunction(context)(skeyidD)
  const seed = concat(shared ?? new Uint8Array(0), Uint8Array.of(protocol), spi, nonces.ni, nonces.nr)
  const blocks: Uint8Array[] = []
  let last: Uint8Array = new Uint8Array(0)
  for (let have = 0; have < length; have += last.length) {
    last = prf(concat(last, seed))
    blocks.push(last)
  }
  return concat(...blocks).slice(0, length)
}
