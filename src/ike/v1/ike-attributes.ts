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
  bytesDetail,
  bytesOf,
  type Lifetime,
  lifeDetails,
  lifetimeParts,
  lifetimes,
  numberDetail,
  numberOf,
} from "./attributes.ts"

const PREFIX = "isakmp.ike.attr"

export const ikeAttributeFields = attributeFields(PREFIX, "IKE Attribute", IKE_ATTRIBUTE)

const life = lifeDetails(PREFIX)
const number = (name: string, label: string, names?: Parameters<typeof attributeFields>[2]) =>
  numberDetail(field(`${PREFIX}.${name}`, label, { names }))
const bytes = (name: string, label: string) => bytesDetail(field(`${PREFIX}.${name}`, label, { kind: "bytes" }))

/** By attribute type. */
export const IKE_ATTRIBUTE_DETAIL: ReadonlyMap<number, AttributeDetail> = new Map([
  [1, number("encryption_algorithm", "Encryption Algorithm", IKE_ENCR)],
  [2, number("hash_algorithm", "Hash Algorithm", IKE_HASH)],
  [3, number("authentication_method", "Authentication Method", AUTH_METHOD)],
  [4, number("group_description", "Group Description", GROUP)],
  [5, number("group_type", "Group Type", GROUP_TYPE)],
  [6, bytes("group_prime", "Group Prime/Irreducible Polynomial")],
  [7, bytes("group_generator_one", "Group Generator One")],
  [8, bytes("group_generator_two", "Group Generator Two")],
  [9, bytes("group_curve_a", "Group Curve A")],
  [10, bytes("group_curve_b", "Group Curve B")],
  [11, life.lifeType],
  [12, life.lifeDuration],
  [13, bytes("prf", "PRF")],
  [14, number("key_length", "Key Length (bits)")],
  [15, bytes("field_size", "Field Size")],
  [16, bytes("group_order", "Group Order")],
  [17, bytes("block_size", "Block Size")],
  [20, number("asymmetric_cryptographic_algorithm_type", "Asymmetric Cryptographic Algorithm Type")],
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
  const list = lifetimes(a, 11, 12)
  return {
    encr: numberOf(a, 1),
    hash: numberOf(a, 2),
    authMethod: numberOf(a, 3),
    group: numberOf(a, 4),
    groupType: numberOf(a, 5),
    prf: numberOf(a, 13),
    keyLength: numberOf(a, 14),
    fieldSize: numberOf(a, 15),
    lifetimes: list,
    ...lifetimeParts(list),
    groupPrime: bytesOf(a, 6),
    groupGeneratorOne: bytesOf(a, 7),
    groupGeneratorTwo: bytesOf(a, 8),
    groupCurveA: bytesOf(a, 9),
    groupCurveB: bytesOf(a, 10),
    groupOrder: bytesOf(a, 16),
  }
}
