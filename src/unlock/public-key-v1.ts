/** Phase 1 values of IKEv1's public-key encryption, opened with the RSA keys that were given. RFC 2409 §5.2, §5.3. */
import { byteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { hexBytes } from "../bytes/hex.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { id as idPayload } from "../ike/v1/identification.ts"
import { revisedEncryptionKey } from "../keys/ikev1.ts"
import { decryptPlain } from "../open/cipher.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { Side } from "../track/peer.ts"
import { isPublicKeyMethod, isRevisedMethod } from "../track/v1-methods.ts"
import { type Body, prfOfPhase1, type V1State } from "../track/v1-state.ts"
import type { Pool } from "./pool.ts"

/** Lengths of a nonce. RFC 2409 §5. */
const MIN_NONCE = 8
const MAX_NONCE = 256

/** What a search with private keys is about. */
export interface SealedPhase1 {
  readonly sa: IkeSa
  readonly state: V1State
  readonly pool: Pool
  readonly provider: CryptoProvider
}

/**
 * Nonce, identity and (revised) public value of each side in the clear, as far as a private key opens them: the initiator's are encrypted to
 * the responder's key, and the other way round. Nothing is found for other methods.
 */
export function* unsealPhase1(sealed: SealedPhase1): KeySearch {
  const { sa, state, pool, provider } = sealed
  if (!isPublicKeyMethod(state.answer?.authMethod) || !provider.rsaDecrypt) return
  for (const side of ["initiator", "responder"] as const) {
    const found = state.unsealed[side] ? undefined : unseal(sealed, side)
    if (!found) continue
    const { ke, id, nonce, origin } = found
    yield { kind: "unsealed", sa, side, nonce, ke, id, identity: identityOf(id.bytes) }
    pool.used([origin], sa.id)
  }
}

/** What one side sent, and the key that opened it. */
interface Unsealed extends Record<"nonce" | "ke" | "id", Body> {
  readonly origin: Origin
}

function unseal(sealed: SealedPhase1, side: Side): Unsealed | undefined {
  const { state, pool, provider } = sealed
  const nonce = state.nonce[side]
  const id = state.id[side]
  if (!nonce || !id) return undefined
  for (const key of pool.secrets.privateKeys) {
    const clear = provider.rsaDecrypt?.(key.pem, nonce.bytes)
    if (!clear || clear.length < MIN_NONCE || clear.length > MAX_NONCE) continue
    const rest = isRevisedMethod(state.answer?.authMethod)
      ? revisedBodies(sealed, side, clear)
      : { ke: state.ke[side]?.bytes, id: provider.rsaDecrypt?.(key.pem, id.bytes) }
    if (!rest?.ke || !rest.id) continue
    return {
      nonce: { bytes: clear, frame: nonce.frame },
      ke: { bytes: rest.ke, frame: nonce.frame },
      id: { bytes: rest.id, frame: id.frame },
      origin: key.origin,
    }
  }
  return undefined
}

/** KE and ID under Ke, chained from an IV of zero; the last octet counts the padding before it. RFC 2409 §5.3. */
function revisedBodies(
  { sa, state, provider }: SealedPhase1,
  side: Side,
  nonce: Uint8Array,
): { ke: Uint8Array; id: Uint8Array } | undefined {
  const prf = prfOfPhase1(state)
  const encr = sa.choice?.encr
  if (!prf || !provider.mac[prf.mac] || !encr?.cipher) return undefined
  const cookie = hexBytes(side === "initiator" ? sa.spiI : sa.spiR)
  const key = revisedEncryptionKey({ prf, provider }, nonce, cookie, encr)
  let iv: Uint8Array = new Uint8Array(encr.blockBytes)
  const open = (body: Body | null): Uint8Array | undefined => {
    const clear = body && decryptPlain(provider, encr, key, iv, body.bytes)
    if (!clear || clear.length === 0) return undefined
    iv = body.bytes.slice(-encr.blockBytes)
    const padding = clear[clear.length - 1] + 1
    return padding <= clear.length ? clear.slice(0, clear.length - padding) : undefined
  }
  const ke = open(state.ke[side])
  const id = ke && open(state.id[side])
  return id && { ke, id }
}

function identityOf(body: Uint8Array): IkeSa["ids"]["initiator"] {
  try {
    const context = { version: 1, exchangeType: 0, flags: 0 } as const
    const id = idPayload.decode(new Cursor(byteSource(body, "decrypted ID"), 0, body.length, "ID"), context)
    return { type: ID_TYPE.alias(id.type), value: id.text }
  } catch {
    return null
  }
}
