/** EAP, as it stands in EAP payloads: codes, method types and what methods put behind the type. */
import { registry } from "./registry.ts"

const MSCHAPV2 = "draft-kamath-pppext-eap-mschapv2"

/** EAP Method Types. RFC 3748 §5. */
export const EAP_TYPE = registry(
  "EAP Method Types",
  {
    RESERVED: [0, "RFC 3748", { name: "Reserved", status: "reserved" }],
    IDENTITY: [1, "RFC 3748", { name: "Identity" }],
    NOTIFICATION: [2, "RFC 3748", { name: "Notification" }],
    NAK: [3, "RFC 3748", { name: "Legacy Nak", alias: "Nak" }],
    EAP_MD5: [4, "RFC 3748", { name: "MD5-Challenge", alias: "EAP-MD5" }],
    EAP_OTP: [5, "RFC 3748", { name: "One-Time Password (OTP)", alias: "EAP-OTP" }],
    EAP_GTC: [6, "RFC 3748", { name: "Generic Token Card (GTC)", alias: "EAP-GTC" }],
    ALLOCATED: [7, "RFC 3748", { name: "Allocated", status: "reserved" }],
    ALLOCATED_8: [8, "RFC 3748", { name: "Allocated", status: "reserved" }],
    EAP_RSA_PKA: [9, "draft-whelan-eap-rsa", { name: "RSA Public Key Authentication", alias: "EAP-RSA-PKA" }],
    EAP_DSS: [10, "draft-nace-pppext-eap-dss", { name: "DSS Unilateral", alias: "EAP-DSS" }],
    KEA: [11, "draft-nace-pppext-eap-kea", { alias: "EAP-KEA" }],
    EAP_KEA_VALIDATE: [12, "draft-nace-pppext-eap-kea", { name: "KEA-VALIDATE", alias: "EAP-KEA-VALIDATE" }],
    EAP_TLS: [13, "RFC 5216", { name: "EAP-TLS" }],
    EAP_AXENT: [14, "AXENT", { name: "Defender Token (AXENT)", alias: "EAP-AXENT" }],
    EAP_SECURID: [15, "RSA Security", { name: "RSA Security SecurID EAP", alias: "EAP-SecurID" }],
    EAP_ARCOT: [16, "Arcot Systems", { name: "Arcot Systems EAP", alias: "EAP-ARCOT" }],
    LEAP: [17, "Cisco", { name: "EAP-Cisco Wireless", alias: "LEAP" }],
    EAP_SIM: [18, "RFC 4186", { name: "GSM Subscriber Identity Modules (EAP-SIM)", alias: "EAP-SIM" }],
    EAP_SRP_SHA1: [19, "draft-ietf-pppext-eap-srp", { name: "SRP-SHA1", alias: "EAP-SRP-SHA1" }],
    EAP_SRP_SHA1_2: [
      20,
      "draft-ietf-pppext-eap-srp",
      { name: "SRP-SHA1 Part 2", alias: "EAP-SRP-SHA1-2", status: "obsolete" },
    ],
    EAP_TTLS: [21, "RFC 5281", { name: "EAP-TTLS" }],
    EAP_RAS: [22, "draft-josefsson-eap-ras", { name: "Remote Access Service", alias: "EAP-RAS" }],
    EAP_AKA: [23, "RFC 4187", { name: "EAP-AKA Authentication", alias: "EAP-AKA" }],
    EAP_3COM: [24, "3Com", { name: "EAP-3Com Wireless", alias: "EAP-3COM" }],
    EAP_PEAP: [25, "draft-josefsson-pppext-eap-tls-eap", { name: "PEAP" }],
    MS_EAP_AUTHENTICATION: [26, "Microsoft", { name: "MS-EAP-Authentication" }],
    EAP_MAKE: [
      27,
      "draft-berrendo-chen-pana-eap-make",
      { name: "Mutual Authentication w/Key Exchange (MAKE)", alias: "EAP-MAKE" },
    ],
    CRYPTOCard: [28, "CRYPTOCard", { alias: "EAP-CRYPTOCARD" }],
    EAP_MSCHAPV2: [29, MSCHAPV2, { name: "EAP-MSCHAP-V2", alias: "EAP-MSCHAPv2" }],
    EAP_DYNAMID: [30, "DynamID", { name: "DynamID", alias: "EAP-DYNAMID" }],
    EAP_ROB: [31, "Rob EAP", { name: "Rob EAP", alias: "EAP-ROB" }],
    EAP_POTP: [32, "RFC 4793", { name: "Protected One-Time Password", alias: "EAP-POTP" }],
    MS_AUTHENTICATION_TLV: [33, "Microsoft", { name: "MS-Authentication-TLV" }],
    EAP_SENTRINET: [34, "SentriNET", { name: "SentriNET", alias: "EAP-SENTRINET" }],
    EAP_ACTIONTEC: [35, "Actiontec", { name: "EAP-Actiontec Wireless", alias: "EAP-ACTIONTEC" }],
    EAP_COGENT: [36, "Cogent Systems", { name: "Cogent Systems Biometrics Authentication EAP", alias: "EAP-COGENT" }],
    EAP_AIRFORTRESS: [37, "AirFortress", { name: "AirFortress EAP", alias: "EAP-AIRFORTRESS" }],
    EAP_HTTP_DIGEST: [38, "draft-torvinen-http-eap", { name: "EAP-HTTP Digest", alias: "EAP-HTTP-DIGEST" }],
    EAP_SECURESUITE: [39, "SecureSuite", { name: "SecureSuite EAP", alias: "EAP-SECURESUITE" }],
    EAP_DEVICECONNECT: [40, "DeviceConnect", { name: "DeviceConnect EAP", alias: "EAP-DEVICECONNECT" }],
    EAP_SPEKE: [41, "SPEKE", { name: "EAP-SPEKE" }],
    EAP_MOBAC: [42, "MOBAC", { name: "EAP-MOBAC" }],
    EAP_FAST: [43, "RFC 4851", { name: "EAP-FAST" }],
    ZLXEAP: [44, "ZoneLabs", { name: "ZoneLabs EAP (ZLXEAP)", alias: "ZLXEAP" }],
    EAP_LINK: [45, "Link EAP", { name: "EAP-Link" }],
    EAP_PAX: [46, "RFC 4746", { name: "EAP-PAX" }],
    EAP_PSK: [47, "RFC 4764", { name: "EAP-PSK" }],
    EAP_SAKE: [48, "RFC 4763", { name: "EAP-SAKE" }],
    EAP_IKEV2: [49, "RFC 5106", { name: "EAP-IKEv2" }],
    EAP_AKA_PRIME: [50, "RFC 9048", { name: "EAP-AKA'" }],
    EAP_GPSK: [51, "RFC 5433", { name: "EAP-GPSK" }],
    EAP_PWD: [52, "RFC 5931", { name: "EAP-pwd" }],
    EAP_EKE: [53, "RFC 6124", { name: "EAP-EKE Version 1", alias: "EAP-EKE" }],
    PT_EAP: [54, "RFC 7171", { name: "EAP Method Type for PT-EAP", alias: "PT-EAP" }],
    EAP_TEAP: [55, "RFC 7170", { name: "TEAP" }],
    EAP_NOOB: [56, "RFC 9140", { name: "EAP-NOOB" }],
    EXPANDED: [254, "RFC 3748", { name: "Expanded Type", alias: "Expanded" }],
    EXPERIMENTAL: [255, "RFC 3748", { name: "Experimental" }],
  },
  [[57, 253, "Unassigned"]],
)

/** EAP Codes. RFC 3748 §4, RFC 6696. */
export const EAP_CODE = registry("EAP Codes", {
  REQUEST: [1, "RFC 3748", { name: "Request" }],
  RESPONSE: [2, "RFC 3748", { name: "Response" }],
  SUCCESS: [3, "RFC 3748", { name: "Success" }],
  FAILURE: [4, "RFC 3748", { name: "Failure" }],
  INITIATE: [5, "RFC 6696", { name: "Initiate" }],
  FINISH: [6, "RFC 6696", { name: "Finish" }],
})

/** Subtypes of EAP-SIM, EAP-AKA and EAP-AKA'. RFC 4186 §11, RFC 4187 §11. */
export const EAP_SIM_SUBTYPE = registry("EAP-AKA and EAP-SIM Subtypes", {
  AKA_CHALLENGE: [1, "RFC 4187", { name: "AKA-Challenge" }],
  AKA_AUTHENTICATION_REJECT: [2, "RFC 4187", { name: "AKA-Authentication-Reject" }],
  AKA_SYNCHRONIZATION_FAILURE: [4, "RFC 4187", { name: "AKA-Synchronization-Failure" }],
  AKA_IDENTITY: [5, "RFC 4187", { name: "AKA-Identity" }],
  SIM_START: [10, "RFC 4186", { name: "SIM-Start" }],
  SIM_CHALLENGE: [11, "RFC 4186", { name: "SIM-Challenge" }],
  NOTIFICATION: [12, "RFC 4186", { name: "Notification" }],
  RE_AUTHENTICATION: [13, "RFC 4186", { name: "Re-authentication" }],
  CLIENT_ERROR: [14, "RFC 4186", { name: "Client-Error" }],
})

/** Attributes of EAP-SIM, EAP-AKA and EAP-AKA'. From 128 on they may be skipped. RFC 4186 §11, RFC 4187 §11, RFC 9048 §7. */
export const EAP_SIM_ATTRIBUTE = registry(
  "EAP-AKA and EAP-SIM Attributes",
  {
    AT_RAND: [1, "RFC 4186"],
    AT_AUTN: [2, "RFC 4187"],
    AT_RES: [3, "RFC 4187"],
    AT_AUTS: [4, "RFC 4187"],
    AT_PADDING: [6, "RFC 4186"],
    AT_NONCE_MT: [7, "RFC 4186"],
    AT_PERMANENT_ID_REQ: [10, "RFC 4186"],
    AT_MAC: [11, "RFC 4186"],
    AT_NOTIFICATION: [12, "RFC 4186"],
    AT_ANY_ID_REQ: [13, "RFC 4186"],
    AT_IDENTITY: [14, "RFC 4186"],
    AT_VERSION_LIST: [15, "RFC 4186"],
    AT_SELECTED_VERSION: [16, "RFC 4186"],
    AT_FULLAUTH_ID_REQ: [17, "RFC 4186"],
    AT_COUNTER: [19, "RFC 4186"],
    AT_COUNTER_TOO_SMALL: [20, "RFC 4186"],
    AT_NONCE_S: [21, "RFC 4186"],
    AT_CLIENT_ERROR_CODE: [22, "RFC 4186"],
    AT_KDF_INPUT: [23, "RFC 9048"],
    AT_KDF: [24, "RFC 9048"],
    AT_IV: [129, "RFC 4186"],
    AT_ENCR_DATA: [130, "RFC 4186"],
    AT_NEXT_PSEUDONYM: [132, "RFC 4186"],
    AT_NEXT_REAUTH_ID: [133, "RFC 4186"],
    AT_CHECKCODE: [134, "RFC 4187"],
    AT_RESULT_IND: [135, "RFC 4186"],
    AT_BIDDING: [136, "RFC 9048"],
    AT_IPMS_IND: [137, "3GPP TS 24.302"],
    AT_IPMS_RES: [138, "3GPP TS 24.302"],
    AT_TRUST_IND: [139, "3GPP TS 24.302"],
    AT_SHORT_NAME_FOR_NETWORK: [140, "3GPP TS 24.302"],
    AT_FULL_NAME_FOR_NETWORK: [141, "3GPP TS 24.302"],
    AT_RQSI_IND: [142, "3GPP TS 24.302"],
    AT_RQSI_RES: [143, "3GPP TS 24.302"],
    AT_TWAN_CONN_MODE: [144, "3GPP TS 24.302"],
    AT_VIRTUAL_NETWORK_ID: [145, "3GPP TS 24.302"],
    AT_VIRTUAL_NETWORK_REQ: [146, "3GPP TS 24.302"],
    AT_CONNECTIVITY_TYPE: [147, "3GPP TS 24.302"],
    AT_HANDOVER_INDICATION: [148, "3GPP TS 24.302"],
    AT_HANDOVER_SESSION_ID: [149, "3GPP TS 24.302"],
    AT_MN_SERIAL_ID: [150, "3GPP TS 24.302"],
    AT_DEVICE_IDENTITY: [151, "3GPP TS 24.302"],
  },
  [
    [0, 127, "Unassigned, not skippable"],
    [128, 255, "Unassigned, skippable"],
  ],
)

/** Op codes of EAP-MSCHAPv2. draft-kamath-pppext-eap-mschapv2 §2. */
export const EAP_MSCHAPV2_OPCODE = registry("EAP-MSCHAPv2 OpCodes", {
  CHALLENGE: [1, MSCHAPV2, { name: "Challenge" }],
  RESPONSE: [2, MSCHAPV2, { name: "Response" }],
  SUCCESS: [3, MSCHAPV2, { name: "Success" }],
  FAILURE: [4, MSCHAPV2, { name: "Failure" }],
  CHANGE_PASSWORD: [7, MSCHAPV2, { name: "Change-Password" }],
})

/** Values of AT_NOTIFICATION; from 32768 on they are successes. RFC 4186 §10.18, RFC 4187 §10.19. */
export const EAP_SIM_NOTIFICATION = registry("EAP-AKA and EAP-SIM AT_NOTIFICATION Codes", {
  FAILURE_AFTER_AUTHENTICATION: [0, "RFC 4186", { name: "General failure after authentication" }],
  TEMPORARILY_DENIED: [1026, "RFC 4186", { name: "User has been temporarily denied access to the requested service" }],
  NOT_SUBSCRIBED: [1031, "RFC 4186", { name: "User has not subscribed to the requested service" }],
  FAILURE_TO_TERMINATE: [8192, "RFC 4186", { name: "Failure to terminate the authentication exchange" }],
  GENERAL_FAILURE: [16384, "RFC 4186", { name: "General failure" }],
  SUCCESS: [32768, "RFC 4186", { name: "Success" }],
})

/** Values of AT_CLIENT_ERROR_CODE. RFC 4186 §10.19. */
export const EAP_SIM_CLIENT_ERROR = registry("EAP-AKA and EAP-SIM AT_CLIENT_ERROR_CODE Codes", {
  UNABLE_TO_PROCESS_PACKET: [0, "RFC 4186", { name: "unable to process packet" }],
  UNSUPPORTED_VERSION: [1, "RFC 4186", { name: "unsupported version" }],
  INSUFFICIENT_CHALLENGES: [2, "RFC 4186", { name: "insufficient number of challenges" }],
  RANDS_NOT_FRESH: [3, "RFC 4186", { name: "RANDs are not fresh" }],
})

/** How one side says that EAP fails. */
export interface EapFailure {
  /** An encrypted alert does not say what it is about. */
  readonly kind: "eap-failure" | "eap-alert" | "eap-hidden-alert" | "eap-reject"
  /** `EAP Failure`, `EAP-MSCHAPv2 Failure`, `EAP-TLS alert`. */
  readonly name: string
  /** The reason given: `E=691, authentication failure`. */
  readonly detail: string | null
}
