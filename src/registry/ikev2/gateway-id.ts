/** How REDIRECT and REDIRECTED_FROM identify a gateway. */
import { registry } from "../registry.ts"

/** IKEv2 Gateway Identity Types. RFC 5685 §9. */
export const GATEWAY_ID = registry(
  "IKEv2 Gateway Identity Types",
  {
    RESERVED: [0, "RFC 5685", { name: "Reserved", status: "reserved" }],
    IPV4: [1, "RFC 5685", { name: "IPv4 address of the VPN gateway" }],
    IPV6: [2, "RFC 5685", { name: "IPv6 address of the VPN gateway" }],
    FQDN: [3, "RFC 5685", { name: "FQDN of the VPN gateway" }],
  },
  [[241, 255, "Private Use"]],
)
