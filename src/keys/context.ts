/** What every key schedule takes: a prf of a provider, and nonces with the frames they came in. */
import type { Prf } from "../crypto/algorithms.ts"
import type { CryptoProvider, Mac } from "../crypto/provider.ts"
import type { StepInput } from "./step.ts"

/** A negotiated prf and who computes it. */
export interface PrfContext {
  readonly provider: CryptoProvider
  readonly prf: Prf
}

/** Nonce data without payload headers: of the exchange's initiator and of its responder. Frames are shown, no more. */
export interface Nonces {
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly frameI?: number
  readonly frameR?: number
}

/** Whether the provider computes the prf; the schedules throw TypeError when it does not. */
export const offersPrf = ({ provider, prf }: PrfContext): boolean => provider.mac[prf.mac] !== undefined

/** The prf as a function of its key. Throws TypeError when the provider does not offer it. */
export function prfFunction({ provider, prf }: PrfContext): Mac {
  const mac = provider.mac[prf.mac]
  if (!mac) throw new TypeError(`${prf.name} is not offered by ${provider.name}`)
  return mac
}

/** Both nonces as inputs of a step. */
export const nonceInputs = (nonces: Nonces): StepInput[] => [
  { name: "Ni", frame: nonces.frameI },
  { name: "Nr", frame: nonces.frameR },
]
