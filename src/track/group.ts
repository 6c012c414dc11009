/** Groups: one key server, many members, and SAs that all members share. What both versions have in common. RFC 6407, RFC 9838. */
import type { Encr, Integ } from "../crypto/algorithms.ts"
import type { Message } from "../ike/message.ts"
import { type ChildSuite, childKeyLengths } from "../keys/keymat-v2.ts"
import type { SignatureAlgorithm } from "../pki/algorithm.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Group, IkeSa } from "./ike-sa.ts"
import type { Moment } from "./moment.ts"

export const newGroup = (role: Group["role"]): Group => ({
  role,
  id: null,
  from: null,
  rekeys: [],
  senderIds: [],
  senderIdBits: null,
})

/** The keys of a rekey SA, as they were handed out. */
export interface RekeyKeys {
  /** 32 hex digits: the first 16 stand in the place of the initiator's SPI. */
  readonly spi: string
  readonly encr: Encr
  /** IKEv2 without an AEAD. */
  readonly integ?: Integ
  /** Encryption key with its salt, and the integrity key. */
  readonly key: Uint8Array
  readonly integKey?: Uint8Array
  /** GDOI: the IV that comes with the key. RFC 6407 §5.6.2.1. */
  readonly iv?: Uint8Array
  /** How and with which key the server signs; undefined where nothing is signed. */
  readonly signature?: GroupSignature
  /** IKEv2: what keys are wrapped with that come under it. */
  readonly wrap?: { readonly algorithm: number; readonly key: Uint8Array }
}

export interface GroupSignature {
  readonly form: Pick<SignatureAlgorithm, "scheme" | "hash" | "pss">
  /** SubjectPublicKeyInfo in DER; undefined where it did not come with the keys. */
  readonly spki: Uint8Array | undefined
}

/** What one message handed out. */
export interface Handed {
  readonly data: readonly ChildSa[]
  readonly rekeys: readonly RekeyKeys[]
  readonly senderIds: readonly number[]
  readonly senderIdBits: number | null
}

/** Keys that were handed out, if they are as long as the suite takes them. */
export function fitting(
  suite: ChildSuite,
  keys: { readonly key: Uint8Array; readonly integKey: Uint8Array },
): typeof keys | null {
  const [encr, integ] = childKeyLengths(suite)
  return keys.key.length === encr && keys.integKey.length === integ ? keys : null
}

/** A data SA of a group: one SPI, chosen by the key server, and one set of keys for every sender. */
export function groupChild(
  about: Pick<ChildSa, "id" | "ike" | "protocol" | "mode" | "suite" | "encr" | "integ" | "selectors">,
  spi: number | null,
  keys: { readonly key: Uint8Array; readonly integKey: Uint8Array } | null,
  at: { readonly frame: number; readonly time: Moment },
  rfc: string,
): ChildSa {
  const values: Record<string, Uint8Array> = keys ? { encr_i: keys.key, integ_i: keys.integKey } : {}
  const step = (name: string, out: Uint8Array) => ({
    name,
    formula: "as the key server handed it out",
    rfc,
    inputs: [{ name: "KD", frame: at.frame }],
    out,
  })
  return {
    ...about,
    startedBy: "initiator",
    spiI: null,
    spiR: spi,
    group: true,
    pfs: false,
    state: "installed",
    rekeys: null,
    first: at.time,
    last: at.time,
    frame: at.frame,
    keyStatus: keys ? "derived" : "none",
    keys: values,
    steps: keys
      ? [
          ...(keys.key.length > 0 ? [step("encryption key", keys.key)] : []),
          ...(keys.integKey.length > 0 ? [step("integrity key", keys.integKey)] : []),
        ]
      : [],
    ipcomp: [],
    provenBy: null,
  }
}

/** GDOI's port. RFC 6407 §1. */
const GDOI_PORT = 848

/** Whether the exchanges of an SA are GDOI's, whose numbers IKEv1 has too. */
export const speaksGdoi = (sa: Pick<IkeSa, "version" | "group" | "initiator" | "responder">): boolean =>
  sa.version === 1 && (sa.group !== undefined || sa.responder.port === GDOI_PORT || sa.initiator.port === GDOI_PORT)

/** Whether a key server sends of its own accord, under SPIs of which no negotiation is seen. New Group Mode has a Message ID. RFC 6407 §4. */
export const isPush = (sa: IkeSa, { exchangeType, messageId, encrypted }: Message): boolean =>
  !sa.group && !sa.begun && encrypted !== undefined && exchangeType === EXCHANGE_V1.NEW_GROUP_MODE && messageId === 0

/** The same of G-IKEv2. RFC 9838 §2.4.1. */
export const isRekey = (sa: IkeSa, { exchangeType }: Message): boolean =>
  exchangeType === EXCHANGE_TYPE.GSA_REKEY && !sa.begun

/** SAs looked through for the data SA that a rekey SA speaks of. */
const MAX_BEFORE = 64

/** The data SA of a group with this SPI, among those that came by an SA or by the ones before it. */
export function groupChildOf(sa: IkeSa, spi: number): ChildSa | undefined {
  let at: IkeSa | null = sa
  for (let n = 0; at && n < MAX_BEFORE; n++, at = at.group?.from ?? null) {
    const child = at.children.findLast(c => c.group && c.spiR === spi)
    if (child) return child
  }
  return undefined
}
