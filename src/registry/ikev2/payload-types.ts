/** IKEv2 Payload Types; the alias is the RFC's notation in exchanges. */
import { registry } from "../registry.ts"

/** IKEv2 Payload Types. RFC 7296 §3.2. */
export const PAYLOAD_TYPE = registry(
  "IKEv2 Payload Types",
  {
    0: ["No Next Payload", "RFC 7296", "", "NONE"],
    33: ["Security Association", "RFC 7296", "", "SA"],
    34: ["Key Exchange", "RFC 7296", "", "KE"],
    35: ["Identification - Initiator", "RFC 7296", "", "IDi"],
    36: ["Identification - Responder", "RFC 7296", "", "IDr"],
    37: ["Certificate", "RFC 7296", "", "CERT"],
    38: ["Certificate Request", "RFC 7296", "", "CERTREQ"],
    39: ["Authentication", "RFC 7296", "", "AUTH"],
    40: ["Nonce", "RFC 7296", "", "Nonce"],
    41: ["Notify", "RFC 7296", "", "N"],
    42: ["Delete", "RFC 7296", "", "D"],
    43: ["Vendor ID", "RFC 7296", "", "V"],
    44: ["Traffic Selector - Initiator", "RFC 7296", "", "TSi"],
    45: ["Traffic Selector - Responder", "RFC 7296", "", "TSr"],
    46: ["Encrypted and Authenticated", "RFC 7296", "", "SK"],
    47: ["Configuration", "RFC 7296", "", "CP"],
    48: ["Extensible Authentication", "RFC 7296", "", "EAP"],
    49: ["Generic Secure Password Method", "RFC 6467", "", "GSPM"],
    50: ["Group Identification", "RFC 9838", "", "IDg"],
    51: ["Group Security Association", "RFC 9838", "", "GSA"],
    52: ["Key Download", "RFC 9838", "", "KD"],
    53: ["Encrypted and Authenticated Fragment", "RFC 7383", "", "SKF"],
    54: ["Puzzle Solution", "RFC 8019", "", "PS"],
    132: ["Cisco Fragmentation", "Cisco", "private", "FRAG"],
  },
  [
    [1, 32, "Reserved for IKEv1"],
    [128, 255, "Private Use"],
  ],
)
