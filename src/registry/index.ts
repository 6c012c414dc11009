/** The catalogue of all tables, for `ikedump registry` and the tests: decoders import the one table that they need. */

import {
  EAP_CODE,
  EAP_MSCHAPV2_OPCODE,
  EAP_SIM_ATTRIBUTE,
  EAP_SIM_CLIENT_ERROR,
  EAP_SIM_NOTIFICATION,
  EAP_SIM_SUBTYPE,
  EAP_TYPE,
} from "./eap-types.ts"
import { AUTH_METHOD_GMT0022 as AUTH_METHOD_GMT0022_V1, AUTH_METHOD as AUTH_METHOD_V1 } from "./ikev1/auth-methods.ts"
import { CERT_TYPE as CERT_TYPE_V1 } from "./ikev1/cert-types.ts"
import { CFG_ATTRIBUTE as CFG_ATTRIBUTE_V1 } from "./ikev1/cfg-attributes.ts"
import { CFG_TYPE as CFG_TYPE_V1 } from "./ikev1/cfg-types.ts"
import { DOI as DOI_V1 } from "./ikev1/doi.ts"
import { ENCAP_MODE as ENCAP_MODE_V1 } from "./ikev1/encap-mode.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V1 } from "./ikev1/exchange-types.ts"
import { GAP_ATTRIBUTE as GAP_ATTRIBUTE_V1 } from "./ikev1/gap-attributes.ts"
import { GROUP_TYPE as GROUP_TYPE_V1 } from "./ikev1/group-types.ts"
import { GROUP as GROUP_V1 } from "./ikev1/groups.ts"
import { ID_TYPE as ID_TYPE_V1 } from "./ikev1/id-types.ts"
import { IKE_ATTRIBUTE as IKE_ATTRIBUTE_V1 } from "./ikev1/ike-attributes.ts"
import { IKE_ENCR as IKE_ENCR_V1 } from "./ikev1/ike-encr.ts"
import { IKE_HASH as IKE_HASH_V1 } from "./ikev1/ike-hash.ts"
import { IPSEC_ATTRIBUTE as IPSEC_ATTRIBUTE_V1 } from "./ikev1/ipsec-attributes.ts"
import { IPSEC_AUTH_ALG as IPSEC_AUTH_ALG_V1 } from "./ikev1/ipsec-auth-alg.ts"
import { KEK_ALGORITHM as KEK_ALGORITHM_V1 } from "./ikev1/kek-algorithms.ts"
import { KEK_ATTRIBUTE as KEK_ATTRIBUTE_V1 } from "./ikev1/kek-attributes.ts"
import { KEK_KEY_ATTRIBUTE as KEK_KEY_ATTRIBUTE_V1 } from "./ikev1/kek-key-attributes.ts"
import { KEY_DOWNLOAD_TYPE as KEY_DOWNLOAD_TYPE_V1 } from "./ikev1/key-download-types.ts"
import { LIFE_TYPE as LIFE_TYPE_V1 } from "./ikev1/life-type.ts"
import { LKH_ATTRIBUTE as LKH_ATTRIBUTE_V1 } from "./ikev1/lkh-attributes.ts"
import { NOTIFY as NOTIFY_V1 } from "./ikev1/notify.ts"
import { PAYLOAD_TYPE as PAYLOAD_TYPE_V1 } from "./ikev1/payload-types.ts"
import { IKE_PRF as IKE_PRF_V1 } from "./ikev1/prf.ts"
import { PROTOCOL_ID as PROTOCOL_ID_V1 } from "./ikev1/protocol-ids.ts"
import { SAT_PROTOCOL_ID as SAT_PROTOCOL_ID_V1 } from "./ikev1/sat-protocol-ids.ts"
import { SID_ATTRIBUTE as SID_ATTRIBUTE_V1 } from "./ikev1/sid-attributes.ts"
import { SIG_ALGORITHM as SIG_ALGORITHM_V1 } from "./ikev1/sig-algorithms.ts"
import { SIG_HASH_ALGORITHM as SIG_HASH_ALGORITHM_V1 } from "./ikev1/sig-hash-algorithms.ts"
import { TEK_KEY_ATTRIBUTE as TEK_KEY_ATTRIBUTE_V1 } from "./ikev1/tek-key-attributes.ts"
import { TRANS_AH as TRANS_AH_V1 } from "./ikev1/trans-ah.ts"
import { TRANS_ESP as TRANS_ESP_V1 } from "./ikev1/trans-esp.ts"
import { TRANS_IPCOMP as TRANS_IPCOMP_V1 } from "./ikev1/trans-ipcomp.ts"
import { TRANS_ISAKMP as TRANS_ISAKMP_V1 } from "./ikev1/trans-isakmp.ts"
import { XAUTH_STATUS as XAUTH_STATUS_V1 } from "./ikev1/xauth-status.ts"
import { XAUTH_TYPE as XAUTH_TYPE_V1 } from "./ikev1/xauth-types.ts"
import { AUTH_METHOD as AUTH_METHOD_V2 } from "./ikev2/auth-methods.ts"
import { CERT_ENCODING as CERT_ENCODING_V2 } from "./ikev2/cert-encodings.ts"
import { CFG_ATTRIBUTE as CFG_ATTRIBUTE_V2 } from "./ikev2/cfg-attributes.ts"
import { CFG_TYPE as CFG_TYPE_V2 } from "./ikev2/cfg-types.ts"
import { ENCR as ENCR_V2 } from "./ikev2/encr.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V2 } from "./ikev2/exchange-types.ts"
import { GATEWAY_ID as GATEWAY_ID_V2 } from "./ikev2/gateway-id.ts"
import { GCAUTH as GCAUTH_V2 } from "./ikev2/gcauth.ts"
import { GROUP_KEY_BAG_ATTRIBUTE as GROUP_KEY_BAG_ATTRIBUTE_V2 } from "./ikev2/group-key-bag-attributes.ts"
import { GROUP_WIDE_POLICY_ATTRIBUTE as GROUP_WIDE_POLICY_ATTRIBUTE_V2 } from "./ikev2/group-wide-policy-attributes.ts"
import { GSA_ATTRIBUTE as GSA_ATTRIBUTE_V2 } from "./ikev2/gsa-attributes.ts"
import { HASH_ALGORITHM as HASH_ALGORITHM_V2 } from "./ikev2/hash-algorithms.ts"
import { ID_TYPE as ID_TYPE_V2 } from "./ikev2/id-types.ts"
import { INTEG as INTEG_V2 } from "./ikev2/integ.ts"
import { IPCOMP as IPCOMP_V2 } from "./ikev2/ipcomp.ts"
import { KE_METHOD as KE_METHOD_V2 } from "./ikev2/ke-methods.ts"
import { KWA as KWA_V2 } from "./ikev2/key-wrap.ts"
import { MEMBER_KEY_BAG_ATTRIBUTE as MEMBER_KEY_BAG_ATTRIBUTE_V2 } from "./ikev2/member-key-bag-attributes.ts"
import { NOTIFY as NOTIFY_V2 } from "./ikev2/notify.ts"
import { NOTIFY_3GPP as NOTIFY_3GPP_V2 } from "./ikev2/notify-3gpp.ts"
import { NOTIFY_STRONGSWAN as NOTIFY_STRONGSWAN_V2 } from "./ikev2/notify-strongswan.ts"
import { PAYLOAD_TYPE as PAYLOAD_TYPE_V2 } from "./ikev2/payload-types.ts"
import { PPK_ID_TYPE as PPK_ID_TYPE_V2 } from "./ikev2/ppk-id-types.ts"
import { PRF as PRF_V2 } from "./ikev2/prf.ts"
import { ROHC_ATTRIBUTE as ROHC_ATTRIBUTE_V2 } from "./ikev2/rohc-attributes.ts"
import { SECURE_PASSWORD_METHOD as SECURE_PASSWORD_METHOD_V2 } from "./ikev2/secure-password-methods.ts"
import { SECURITY_PROTOCOL as SECURITY_PROTOCOL_V2 } from "./ikev2/security-protocols.ts"
import { SEQUENCE_NUMBERS as SEQUENCE_NUMBERS_V2 } from "./ikev2/sequence-numbers.ts"
import { TRANSFORM_ATTRIBUTE_TYPE as TRANSFORM_ATTRIBUTE_TYPE_V2 } from "./ikev2/transform-attribute-types.ts"
import { TRANSFORM_TYPE as TRANSFORM_TYPE_V2 } from "./ikev2/transform-types.ts"
import { TS_TYPE as TS_TYPE_V2 } from "./ikev2/ts-types.ts"
import { IP_PROTOCOL } from "./ip-protocols.ts"
import { LINK_TYPE } from "./link-types.ts"
import type { Registry } from "./registry.ts"

export interface CatalogueEntry {
  /** `ikev2-encr`: the version and the name of the file. */
  readonly name: string
  readonly registry: Registry
}

export const REGISTRIES: readonly CatalogueEntry[] = [
  { name: "ikev2-auth-methods", registry: AUTH_METHOD_V2 },
  { name: "ikev2-cert-encodings", registry: CERT_ENCODING_V2 },
  { name: "ikev2-cfg-attributes", registry: CFG_ATTRIBUTE_V2 },
  { name: "ikev2-cfg-types", registry: CFG_TYPE_V2 },
  { name: "ikev2-encr", registry: ENCR_V2 },
  { name: "ikev2-exchange-types", registry: EXCHANGE_TYPE_V2 },
  { name: "ikev2-gateway-id", registry: GATEWAY_ID_V2 },
  { name: "ikev2-gcauth", registry: GCAUTH_V2 },
  { name: "ikev2-group-key-bag-attributes", registry: GROUP_KEY_BAG_ATTRIBUTE_V2 },
  { name: "ikev2-group-wide-policy-attributes", registry: GROUP_WIDE_POLICY_ATTRIBUTE_V2 },
  { name: "ikev2-gsa-attributes", registry: GSA_ATTRIBUTE_V2 },
  { name: "ikev2-hash-algorithms", registry: HASH_ALGORITHM_V2 },
  { name: "ikev2-id-types", registry: ID_TYPE_V2 },
  { name: "ikev2-integ", registry: INTEG_V2 },
  { name: "ikev2-ipcomp", registry: IPCOMP_V2 },
  { name: "ikev2-ke-methods", registry: KE_METHOD_V2 },
  { name: "ikev2-key-wrap", registry: KWA_V2 },
  { name: "ikev2-member-key-bag-attributes", registry: MEMBER_KEY_BAG_ATTRIBUTE_V2 },
  { name: "ikev2-notify-3gpp", registry: NOTIFY_3GPP_V2 },
  { name: "ikev2-notify-strongswan", registry: NOTIFY_STRONGSWAN_V2 },
  { name: "ikev2-notify", registry: NOTIFY_V2 },
  { name: "ikev2-payload-types", registry: PAYLOAD_TYPE_V2 },
  { name: "ikev2-ppk-id-types", registry: PPK_ID_TYPE_V2 },
  { name: "ikev2-prf", registry: PRF_V2 },
  { name: "ikev2-rohc-attributes", registry: ROHC_ATTRIBUTE_V2 },
  { name: "ikev2-secure-password-methods", registry: SECURE_PASSWORD_METHOD_V2 },
  { name: "ikev2-security-protocols", registry: SECURITY_PROTOCOL_V2 },
  { name: "ikev2-sequence-numbers", registry: SEQUENCE_NUMBERS_V2 },
  { name: "ikev2-transform-attribute-types", registry: TRANSFORM_ATTRIBUTE_TYPE_V2 },
  { name: "ikev2-transform-types", registry: TRANSFORM_TYPE_V2 },
  { name: "ikev2-ts-types", registry: TS_TYPE_V2 },
  { name: "ikev1-auth-methods", registry: AUTH_METHOD_V1 },
  { name: "ikev1-auth-methods-gmt0022", registry: AUTH_METHOD_GMT0022_V1 },
  { name: "ikev1-cert-types", registry: CERT_TYPE_V1 },
  { name: "ikev1-cfg-attributes", registry: CFG_ATTRIBUTE_V1 },
  { name: "ikev1-cfg-types", registry: CFG_TYPE_V1 },
  { name: "ikev1-doi", registry: DOI_V1 },
  { name: "ikev1-encap-mode", registry: ENCAP_MODE_V1 },
  { name: "ikev1-exchange-types", registry: EXCHANGE_TYPE_V1 },
  { name: "ikev1-gap-attributes", registry: GAP_ATTRIBUTE_V1 },
  { name: "ikev1-group-types", registry: GROUP_TYPE_V1 },
  { name: "ikev1-groups", registry: GROUP_V1 },
  { name: "ikev1-id-types", registry: ID_TYPE_V1 },
  { name: "ikev1-ike-attributes", registry: IKE_ATTRIBUTE_V1 },
  { name: "ikev1-ike-encr", registry: IKE_ENCR_V1 },
  { name: "ikev1-ike-hash", registry: IKE_HASH_V1 },
  { name: "ikev1-ipsec-attributes", registry: IPSEC_ATTRIBUTE_V1 },
  { name: "ikev1-ipsec-auth-alg", registry: IPSEC_AUTH_ALG_V1 },
  { name: "ikev1-kek-algorithms", registry: KEK_ALGORITHM_V1 },
  { name: "ikev1-kek-attributes", registry: KEK_ATTRIBUTE_V1 },
  { name: "ikev1-kek-key-attributes", registry: KEK_KEY_ATTRIBUTE_V1 },
  { name: "ikev1-key-download-types", registry: KEY_DOWNLOAD_TYPE_V1 },
  { name: "ikev1-life-type", registry: LIFE_TYPE_V1 },
  { name: "ikev1-lkh-attributes", registry: LKH_ATTRIBUTE_V1 },
  { name: "ikev1-notify", registry: NOTIFY_V1 },
  { name: "ikev1-payload-types", registry: PAYLOAD_TYPE_V1 },
  { name: "ikev1-prf", registry: IKE_PRF_V1 },
  { name: "ikev1-protocol-ids", registry: PROTOCOL_ID_V1 },
  { name: "ikev1-sat-protocol-ids", registry: SAT_PROTOCOL_ID_V1 },
  { name: "ikev1-sid-attributes", registry: SID_ATTRIBUTE_V1 },
  { name: "ikev1-sig-algorithms", registry: SIG_ALGORITHM_V1 },
  { name: "ikev1-sig-hash-algorithms", registry: SIG_HASH_ALGORITHM_V1 },
  { name: "ikev1-tek-key-attributes", registry: TEK_KEY_ATTRIBUTE_V1 },
  { name: "ikev1-trans-ah", registry: TRANS_AH_V1 },
  { name: "ikev1-trans-esp", registry: TRANS_ESP_V1 },
  { name: "ikev1-trans-ipcomp", registry: TRANS_IPCOMP_V1 },
  { name: "ikev1-trans-isakmp", registry: TRANS_ISAKMP_V1 },
  { name: "ikev1-xauth-status", registry: XAUTH_STATUS_V1 },
  { name: "ikev1-xauth-types", registry: XAUTH_TYPE_V1 },
  { name: "eap-types", registry: EAP_TYPE },
  { name: "eap-codes", registry: EAP_CODE },
  { name: "eap-sim-subtypes", registry: EAP_SIM_SUBTYPE },
  { name: "eap-sim-attributes", registry: EAP_SIM_ATTRIBUTE },
  { name: "eap-mschapv2-opcodes", registry: EAP_MSCHAPV2_OPCODE },
  { name: "eap-sim-notifications", registry: EAP_SIM_NOTIFICATION },
  { name: "eap-sim-client-errors", registry: EAP_SIM_CLIENT_ERROR },
  { name: "ip-protocols", registry: IP_PROTOCOL },
  { name: "link-types", registry: LINK_TYPE },
]
