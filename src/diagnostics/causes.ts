/** Causes of a verdict (contract) that no single finding names: what ended an SA, decided from all that is known of it. */
import { declare } from "./entry.ts"

export const CAUSES = {
  "psk-mismatch": declare(
    ["error", "warning"],
    "The two ends have different pre-shared keys, or one of them uses another key for this peer.",
    "Compare the key of both ends, and by which address or identity each picks it.",
    "RFC 7296 §2.15, RFC 2409 §5.4",
  ),
  "ppk-mismatch": declare(
    ["error", "warning"],
    "The AUTH value does not hold under the post-quantum pre-shared key: the ends have different values under one PPK_ID, or one of them lacks it.",
    "Compare the PPK of both ends under the PPK_ID that the initiator sends.",
    "RFC 8784 §3",
  ),
  "identity-refused": declare(
    ["error", "warning"],
    "The refusing end has no connection for the identities of this negotiation.",
    "Make the identity that one end sends the one that the other end expects.",
    "RFC 7296 §3.5",
  ),
  "auth-method-refused": declare(
    ["error", "warning"],
    "The refusing end wants another authentication method from its peer.",
    "Set the same authentication method for each end in both configurations.",
    "RFC 7296 §2.15",
  ),
  "certificate-identity": declare(
    ["error", "warning"],
    "The certificate does not name the identity of the ID payload, and the peer refused.",
    "Issue the certificate with that identity as subjectAltName, or change the identity.",
    "RFC 4945 §3.1",
  ),
  "peer-clock": declare(
    ["error", "warning"],
    "The certificate is valid at the capture's time; the refusing end's clock, or its own copy of the authority, says otherwise.",
    "Check the clock of the refusing end.",
    "RFC 5280 §4.1.2.5",
  ),
  "key-exchange-refused": declare(
    ["error", "warning"],
    "The ends agree on no key exchange group.",
    "Set one common group on both ends.",
    "RFC 7296 §1.2, §2.7",
  ),
  "pfs-refused": declare(
    ["error", "warning"],
    "The ends disagree about PFS: the key exchange group of a Child SA or Quick Mode.",
    "Set the same PFS group, or none, on both ends.",
    "RFC 7296 §1.3, RFC 2409 §5.5",
  ),
  "child-refused": declare(
    ["error", "warning"],
    "The IKE SA came up, and its Child SA or Quick Mode was refused or never made.",
    "Compare traffic selectors and ESP proposals of both ends; the notification, once opened, says which.",
    "RFC 7296 §1.2, §2.9",
  ),
  "address-refused": declare(
    ["error", "warning"],
    "The gateway gave the client no address.",
    "Look at the size of its address pool, and whether the connection has one.",
    "RFC 7296 §2.19",
  ),
  "rekey-refused": declare(
    ["error", "warning"],
    "A rekey was refused: the tunnel ends when its lifetime does.",
    "Compare the ESP or IKE proposals of both ends, the PFS group too.",
    "RFC 7296 §1.3, §2.8",
  ),
  "fragments-lost": declare(
    ["error", "warning"],
    "Fragments of a large message were lost on the way, IP's or IKE's.",
    "Look for a filter that drops fragments; use IKE fragmentation with a smaller size.",
    "RFC 7383 §1, §2.5",
  ),
  "answers-lost": declare(
    ["error", "warning"],
    "Every request was answered in the capture and is repeated all the same: the answers do not arrive.",
    "Look for a filter, a NAT or a route between this capture and the requester.",
    "RFC 7296 §2.1",
  ),
  "peer-silent": declare(
    ["error", "warning"],
    "The SA was up, then one end no longer answered.",
    "Is the peer running and reachable, and did its address or a NAT mapping change?",
    "RFC 7296 §2.4, RFC 3706 §5.4",
  ),
  "peer-restarted": declare(
    ["error", "warning"],
    "The SA was up, then one end no longer knew it, or began anew without a word.",
    "Look why the peer restarted; liveness checks shorten the outage.",
    "RFC 7296 §2.21.4, §2.4",
  ),
  "esp-blocked": declare(
    ["error", "warning"],
    "IKE works while ESP, or what is large of it, does not arrive.",
    "Let IP protocol 50 pass, or force UDP encapsulation (port 4500).",
    "RFC 4303 §2, RFC 3948 §2",
  ),
  "negotiation-refused": declare(
    ["error", "warning"],
    "A side refused the negotiation right after it, for a reason that is not readable here.",
    "Give keys to read the refusal, or look into the log of the side that sent it.",
    "RFC 7296 §2.21.2",
  ),
}
