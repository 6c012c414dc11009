/** The HASH payloads of IKEv1, from pieces of the wire. RFC 2409 §5, §5.5, §5.7. */
import { concat } from "../bytes/bytes.ts"
import { type Nonces, type PrfContext, prfFunction } from "./context.ts"

/** Payload bodies are without their generic headers. */
export interface Phase1Transcript {
  /** g^xi and g^xr as in the KE payloads. */
  readonly gxi: Uint8Array
  readonly gxr: Uint8Array
  readonly ckyI: Uint8Array
  readonly ckyR: Uint8Array
  /** SAi_b: the whole body of the initiator's SA payload, DOI and situation included. */
  readonly sai: Uint8Array
}

/** HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b). RFC 2409 §5. */
export const hashI = (context: PrfContext, skeyid: Uint8Array, t: Phase1Transcript, idii: Uint8Array): Uint8Array =>
  prfFunction(context)(skeyid)(concat(t.gxi, t.gxr, t.ckyI, t.ckyR, t.sai, idii))

/** HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b). RFC 2409 §5. */
export const hashR = (context: PrfContext, skeyid: Uint8Array, t: Phase1Transcript, idir: Uint8Array): Uint8Array =>
  prfFunction(context)(skeyid)(concat(t.gxr, t.gxi, t.ckyR, t.ckyI, t.sai, idir))

/**
 * HASH(1) = prf(SKEYID_a, M-ID | rest), in Quick Mode, Informational, Transaction and New Group exchanges. `rest` is all payloads behind
 * the HASH payload with their headers, without padding. RFC 2409 §5.5 to §5.7.
 */
export const hash1 = (context: PrfContext, skeyidA: Uint8Array, messageId: Uint8Array, rest: Uint8Array): Uint8Array =>
  prfFunction(context)(skeyidA)(concat(messageId, rest))

/** HASH(2) = prf(SKEYID_a, M-ID | Ni_b | rest). RFC 2409 §5.5. */
export const hash2 = (
  context: PrfContext,
  skeyidA: Uint8Array,
  messageId: Uint8Array,
  ni: Uint8Array,
  rest: Uint8Array,
): Uint8Array => prfFunction(context)(skeyidA)(concat(messageId, ni, rest))

/** HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b), the 0 being one byte. RFC 2409 §5.5. */
export const hash3 = (
  context: PrfContext,
  skeyidA: Uint8Array,
  messageId: Uint8Array,
  ni: Uint8Array,
  nr: Uint8Array,
): Uint8Array => prfFunction(context)(skeyidA)(concat(Uint8Array.of(0), messageId, ni, nr))

/** HASH(3) and HASH(4) of GROUPKEY-PULL = prf(SKEYID_a, M-ID | Ni_b | Nr_b | rest). RFC 6407 §3.2. */
export const hashPull = (
  context: PrfContext,
  skeyidA: Uint8Array,
  messageId: Uint8Array,
  { ni, nr }: Nonces,
  rest: Uint8Array,
): Uint8Array => prfFunction(context)(skeyidA)(concat(messageId, ni, nr, rest))
