/** Authentication methods of IKEv1 by how SKEYID is made. RFC 2409 App. A, draft-ietf-ipsec-isakmp-xauth-06 §7.2. */

const PSK_METHODS: readonly number[] = [1, 65001, 65002]
/** Public-key encryption and its revised form, each with the two of XAUTH. RFC 2409 §5.2, §5.3. */
const ENCRYPTION_METHODS: readonly number[] = [4, 65007, 65008]
const REVISED_METHODS: readonly number[] = [5, 65009, 65010]

export const isPskMethod = (method: number | undefined): boolean => method !== undefined && PSK_METHODS.includes(method)
export const isRevisedMethod = (method: number | undefined): boolean =>
  method !== undefined && REVISED_METHODS.includes(method)
/** Whether nonces and identities are encrypted to the other side's RSA key. */
export const isPublicKeyMethod = (method: number | undefined): boolean =>
  method !== undefined && (ENCRYPTION_METHODS.includes(method) || isRevisedMethod(method))
