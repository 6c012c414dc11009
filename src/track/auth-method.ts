/** How a side of an IKE SA authenticates: its name in reports, and what follows from it. */
export interface AuthMethod {
  readonly name: string
  /** By a pre-shared key; in IKEv1 the keys come from it, too. */
  readonly isPsk: boolean
  /** XAUTH follows. draft-ietf-ipsec-isakmp-xauth-06 §7.2. */
  readonly hasXauth: boolean
}

/** After an EAP method that makes no key, or with its key in AUTH. RFC 7296 §2.16. */
export const EAP_METHOD: AuthMethod = { name: "EAP", isPsk: false, hasXauth: false }
