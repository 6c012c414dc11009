/** Authentication methods of IKEv1 by how SKEYID is made. RFC 2409 App. A, draft-ietf-ipsec-isakmp-xauth-06 §7.2. */

import { AUTH_METHOD } from "../registry/ikev1/auth-methods.ts"
import type { AuthMethod } from "./auth-method.ts"

const PSK_METHODS: readonly number[] = [
  AUTH_METHOD.PRE_SHARED_KEY,
  AUTH_METHOD.XAUTH_INIT_PRE_SHARED,
  AUTH_METHOD.XAUTH_RESP_PRE_SHARED,
]
/** Public-key encryption and its revised form, each with the two of XAUTH. RFC 2409 §5.2, §5.3. */
const ENCRYPTION_METHODS: readonly number[] = [
  AUTH_METHOD.RSA_ENCRYPTION,
  AUTH_METHOD.XAUTH_INIT_RSA_ENCRYPTION,
  AUTH_METHOD.XAUTH_RESP_RSA_ENCRYPTION,
]
const REVISED_METHODS: readonly number[] = [
  AUTH_METHOD.REVISED_RSA_ENCRYPTION,
  AUTH_METHOD.XAUTH_INIT_REVISED_RSA_ENCRYPTION,
  AUTH_METHOD.XAUTH_RESP_REVISED_RSA_ENCRYPTION,
]

export const isPskMethod = (method: number | undefined): boolean => method !== undefined && PSK_METHODS.includes(method)
export const isRevisedMethod = (method: number | undefined): boolean =>
  method !== undefined && REVISED_METHODS.includes(method)
/** Whether nonces and identities are encrypted to the other side's RSA key. */
export const isPublicKeyMethod = (method: number | undefined): boolean =>
  method !== undefined && (ENCRYPTION_METHODS.includes(method) || isRevisedMethod(method))

/** A method by its number; both ends authenticate by it. */
export const authMethodV1 = (method: number): AuthMethod => ({
  name: AUTH_METHOD.alias(method),
  isPsk: isPskMethod(method),
  hasXauth: method >= AUTH_METHOD.XAUTH_INIT_PRE_SHARED && method <= AUTH_METHOD.XAUTH_RESP_REVISED_RSA_ENCRYPTION,
})
