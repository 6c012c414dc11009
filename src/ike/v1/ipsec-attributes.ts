/** Attributes of an AH, ESP or IPCOMP transform: what phase 2 negotiates. RFC 2407 §4.5. */

import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { ENCAP_MODE } from "../../registry/ikev1/encap-mode.ts"
import { GROUP } from "../../registry/ikev1/groups.ts"
import { IPSEC_ATTRIBUTE } from "../../registry/ikev1/ipsec-attributes.ts"
import { IPSEC_AUTH_ALG } from "../../registry/ikev1/ipsec-auth-alg.ts"
import type { Attribute } from "../shared/attribute.ts"
import {
  type AttributeDetail,
  attributeFields,
  bytesOf,
  detailsUnder,
  keyLengthDetail,
  type Lifetime,
  lifeDetails,
  lifetimeParts,
  lifetimes,
  numberOf,
} from "./attributes.ts"

const PREFIX = "isakmp.ipsec.attr"

/** libreswan's number for a security context; 10 was its number before IANA gave that to ECN Tunnel. */
export const ipsecAttributeFields = attributeFields(PREFIX, "IPsec Attribute", IPSEC_ATTRIBUTE)

const life = lifeDetails(PREFIX)
const { number, bytes } = detailsUnder(PREFIX)

const contextDoi = field(`${PREFIX}.secctx.doi`, "Security Context DOI")
const contextAlgorithm = field(`${PREFIX}.secctx.algorithm`, "Security Context Algorithm")
const contextLength = field(`${PREFIX}.secctx.length`, "Security Context Length")
const context = field(`${PREFIX}.secctx.context`, "Security Context", { kind: "text" })

/** By attribute type. */
export const IPSEC_ATTRIBUTE_DETAIL: ReadonlyMap<number, AttributeDetail> = new Map<number, AttributeDetail>([
  [IPSEC_ATTRIBUTE.SA_LIFE_TYPE, life.lifeType],
  [IPSEC_ATTRIBUTE.SA_LIFE_DURATION, life.lifeDuration],
  [IPSEC_ATTRIBUTE.GROUP_DESCRIPTION, number("group_description", "Group Description", GROUP)],
  [IPSEC_ATTRIBUTE.ENCAPSULATION_MODE, number("encap_mode", "Encapsulation Mode", ENCAP_MODE)],
  [IPSEC_ATTRIBUTE.AUTHENTICATION_ALGORITHM, number("auth_algorithm", "Authentication Algorithm", IPSEC_AUTH_ALG)],
  [IPSEC_ATTRIBUTE.KEY_LENGTH, keyLengthDetail(field(`${PREFIX}.key_length`, "Key Length (bits)"))],
  [IPSEC_ATTRIBUTE.KEY_ROUNDS, number("key_rounds", "Key Rounds")],
  [IPSEC_ATTRIBUTE.COMPRESS_DICTIONARY_SIZE, number("cmpr_dict_size", "Compress Dictionary Size")],
  [IPSEC_ATTRIBUTE.COMPRESS_PRIVATE_ALGORITHM, bytes("cmpr_algorithm", "Compress Private Algorithm")],
  [IPSEC_ATTRIBUTE.ECN_TUNNEL, number("ecn_tunnel", "ECN Tunnel")],
  [IPSEC_ATTRIBUTE.EXTENDED_SEQUENCE_NUMBER, number("ext_seq_nbr", "Extended (64-bit) Sequence Number")],
  [
    IPSEC_ATTRIBUTE.AUTHENTICATION_KEY_LENGTH,
    keyLengthDetail(field(`${PREFIX}.auth_key_length`, "Authentication Key Length (bits)")),
  ],
  [IPSEC_ATTRIBUTE.SIGNATURE_ENCODING_ALGORITHM, bytes("sig_enco_algorithm", "Signature Encoding Algorithm")],
  [IPSEC_ATTRIBUTE.ADDRESS_PRESERVATION, number("addr_preservation", "Address Preservation")],
  [IPSEC_ATTRIBUTE.SA_DIRECTION, number("sa_direction", "SA Direction")],
  [IPSEC_ATTRIBUTE.SECCTX, securityContext],
])

/** draft-jml-ipsec-ikev1-security-context §3. */
function securityContext(v: Cursor): void {
  v.u8(contextDoi)
  v.u8(contextAlgorithm)
  v.text(context, v.u16(contextLength))
}

/** What an AH, ESP or IPCOMP transform asks for; numbers of the IKEv1 registries, undefined where the attribute is absent. */
export interface IpsecAttributes {
  /** 1 tunnel, 2 transport, 3 and 4 the same in UDP. */
  readonly encapMode: number | undefined
  readonly authAlg: number | undefined
  /** Bits. */
  readonly keyLength: number | undefined
  readonly keyRounds: number | undefined
  /** The group of PFS. */
  readonly group: number | undefined
  readonly lifetimes: readonly Lifetime[]
  readonly lifetimeSeconds: number | undefined
  readonly lifetimeKilobytes: number | undefined
  /** 1 allowed, 2 forbidden. RFC 3168 §9.2.1. */
  readonly ecnTunnel: number | undefined
  /** RFC 4304: 64-bit sequence numbers. */
  readonly esn: boolean
  readonly authKeyLength: number | undefined
  readonly addressPreservation: number | undefined
  readonly direction: number | undefined
  readonly securityContext: Uint8Array | undefined
}

/** RFC 4304 §2: the value that asks for 64 bits. */
const ESN_64_BIT = 1

/** The attributes of an IPsec transform by name. Of an attribute that occurs twice, the first counts. */
export function ipsecAttributes({ attributes: a }: { readonly attributes: readonly Attribute[] }): IpsecAttributes {
  const list = lifetimes(a, IPSEC_ATTRIBUTE.SA_LIFE_TYPE, IPSEC_ATTRIBUTE.SA_LIFE_DURATION)
  return {
    encapMode: numberOf(a, IPSEC_ATTRIBUTE.ENCAPSULATION_MODE),
    authAlg: numberOf(a, IPSEC_ATTRIBUTE.AUTHENTICATION_ALGORITHM),
    keyLength: numberOf(a, IPSEC_ATTRIBUTE.KEY_LENGTH),
    keyRounds: numberOf(a, IPSEC_ATTRIBUTE.KEY_ROUNDS),
    group: numberOf(a, IPSEC_ATTRIBUTE.GROUP_DESCRIPTION),
    lifetimes: list,
    ...lifetimeParts(list),
    ecnTunnel: numberOf(a, IPSEC_ATTRIBUTE.ECN_TUNNEL),
    esn: numberOf(a, IPSEC_ATTRIBUTE.EXTENDED_SEQUENCE_NUMBER) === ESN_64_BIT,
    authKeyLength: numberOf(a, IPSEC_ATTRIBUTE.AUTHENTICATION_KEY_LENGTH),
    addressPreservation: numberOf(a, IPSEC_ATTRIBUTE.ADDRESS_PRESERVATION),
    direction: numberOf(a, IPSEC_ATTRIBUTE.SA_DIRECTION),
    securityContext: bytesOf(a, IPSEC_ATTRIBUTE.SECCTX),
  }
}
