/** Why a negotiation failed. */
import { declare } from "./entry.ts"

export const FAILED = {
  "no-proposal-chosen": declare(
    ["error", "warning"],
    "The peer accepts none of the offered suites. The finding lists the offer; where the same peer agreed to a suite elsewhere in the capture, it names the nearest one and the transforms that differ.",
    "Make one suite common to both ends. If the very suite was accepted elsewhere, the peer has no connection that matches these addresses, identities or IKE version.",
    "RFC 7296 §2.7, RFC 2409 §5",
  ),
  "implementation-mistake": declare(
    ["error"],
    "A check fails as it should be made, and holds with a known mistake of implementations: the finding names the side, the mistake and the rule.",
    "A defect of that side: update it, or report it with this finding.",
    null,
  ),
  "signature-parameters": declare(
    ["warning"],
    "The AlgorithmIdentifier in front of a digital signature has NULL where parameters are left out, or none where they must be. The signature holds.",
    "A defect of that side: update it. Peers that compare the octets with those of appendix A refuse it.",
    "RFC 7427 §3, RFC 4055, RFC 5758",
  ),
  "proposal-not-offered": declare(
    ["error"],
    "The responder chose a transform that the initiator did not offer.",
    "A defect of the responder: update it, or offer what it insists on.",
    "RFC 7296 §2.7",
  ),
  "invalid-ke-payload": declare(
    ["info", "error"],
    "The responder wants another key exchange group. Info: the next request has it. Error: no request with it follows or succeeds.",
    "Put a common group first in both configurations.",
    "RFC 7296 §1.2, §1.3",
  ),
  "invalid-ke-loop": declare(
    ["error"],
    "INVALID_KE_PAYLOAD again and again: the ends never agree on a group.",
    "Set one group on both ends; look for a box that changes packets.",
    "RFC 7296 §1.2",
  ),
  "ke-group-not-offered": declare(
    ["error", "warning"],
    "The responder asks for a group that is not in the offer.",
    "A defect of the responder; offer that group, or update it.",
    "RFC 7296 §1.2",
  ),
  "authentication-failed": declare(
    ["error"],
    "A side refuses the other's authentication. The finding says who presented what, and what ikedump's own check of it says.",
    "Compare pre-shared keys and identities of both ends; with certificates, trust, validity and identity.",
    "RFC 7296 §2.21.2, RFC 2408 §3.14.1",
  ),
  "ike-auth-refused": declare(
    ["warning"],
    "Without keys: the last IKE_AUTH answer is too small for an identity and AUTH, and nothing but INFORMATIONAL follows. The SA counts as failed.",
    "Give keys (`--keys`) to read the notification, or look into the responder's log.",
    "RFC 7296 §1.2",
  ),
  "eap-failed": declare(
    ["error"],
    "The EAP method ended in Failure.",
    "Check user, password or client certificate, and the authentication server's log.",
    "RFC 3748 §4.2, RFC 7296 §2.16",
  ),
  "xauth-failed": declare(
    ["error"],
    "XAUTH ended with status FAIL.",
    "Check user and password.",
    "draft-beaulieu-ike-xauth §6.2",
  ),
  "ikev1-psk-mismatch": declare(
    ["error", "warning"],
    "Main Mode's message 5 is repeated or answered by Informational messages, or Aggressive Mode's message 2 is answered by one: signs of two different pre-shared keys. Warning: only repetitions were seen.",
    "Compare the key of both ends, and by which address the responder picks it.",
    "RFC 2409 §5.4",
  ),
  "ikev1-authentication-refused": declare(
    ["error", "warning"],
    "The same with certificates.",
    "Compare identities and certificates.",
    "RFC 2409 §5",
  ),
  "ts-unacceptable": declare(
    ["error"],
    "No policy of the responder fits the traffic selectors that were asked for; the finding lists both.",
    "Make the subnets of the two ends mirror each other.",
    "RFC 7296 §2.9, RFC 2409 §5.5",
  ),
  "ts-not-subset": declare(
    ["error"],
    "The responder answered selectors that were not asked for; it may only narrow.",
    "A defect of the responder; make the selectors equal.",
    "RFC 7296 §2.9",
  ),
  "no-answer": declare(
    ["error", "warning"],
    "A request was sent several times without an answer; the finding has the timetable. Warning: the peer spoke again later.",
    "Is the address right, the daemon up, UDP 500 open both ways? Large messages: are IP fragments dropped?",
    "RFC 7296 §2.1, §2.4",
  ),
  "no-answer-on-4500": declare(
    ["error"],
    "The peer answers on port 500 and never on 4500.",
    "Open UDP 4500 both ways.",
    "RFC 7296 §2.23, RFC 3947 §4",
  ),
  "fragment-missing": declare(
    ["error", "info"],
    "Fragments of an IKE message (SKF, or Cisco's) never came; nobody can open it. Info: it was answered, so only the capture lost them.",
    "Look for a filter or a size limit on the path; lower the fragment size.",
    "RFC 7383 §2.6",
  ),
  "cookie-loop": declare(
    ["error", "warning"],
    "The responder asks for a COOKIE again and again.",
    "Several responders behind one address, a source port that changes, or a responder that restarts.",
    "RFC 7296 §2.6",
  ),
}
