/** What the user knows: one pool of secrets, whatever files they came from. Where each fits is found by proof (`unlock/`). */

/** Where a secret stands, for messages and for the report's `secrets` list; never the secret itself. */
export interface Origin {
  /** Display name of the file, as given. */
  readonly file: string
  /** 1-based line in a text format, else undefined. */
  readonly line?: number
  /** The member of the keys file it is, or would be: `dh_shared`, `psks`, `ike_sas`, `child_sas` … */
  readonly kind: string
  /** 0-based place among the pool's secrets of that kind, over all files in order. */
  readonly index: number
}

export interface SecretValue {
  readonly value: Uint8Array
  readonly origin: Origin
}

export interface Psk extends SecretValue {
  /** Identity the key belongs to, when the file says so. */
  readonly id?: string
}

export interface Ppk extends SecretValue {
  readonly id?: string
}

/** What a SIM knows, or what it made of one challenge: K with OP or OPc, or CK and IK, or the Kc of GSM triplets. */
export interface SimSecret {
  readonly origin: Origin
  readonly k?: Uint8Array
  readonly op?: Uint8Array
  readonly opc?: Uint8Array
  readonly ck?: Uint8Array
  readonly ik?: Uint8Array
  /** In the order of the RANDs of EAP-SIM. */
  readonly kc?: readonly Uint8Array[]
}

/** A line of a TLS key log: opens TLS inside EAP. */
export interface TlsSecret {
  readonly origin: Origin
  /** `CLIENT_RANDOM`, `CLIENT_HANDSHAKE_TRAFFIC_SECRET`, `EXPORTER_SECRET` … */
  readonly label: string
  readonly clientRandom: Uint8Array
  readonly value: Uint8Array
}

export interface TextSecret {
  /** PEM text. */
  readonly pem: string
  readonly origin: Origin
}

/** Names of the per-SA secrets, as in the keys file. Values in bytes. */
export const IKE_SECRET_NAMES = [
  "sk_d",
  "sk_ai",
  "sk_ar",
  "sk_ei",
  "sk_er",
  "sk_pi",
  "sk_pr",
  "sk_d_prime",
  "sk_pi_prime",
  "sk_pr_prime",
  "skeyseed",
  "dh_shared",
  "skeyid",
  "skeyid_d",
  "skeyid_a",
  "skeyid_e",
  "encryption_key",
  "msk",
  "nonce_i",
  "nonce_r",
] as const
export type IkeSecretName = (typeof IKE_SECRET_NAMES)[number]

/** Keys of one IKE SA, or of one key epoch of it. */
export interface IkeSaSecret {
  readonly origin: Origin
  /** 16 hex digits, lower case; absent when the format does not say (IKEv1 tables have spiI alone). */
  readonly spiI?: string
  readonly spiR?: string
  readonly values: Readonly<Partial<Record<IkeSecretName, Uint8Array>>>
  readonly version?: "1.0" | "2.0"
  /** Contract names; the key length may be left out of a name. */
  readonly encr?: string
  readonly integ?: string
  readonly prf?: string
  /** The format has an AEAD key without its salt (libreswan's log): usable once the salt is derived. */
  readonly saltMissing?: boolean
}

/** Keys of one direction of a Child SA. */
export interface ChildSaSecret {
  readonly origin: Origin
  readonly protocol: "ESP" | "AH"
  /** 32-bit SPI; undefined is any (a wildcard row). */
  readonly spi?: number
  /** 8 hex digits of which some are `*`: the SPIs that a row of Wireshark's table means, where `spi` is undefined. */
  readonly spiPattern?: string
  /** Destination (and source) address, or pattern with `*`; undefined is any. */
  readonly destination?: string
  readonly source?: string
  /** Contract names; undefined when the format does not say, `ANY-128` when an ICV of that many bits is there but not to be checked. */
  readonly encr?: string
  readonly integ?: string
  /** Encryption key with its salt. */
  readonly key: Uint8Array
  readonly integKey: Uint8Array
  readonly esn?: boolean
  /** High half of the sequence number where the format gives it. */
  readonly seqHi?: number
  readonly saltMissing?: boolean
  /** `key` is the whole KEYMAT of a Child SA, both directions: it is cut by what was negotiated (RFC 7296 §2.17). */
  readonly keymat?: boolean
}

export interface Secrets {
  readonly psks: readonly Psk[]
  readonly dhPrivate: readonly SecretValue[]
  readonly dhShared: readonly SecretValue[]
  readonly skeyseed: readonly SecretValue[]
  readonly ppks: readonly Ppk[]
  readonly privateKeys: readonly TextSecret[]
  readonly certificates: readonly TextSecret[]
  readonly ikeSas: readonly IkeSaSecret[]
  readonly childSas: readonly ChildSaSecret[]
  readonly simKeys: readonly SimSecret[]
  readonly tlsKeys: readonly TlsSecret[]
  /** Keys that tickets of session resumption are sealed with. RFC 5723. */
  readonly ticketKeys: readonly SecretValue[]
}

/** Lists of secrets that are being filled. */
export type SecretLists = { -readonly [K in keyof Secrets]: Secrets[K][number][] }

export const secretLists = (): SecretLists => ({
  psks: [],
  dhPrivate: [],
  dhShared: [],
  skeyseed: [],
  ppks: [],
  privateKeys: [],
  certificates: [],
  ikeSas: [],
  childSas: [],
  simKeys: [],
  tlsKeys: [],
  ticketKeys: [],
})

export const NO_SECRETS: Secrets = secretLists()

/** Whether there are none. */
export const hasNoSecrets = (secrets: Secrets): boolean => Object.values(secrets).every(list => list.length === 0)

/** Something that the user should know about a keys file: a repair, a hint, a row that cannot be used. Never holds a secret. */
export interface SecretNote {
  readonly severity: "hint" | "warning"
  readonly file: string
  readonly line?: number
  readonly message: string
}
