/** Error notifications of IKE, each by what it means. */
import { declare } from "./entry.ts"

export const NOTIFICATIONS = {
  "mobile-access-refused": declare(
    ["error"],
    "An ePDG or N3IWF refuses a handset with an error of 3GPP; the finding says what it means, and how long the handset is asked to wait.",
    "Look at the subscription in the home network (HSS, UDM), at the APN, and at roaming agreements.",
    "TS 24.302 §8.1.2.2, TS 24.502",
  ),
  "unsupported-critical-payload": declare(
    ["error"],
    "The peer does not know a payload that is marked critical.",
    "Turn the extension off, or update the peer.",
    "RFC 7296 §2.5",
  ),
  "invalid-ike-spi": declare(
    ["warning"],
    "The peer has no IKE SA with these SPIs or cookies.",
    "It restarted or deleted the SA unheard; liveness checks shorten the outage.",
    "RFC 7296 §2.21.4",
  ),
  "invalid-major-version": declare(
    ["error"],
    "The peer does not speak this IKE version.",
    "Set the same version on both ends.",
    "RFC 7296 §2.5",
  ),
  "invalid-syntax": declare(
    ["error"],
    "The peer takes the message for malformed.",
    "Update the older side; look for boxes that change packets.",
    "RFC 7296 §2.21",
  ),
  "payload-malformed": declare(
    ["error"],
    "The IKEv1 peer cannot read the message.",
    "In phase 1 mostly a different pre-shared key.",
    "RFC 2408 §3.14.1",
  ),
  "invalid-message-id": declare(
    ["warning"],
    "A Message ID outside the peer's window.",
    "One side lost state; restart the IKE SA.",
    "RFC 7296 §2.3",
  ),
  "invalid-spi": declare(
    ["warning"],
    "The peer got ESP or AH for an SA that it does not have.",
    "It restarted or deleted the SA unheard.",
    "RFC 7296 §1.5",
  ),
  "invalid-selectors": declare(
    ["warning"],
    "The peer got a packet outside the SA's traffic selectors.",
    "Compare policies and NAT rules of both ends.",
    "RFC 4301 §5.2",
  ),
  "single-pair-required": declare(
    ["warning"],
    "The responder wants one pair of addresses.",
    "Ask for single addresses, or change its policy.",
    "RFC 7296 §2.9",
  ),
  "no-additional-sas": declare(
    ["warning"],
    "The responder makes no more Child SAs.",
    "Rekey by a new IKE SA.",
    "RFC 7296 §1.3",
  ),
  "internal-address-failure": declare(
    ["error"],
    "The responder has no address to give.",
    "Look at its address pool.",
    "RFC 7296 §2.19",
  ),
  "failed-cp-required": declare(
    ["error"],
    "The responder demands a configuration request.",
    "Let the client ask for an address.",
    "RFC 7296 §2.19",
  ),
  "unacceptable-addresses": declare(
    ["error"],
    "MOBIKE: the new address is refused; a NAT where none may be.",
    "Check addresses and the path.",
    "RFC 4555 §3.5, §3.9",
  ),
  "unexpected-nat-detected": declare(
    ["error"],
    "MOBIKE: the new address is refused; a NAT where none may be.",
    "Check addresses and the path.",
    "RFC 4555 §3.5, §3.9",
  ),
  "temporary-failure": declare(
    ["info"],
    "Two exchanges collided; the same request later succeeds.",
    "Nothing.",
    "RFC 7296 §2.25",
  ),
  "child-sa-not-found": declare(
    ["info"],
    "Two exchanges collided; the same request later succeeds.",
    "Nothing.",
    "RFC 7296 §2.25",
  ),
  "authorization-failed": declare(
    ["error"],
    "The peer may not join the group.",
    "Change the group's policy.",
    "RFC 9838 §4",
  ),
  "state-not-found": declare(
    ["error"],
    "An additional key exchange came too late.",
    "Look for slow or lost messages before.",
    "RFC 9370 §2.2.4",
  ),
  "error-notification": declare(
    ["warning"],
    "An error that ikedump has no explanation for.",
    "Look it up by its name.",
    "RFC 7296 §3.10.1",
  ),
}
