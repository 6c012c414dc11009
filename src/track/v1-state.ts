/** What an IKEv1 SA must remember between messages: phase 1's values for the hashes, and the IV chains. RFC 2409 §5, App. B. */
import type { HashAlgorithm } from "../crypto/algorithms.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { PerSide } from "./peer.ts"
import type { WholeMessage } from "./whole.ts"

/** A payload body (without its generic header) and the frame it came in. */
export interface Body {
  readonly bytes: Uint8Array
  readonly frame: number
}

export class V1State {
  /** SAi_b: the body of the initiator's SA payload. */
  sa: Body | null = null
  ke: PerSide<Body | null> = { initiator: null, responder: null }
  nonce: PerSide<Body | null> = { initiator: null, responder: null }
  /** IDii_b, IDir_b. */
  id: PerSide<Body | null> = { initiator: null, responder: null }
  /** HASH or SIG payload of each side's authentication, as it came. */
  authenticator: PerSide<{ payload: DecodedPayload; frame: number } | null> = { initiator: null, responder: null }
  certificates: PerSide<Uint8Array[]> = { initiator: [], responder: [] }
  /** RSA-encrypted values while the method is public-key encryption; clear ones go to `nonce` and `id`. */
  hash: HashAlgorithm | undefined
  /** Authentication Method attribute. */
  authMethod: number | undefined
  group: number | undefined
  lifetimeSeconds: number | undefined
  lifetimeKilobytes: number | undefined
  /** Chosen by Aggressive Mode or Main Mode. */
  exchangeType = 0
  /** Halves of Quick Mode exchanges under way by Message ID. */
  readonly quick = new Map<number, { first?: WholeMessage; second?: WholeMessage }>()
  /** Bodies of certificates and names of XAUTH users seen. */
  xauthUser: string | null = null
}

const states = new WeakMap<IkeSa, V1State>()

/** The IKEv1 state of an SA, made at the first call. */
export function v1StateOf(sa: IkeSa): V1State {
  let state = states.get(sa)
  if (!state) states.set(sa, (state = new V1State()))
  return state
}
