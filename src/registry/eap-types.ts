/** EAP, as it stands in EAP payloads: codes, method types and what methods put behind the type. */
import { registry } from "./registry.ts"

const MSCHAPV2 = "draft-kamath-pppext-eap-mschapv2"

/** EAP Method Types. RFC 3748 §5. */
export const EAP_TYPE = registry(
  "EAP Method Types",
  {
    0: ["Reserved", "RFC 3748", "reserved"],
    1: ["Identity", "RFC 3748"],
    2: ["Notification", "RFC 3748"],
    3: ["Legacy Nak", "RFC 3748", "", "Nak"],
    4: ["MD5-Challenge", "RFC 3748", "", "EAP-MD5"],
    5: ["One-Time Password (OTP)", "RFC 3748", "", "EAP-OTP"],
    6: ["Generic Token Card (GTC)", "RFC 3748", "", "EAP-GTC"],
    7: ["Allocated", "RFC 3748", "reserved"],
    8: ["Allocated", "RFC 3748", "reserved"],
    9: ["RSA Public Key Authentication", "draft-whelan-eap-rsa", "", "EAP-RSA-PKA"],
    10: ["DSS Unilateral", "draft-nace-pppext-eap-dss", "", "EAP-DSS"],
    11: ["KEA", "draft-nace-pppext-eap-kea", "", "EAP-KEA"],
    12: ["KEA-VALIDATE", "draft-nace-pppext-eap-kea", "", "EAP-KEA-VALIDATE"],
    13: ["EAP-TLS", "RFC 5216"],
    14: ["Defender Token (AXENT)", "AXENT", "", "EAP-AXENT"],
    15: ["RSA Security SecurID EAP", "RSA Security", "", "EAP-SecurID"],
    16: ["Arcot Systems EAP", "Arcot Systems", "", "EAP-ARCOT"],
    17: ["EAP-Cisco Wireless", "Cisco", "", "LEAP"],
    18: ["GSM Subscriber Identity Modules (EAP-SIM)", "RFC 4186", "", "EAP-SIM"],
    19: ["SRP-SHA1", "draft-ietf-pppext-eap-srp", "", "EAP-SRP-SHA1"],
    20: ["SRP-SHA1 Part 2", "draft-ietf-pppext-eap-srp", "obsolete", "EAP-SRP-SHA1-2"],
    21: ["EAP-TTLS", "RFC 5281"],
    22: ["Remote Access Service", "draft-josefsson-eap-ras", "", "EAP-RAS"],
    23: ["EAP-AKA Authentication", "RFC 4187", "", "EAP-AKA"],
    24: ["EAP-3Com Wireless", "3Com", "", "EAP-3COM"],
    25: ["PEAP", "draft-josefsson-pppext-eap-tls-eap"],
    26: ["MS-EAP-Authentication", "Microsoft"],
    27: ["Mutual Authentication w/Key Exchange (MAKE)", "draft-berrendo-chen-pana-eap-make", "", "EAP-MAKE"],
    28: ["CRYPTOCard", "CRYPTOCard", "", "EAP-CRYPTOCARD"],
    29: ["EAP-MSCHAP-V2", MSCHAPV2, "", "EAP-MSCHAPv2"],
    30: ["DynamID", "DynamID", "", "EAP-DYNAMID"],
    31: ["Rob EAP", "Rob EAP", "", "EAP-ROB"],
    32: ["Protected One-Time Password", "RFC 4793", "", "EAP-POTP"],
    33: ["MS-Authentication-TLV", "Microsoft"],
    34: ["SentriNET", "SentriNET", "", "EAP-SENTRINET"],
    35: ["EAP-Actiontec Wireless", "Actiontec", "", "EAP-ACTIONTEC"],
    36: ["Cogent Systems Biometrics Authentication EAP", "Cogent Systems", "", "EAP-COGENT"],
    37: ["AirFortress EAP", "AirFortress", "", "EAP-AIRFORTRESS"],
    38: ["EAP-HTTP Digest", "draft-torvinen-http-eap", "", "EAP-HTTP-DIGEST"],
    39: ["SecureSuite EAP", "SecureSuite", "", "EAP-SECURESUITE"],
    40: ["DeviceConnect EAP", "DeviceConnect", "", "EAP-DEVICECONNECT"],
    41: ["EAP-SPEKE", "SPEKE"],
    42: ["EAP-MOBAC", "MOBAC"],
    43: ["EAP-FAST", "RFC 4851"],
    44: ["ZoneLabs EAP (ZLXEAP)", "ZoneLabs", "", "ZLXEAP"],
    45: ["EAP-Link", "Link EAP"],
    46: ["EAP-PAX", "RFC 4746"],
    47: ["EAP-PSK", "RFC 4764"],
    48: ["EAP-SAKE", "RFC 4763"],
    49: ["EAP-IKEv2", "RFC 5106"],
    50: ["EAP-AKA'", "RFC 9048"],
    51: ["EAP-GPSK", "RFC 5433"],
    52: ["EAP-pwd", "RFC 5931"],
    53: ["EAP-EKE Version 1", "RFC 6124", "", "EAP-EKE"],
    54: ["EAP Method Type for PT-EAP", "RFC 7171", "", "PT-EAP"],
    55: ["TEAP", "RFC 7170"],
    56: ["EAP-NOOB", "RFC 9140"],
    254: ["Expanded Type", "RFC 3748", "", "Expanded"],
    255: ["Experimental", "RFC 3748"],
  },
  [[57, 253, "Unassigned"]],
)

/** EAP Codes. RFC 3748 §4, RFC 6696. */
export const EAP_CODE = registry("EAP Codes", {
  1: ["Request", "RFC 3748"],
  2: ["Response", "RFC 3748"],
  3: ["Success", "RFC 3748"],
  4: ["Failure", "RFC 3748"],
  5: ["Initiate", "RFC 6696"],
  6: ["Finish", "RFC 6696"],
})

/** Subtypes of EAP-SIM, EAP-AKA and EAP-AKA'. RFC 4186 §11, RFC 4187 §11. */
export const EAP_SIM_SUBTYPE = registry("EAP-AKA and EAP-SIM Subtypes", {
  1: ["AKA-Challenge", "RFC 4187"],
  2: ["AKA-Authentication-Reject", "RFC 4187"],
  4: ["AKA-Synchronization-Failure", "RFC 4187"],
  5: ["AKA-Identity", "RFC 4187"],
  10: ["SIM-Start", "RFC 4186"],
  11: ["SIM-Challenge", "RFC 4186"],
  12: ["Notification", "RFC 4186"],
  13: ["Re-authentication", "RFC 4186"],
  14: ["Client-Error", "RFC 4186"],
})

/** Attributes of EAP-SIM, EAP-AKA and EAP-AKA'. From 128 on they may be skipped. RFC 4186 §11, RFC 4187 §11, RFC 9048 §7. */
export const EAP_SIM_ATTRIBUTE = registry(
  "EAP-AKA and EAP-SIM Attributes",
  {
    1: ["AT_RAND", "RFC 4186"],
    2: ["AT_AUTN", "RFC 4187"],
    3: ["AT_RES", "RFC 4187"],
    4: ["AT_AUTS", "RFC 4187"],
    6: ["AT_PADDING", "RFC 4186"],
    7: ["AT_NONCE_MT", "RFC 4186"],
    10: ["AT_PERMANENT_ID_REQ", "RFC 4186"],
    11: ["AT_MAC", "RFC 4186"],
    12: ["AT_NOTIFICATION", "RFC 4186"],
    13: ["AT_ANY_ID_REQ", "RFC 4186"],
    14: ["AT_IDENTITY", "RFC 4186"],
    15: ["AT_VERSION_LIST", "RFC 4186"],
    16: ["AT_SELECTED_VERSION", "RFC 4186"],
    17: ["AT_FULLAUTH_ID_REQ", "RFC 4186"],
    19: ["AT_COUNTER", "RFC 4186"],
    20: ["AT_COUNTER_TOO_SMALL", "RFC 4186"],
    21: ["AT_NONCE_S", "RFC 4186"],
    22: ["AT_CLIENT_ERROR_CODE", "RFC 4186"],
    23: ["AT_KDF_INPUT", "RFC 9048"],
    24: ["AT_KDF", "RFC 9048"],
    129: ["AT_IV", "RFC 4186"],
    130: ["AT_ENCR_DATA", "RFC 4186"],
    132: ["AT_NEXT_PSEUDONYM", "RFC 4186"],
    133: ["AT_NEXT_REAUTH_ID", "RFC 4186"],
    134: ["AT_CHECKCODE", "RFC 4187"],
    135: ["AT_RESULT_IND", "RFC 4186"],
    136: ["AT_BIDDING", "RFC 9048"],
    137: ["AT_IPMS_IND", "3GPP TS 24.302"],
    138: ["AT_IPMS_RES", "3GPP TS 24.302"],
    139: ["AT_TRUST_IND", "3GPP TS 24.302"],
    140: ["AT_SHORT_NAME_FOR_NETWORK", "3GPP TS 24.302"],
    141: ["AT_FULL_NAME_FOR_NETWORK", "3GPP TS 24.302"],
    142: ["AT_RQSI_IND", "3GPP TS 24.302"],
    143: ["AT_RQSI_RES", "3GPP TS 24.302"],
    144: ["AT_TWAN_CONN_MODE", "3GPP TS 24.302"],
    145: ["AT_VIRTUAL_NETWORK_ID", "3GPP TS 24.302"],
    146: ["AT_VIRTUAL_NETWORK_REQ", "3GPP TS 24.302"],
    147: ["AT_CONNECTIVITY_TYPE", "3GPP TS 24.302"],
    148: ["AT_HANDOVER_INDICATION", "3GPP TS 24.302"],
    149: ["AT_HANDOVER_SESSION_ID", "3GPP TS 24.302"],
    150: ["AT_MN_SERIAL_ID", "3GPP TS 24.302"],
    151: ["AT_DEVICE_IDENTITY", "3GPP TS 24.302"],
  },
  [
    [0, 127, "Unassigned, not skippable"],
    [128, 255, "Unassigned, skippable"],
  ],
)

/** Op codes of EAP-MSCHAPv2. draft-kamath-pppext-eap-mschapv2 §2. */
export const EAP_MSCHAPV2_OPCODE = registry("EAP-MSCHAPv2 OpCodes", {
  1: ["Challenge", MSCHAPV2],
  2: ["Response", MSCHAPV2],
  3: ["Success", MSCHAPV2],
  4: ["Failure", MSCHAPV2],
  7: ["Change-Password", MSCHAPV2],
})

/** Values of AT_NOTIFICATION; from 32768 on they are successes. RFC 4186 §10.18, RFC 4187 §10.19. */
export const EAP_SIM_NOTIFICATION = registry("EAP-AKA and EAP-SIM AT_NOTIFICATION Codes", {
  0: ["General failure after authentication", "RFC 4186"],
  1026: ["User has been temporarily denied access to the requested service", "RFC 4186"],
  1031: ["User has not subscribed to the requested service", "RFC 4186"],
  8192: ["Failure to terminate the authentication exchange", "RFC 4186"],
  16384: ["General failure", "RFC 4186"],
  32768: ["Success", "RFC 4186"],
})

/** Values of AT_CLIENT_ERROR_CODE. RFC 4186 §10.19. */
export const EAP_SIM_CLIENT_ERROR = registry("EAP-AKA and EAP-SIM AT_CLIENT_ERROR_CODE Codes", {
  0: ["unable to process packet", "RFC 4186"],
  1: ["unsupported version", "RFC 4186"],
  2: ["insufficient number of challenges", "RFC 4186"],
  3: ["RANDs are not fresh", "RFC 4186"],
})
