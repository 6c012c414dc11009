/** Attributes of the Configuration payload, with those that Microsoft and Cisco FlexVPN use. */
import { registry } from "../registry.ts"
import { VENDOR_CFG_ATTRIBUTES } from "../vendor-cfg-attributes.ts"

/** IKEv2 Configuration Payload Attribute Types. RFC 7296 §3.15.1. */
export const CFG_ATTRIBUTE = registry(
  "IKEv2 Configuration Payload Attribute Types",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    INTERNAL_IP4_ADDRESS: [1, "RFC 7296"],
    INTERNAL_IP4_NETMASK: [2, "RFC 7296"],
    INTERNAL_IP4_DNS: [3, "RFC 7296"],
    INTERNAL_IP4_NBNS: [4, "RFC 7296"],
    INTERNAL_ADDRESS_EXPIRY: [5, "RFC 4306", { status: "obsolete" }],
    INTERNAL_IP4_DHCP: [6, "RFC 7296"],
    APPLICATION_VERSION: [7, "RFC 7296"],
    INTERNAL_IP6_ADDRESS: [8, "RFC 7296"],
    RESERVED_9: [9, "RFC 7296", { name: "Reserved", status: "reserved" }],
    INTERNAL_IP6_DNS: [10, "RFC 7296"],
    INTERNAL_IP6_NBNS: [11, "RFC 4306", { status: "obsolete" }],
    INTERNAL_IP6_DHCP: [12, "RFC 7296"],
    INTERNAL_IP4_SUBNET: [13, "RFC 7296"],
    SUPPORTED_ATTRIBUTES: [14, "RFC 7296"],
    INTERNAL_IP6_SUBNET: [15, "RFC 7296"],
    MIP6_HOME_PREFIX: [16, "RFC 5026"],
    INTERNAL_IP6_LINK: [17, "RFC 5739"],
    INTERNAL_IP6_PREFIX: [18, "RFC 5739"],
    HOME_AGENT_ADDRESS: [19, "3GPP TS 24.302"],
    P_CSCF_IP4_ADDRESS: [20, "RFC 7651"],
    P_CSCF_IP6_ADDRESS: [21, "RFC 7651"],
    FTT_KAT: [22, "3GPP TS 24.302"],
    EXTERNAL_SOURCE_IP4_NAT_INFO: [23, "3GPP TS 29.139"],
    TIMEOUT_PERIOD_FOR_LIVENESS_CHECK: [24, "3GPP TS 24.302"],
    INTERNAL_DNS_DOMAIN: [25, "RFC 8598"],
    INTERNAL_DNSSEC_TA: [26, "RFC 8598"],
    ENCDNS_IP4: [27, "RFC 9464"],
    ENCDNS_IP6: [28, "RFC 9464"],
    ENCDNS_DIGEST_INFO: [29, "RFC 9464"],
    ...VENDOR_CFG_ATTRIBUTES,
  },
  [[16384, 32767, "Private Use"]],
)
