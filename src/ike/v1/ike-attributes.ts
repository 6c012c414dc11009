/** Attributes of an ISAKMP transform: what phase 1 negotiates. RFC 2409 App. A. */

import { field } from "../../bytes/field.ts"
import { AUTH_METHOD } from "../../registry/ikev1/auth-methods.ts"
import { GROUP_TYPE } from "../../registry/ikev1/group-types.ts"
import { GROUP } from "../../registry/ikev1/groups.ts"
import { IKE_ATTRIBUTE } from "../../registry/ikev1/ike-attributes.ts"
import { IKE_ENCR } from "../../registry/ikev1/ike-encr.ts"
import { IKE_HASH } from "../../registry/ikev1/ike-hash.ts"
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

const PREFIX = "isakmp.ike.attr"

export const ikeAttributeFields = attributeFields(PREFIX, "IKE Attribute", IKE_ATTRIBUTE)

const life = lifeDetails(PREFIX)
const { number, bytes } = detailsUnder(PREFIX)

/** By attribute type. */
export const IKE_ATTRIBUTE_DETAIL: ReadonlyMap<number, AttributeDetail> = new Map<number, AttributeDetail>([
  [IKE_ATTRIBUTE.ENCRYPTION_ALGORITHM, number("encryption_algorithm", "Encryption Algorithm", IKE_ENCR)],
  [IKE_ATTRIBUTE.HASH_ALGORITHM, number("hash_algorithm", "Hash Algorithm", IKE_HASH)],
  [IKE_ATTRIBUTE.AUTHENTICATION_METHOD, number("authentication_method", "Authentication Method", AUTH_METHOD)],
  [IKE_ATTRIBUTE.GROUP_DESCRIPTION, number("group_description", "Group Description", GROUP)],
  [IKE_ATTRIBUTE.GROUP_TYPE, number("group_type", "Group Type", GROUP_TYPE)],
  [IKE_ATTRIBUTE.GROUP_PRIME_IRREDUCIBLE_POLYNOMIAL, bytes("group_prime", "Group Prime/Irreducible Polynomial")],
  [IKE_ATTRIBUTE.GROUP_GENERATOR_ONE, bytes("group_generator_one", "Group Generator One")],
  [IKE_ATTRIBUTE.GROUP_GENERATOR_TWO, bytes("group_generator_two", "Group Generator Two")],
  [IKE_ATTRIBUTE.GROUP_CURVE_A, bytes("group_curve_a", "Group Curve A")],
  [IKE_ATTRIBUTE.GROUP_CURVE_B, bytes("group_curve_b", "Group Curve B")],
  [IKE_ATTRIBUTE.LIFE_TYPE, life.lifeType],
  [IKE_ATTRIBUTE.LIFE_DURATION, life.lifeDuration],
  [IKE_ATTRIBUTE.PRF, bytes("prf", "PRF")],
  [IKE_ATTRIBUTE.KEY_LENGTH, keyLengthDetail(field(`${PREFIX}.key_length`, "Key Length (bits)"))],
  [IKE_ATTRIBUTE.FIELD_SIZE, bytes("field_size", "Field Size")],
  [IKE_ATTRIBUTE.GROUP_ORDER, bytes("group_order", "Group Order")],
  [IKE_ATTRIBUTE.BLOCK_SIZE, bytes("block_size", "Block Size")],
  [
    IKE_ATTRIBUTE.ASYMMETRIC_ALGORITHM,
    number("asymmetric_cryptographic_algorithm_type", "Asymmetric Cryptographic Algorithm Type"),
  ],
])

/** What an ISAKMP transform asks for; numbers of the IKEv1 registries, undefined where the attribute is absent. */
export interface IkeAttributes {
  readonly encr: number | undefined
  readonly hash: number | undefined
  readonly authMethod: number | undefined
  readonly group: number | undefined
  readonly groupType: number | undefined
  readonly prf: number | undefined
  /** Bits. */
  readonly keyLength: number | undefined
  readonly fieldSize: number | undefined
  readonly lifetimes: readonly Lifetime[]
  readonly lifetimeSeconds: number | undefined
  readonly lifetimeKilobytes: number | undefined
  /** Parameters of a group that is described in full (New Group Mode). RFC 2409 App. A. */
  readonly groupPrime: Uint8Array | undefined
  readonly groupGeneratorOne: Uint8Array | undefined
  readonly groupGeneratorTwo: Uint8Array | undefined
  readonly groupCurveA: Uint8Array | undefined
  readonly groupCurveB: Uint8Array | undefined
  readonly groupOrder: Uint8Array | undefined
}

/** The attributes of an ISAKMP transform by name. Of an attribute that occurs twice, the first counts. */
export function ikeAttributes({ attributes: a }: { readonly attributes: readonly Attribute[] }): IkeAttributes {
  const list = lifetimes(a, IKE_ATTRIBUTE.LIFE_TYPE, IKE_ATTRIBUTE.LIFE_DURATION)
  return {
    encr: numberOf(a, IKE_ATTRIBUTE.ENCRYPTION_ALGORITHM),
    hash: numberOf(a, IKE_ATTRIBUTE.HASH_ALGORITHM),
    authMethod: numberOf(a, IKE_ATTRIBUTE.AUTHENTICATION_METHOD),
    group: numberOf(a, IKE_ATTRIBUTE.GROUP_DESCRIPTION),
    groupType: numberOf(a, IKE_ATTRIBUTE.GROUP_TYPE),
    prf: numberOf(a, IKE_ATTRIBUTE.PRF),
    keyLength: numberOf(a, IKE_ATTRIBUTE.KEY_LENGTH),
    fieldSize: numberOf(a, IKE_ATTRIBUTE.FIELD_SIZE),
    lifetimes: list,
    ...lifetimeParts(list),
    groupPrime: bytesOf(a, IKE_ATTRIBUTE.GROUP_PRIME_IRREDUCIBLE_POLYNOMIAL),
    groupGeneratorOne: bytesOf(a, IKE_ATTRIBUTE.GROUP_GENERATOR_ONE),
    groupGeneratorTwo: bytesOf(a, IKE_ATTRIBUTE.GROUP_GENERATOR_TWO),
    groupCurveA: bytesOf(a, IKE_ATTRIBUTE.GROUP_CURVE_A),
    groupCurveB: bytesOf(a, IKE_ATTRIBUTE.GROUP_CURVE_B),
    groupOrder: bytesOf(a, IKE_ATTRIBUTE.GROUP_ORDER),
  }
}
