/** TLS inside EAP as the analysis sees it: packets in, what was said out. The reader itself (`open/eap-tls/`) comes with the provider. */

import type { FieldSink } from "../bytes/field-sink.ts"
import type { EapFailure } from "../registry/eap-types.ts"

/** A line of a TLS key log (`SSLKEYLOGFILE`). */
export interface TlsKey {
  readonly label: string
  readonly clientRandom: Uint8Array
  readonly value: Uint8Array
}

/** The TLS octets of one EAP packet. */
export interface TlsPart {
  readonly frame: number
  readonly fromServer: boolean
  /** EAP type of the method, and the packet's identifier. */
  readonly type: number
  readonly identifier: number
  /** The conversation begins anew. */
  readonly start: boolean
  readonly data: Uint8Array
}

/** What the records said that one EAP packet completed. */
export interface TlsHeard {
  /** Draws what was decrypted. */
  draw(sink: FieldSink): void
  /** Methods and names, in words: `PAP as alice`. */
  readonly said: readonly string[]
  readonly failure?: EapFailure
}

/** TLS inside EAP, followed packet by packet. */
export interface TlsConversation<K extends TlsKey> {
  /** Undefined where nothing was decrypted. */
  add(part: TlsPart): TlsHeard | undefined
  /** `TLS 1.2, TLS_RSA_WITH_AES_128_GCM_SHA256`, once the server chose. */
  readonly suite: string | undefined
  /** Encrypted records opened so far, and the first that stays closed although keys were given. */
  readonly opened: number
  readonly closed: { readonly frame: number; readonly why: "no-key" | "no-suite" | "mismatch" } | undefined
  /** Lines that belong to this connection, once records were opened. */
  used(): readonly K[]
  /** MSKs that may have come of it, once records were opened. */
  msks(): readonly { readonly value: Uint8Array; readonly key: K }[]
}

export type FollowTls = <K extends TlsKey>(keys: readonly K[]) => TlsConversation<K>
