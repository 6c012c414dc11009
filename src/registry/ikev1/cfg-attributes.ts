/** Attributes of Config Mode, XAUTH and vendors' extensions in IKEv1. */
import { registry } from "../registry.ts"
import { VENDOR_CFG_ATTRIBUTES } from "../vendor-cfg-attributes.ts"

const MODE_CFG = "draft-dukes-ike-mode-cfg"
const XAUTH = "draft-beaulieu-ike-xauth"

/** ISAKMP Configuration Attributes. draft-dukes-ike-mode-cfg §3.3; XAUTH, Cisco Unity, Check Point and Microsoft use private numbers. */
export const CFG_ATTRIBUTE = registry(
  "ISAKMP Configuration Attributes",
  {
    RESERVED: [0, MODE_CFG, { name: "Reserved", status: "reserved" }],
    INTERNAL_IP4_ADDRESS: [1, MODE_CFG],
    INTERNAL_IP4_NETMASK: [2, MODE_CFG],
    INTERNAL_IP4_DNS: [3, MODE_CFG],
    INTERNAL_IP4_NBNS: [4, MODE_CFG],
    INTERNAL_ADDRESS_EXPIRY: [5, MODE_CFG],
    INTERNAL_IP4_DHCP: [6, MODE_CFG],
    APPLICATION_VERSION: [7, MODE_CFG],
    INTERNAL_IP6_ADDRESS: [8, MODE_CFG],
    INTERNAL_IP6_NETMASK: [9, MODE_CFG],
    INTERNAL_IP6_DNS: [10, MODE_CFG],
    INTERNAL_IP6_NBNS: [11, MODE_CFG],
    INTERNAL_IP6_DHCP: [12, MODE_CFG],
    INTERNAL_IP4_SUBNET: [13, MODE_CFG],
    SUPPORTED_ATTRIBUTES: [14, MODE_CFG],
    INTERNAL_IP6_SUBNET: [15, MODE_CFG],
    CHKPT_DEF_DOMAIN: [16387, "Check Point", { status: "private" }],
    CHKPT_MAC_ADDRESS: [16388, "Check Point", { status: "private" }],
    CHKPT_MARCIPAN_REASON_CODE: [16389, "Check Point", { status: "private" }],
    CHKPT_UNKNOWN1: [16400, "Check Point", { status: "private" }],
    CHKPT_UNKNOWN2: [16401, "Check Point", { status: "private" }],
    CHKPT_UNKNOWN3: [16402, "Check Point", { status: "private" }],
    // These four as the isakmp crate of snx-rs has them.
    CCC_SESSION_ID: [16453, "Check Point", { status: "private" }],
    CCC_VARIABLE_LEASE_TIME: [16454, "Check Point", { status: "private" }],
    CCC_OFFICE_MODE_ALLOWED: [16455, "Check Point", { status: "private" }],
    CCC_CONNECT_ALLOWED: [16460, "Check Point", { status: "private" }],
    XAUTH_TYPE: [16520, XAUTH, { status: "private" }],
    XAUTH_USER_NAME: [16521, XAUTH, { status: "private" }],
    XAUTH_USER_PASSWORD: [16522, XAUTH, { status: "private" }],
    XAUTH_PASSCODE: [16523, XAUTH, { status: "private" }],
    XAUTH_MESSAGE: [16524, XAUTH, { status: "private" }],
    XAUTH_CHALLENGE: [16525, XAUTH, { status: "private" }],
    XAUTH_DOMAIN: [16526, XAUTH, { status: "private" }],
    XAUTH_STATUS: [16527, XAUTH, { status: "private" }],
    XAUTH_NEXT_PIN: [16528, XAUTH, { status: "private" }],
    XAUTH_ANSWER: [16529, XAUTH, { status: "private" }],
    ...VENDOR_CFG_ATTRIBUTES,
  },
  [[16384, 32767, "Private Use"]],
)
