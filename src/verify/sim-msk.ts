/** The MSK of EAP-AKA, EAP-AKA' and EAP-SIM out of what a SIM knows and what the exchange showed. RFC 4186 §7, RFC 4187 §7, RFC 9048 §3.3. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { mskOfAka, mskOfAkaPrime, mskOfSim } from "../keys/eap-sim.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import type { Origin, SimSecret } from "../secrets/secrets.ts"
import type { SimTranscript } from "../track/sim-transcript.ts"
import { cipherKeys } from "../unlock/sim-keys.ts"

export interface DerivedMsk {
  readonly value: Uint8Array
  readonly origin: Origin
  /** It is the MSK unless the method bound it to something that is not known here. */
  readonly mayBeBound?: boolean
}

/** The MSK that each SIM would make of the exchange. */
export function simMsks(
  provider: CryptoProvider,
  transcript: SimTranscript | null,
  secrets: readonly SimSecret[],
): DerivedMsk[] {
  const identity = transcript?.identity
  if (!identity) return []
  return secrets.flatMap(secret => {
    const value = mskOf(provider, transcript, identity, secret)
    return value ? [{ value, origin: secret.origin }] : []
  })
}

function mskOf(
  provider: CryptoProvider,
  t: SimTranscript,
  identity: Uint8Array,
  secret: SimSecret,
): Uint8Array | undefined {
  if (t.method === EAP_TYPE.EAP_SIM) {
    const { nonceMt, versions, selected } = t
    const kcs = secret.kc
    return kcs && nonceMt && versions && selected
      ? mskOfSim(provider, identity, { kcs, nonceMt, versions, selected })
      : undefined
  }
  const keys = cipherKeys(provider, t.rands?.[0], secret)
  if (!keys) return undefined
  if (t.method === EAP_TYPE.EAP_AKA) return mskOfAka(provider, identity, keys)
  const { autn, network } = t
  return autn && network ? mskOfAkaPrime(provider, identity, { ...keys, autn, network }) : undefined
}
