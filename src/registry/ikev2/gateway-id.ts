/** How REDIRECT and REDIRECTED_FROM identify a gateway. */
import { registry } from "../registry.ts"

/** IKEv2 Gateway Identity Types. RFC 5685 §9. */
export const GATEWAY_ID = registry(
  "IKEv2 Gateway Identity Types",
  {
    0: ["Reserved", "RFC 5685", "reserved"],
    1: ["IPv4 address of the VPN gateway", "RFC 5685"],
    2: ["IPv6 address of the VPN gateway", "RFC 5685"],
    3: ["FQDN of the VPN gateway", "RFC 5685"],
  },
  [[241, 255, "Private Use"]],
)
