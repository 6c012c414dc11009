/** What is good to know about an IKE SA and wrong with nobody. */
import { declare } from "./entry.ts"

export const CONTEXT = {
  "ts-narrowed": declare(
    ["info"],
    "The responder agreed to less than the traffic selectors that were asked for.",
    "Nothing if it is meant; else make the networks of both ends mirror each other.",
    "RFC 7296 §2.9",
  ),
  "nat-present": declare(
    ["info"],
    "A NAT_DETECTION hash matches no address of its frame: a NAT on that side, or forced UDP encapsulation. Where an address that was guessed fits the hash, the finding names it; `--find-nat-address` tries all private ones.",
    "Nothing; know it.",
    "RFC 7296 §2.23, RFC 3947 §3.2",
  ),
  "eap-inside": declare(
    ["info"],
    "What a TLS key log showed inside EAP: the method and user name inside EAP-TTLS, PEAP, FAST or TEAP, or a certificate that TLS 1.3 hides. Passwords are never in a finding.",
    null,
    "RFC 5281, RFC 9190",
  ),
  "port-float": declare(["info"], "Both ends moved to port 4500.", null, "RFC 7296 §2.23"),
  "nat-rebinding": declare(
    ["info"],
    "The initiator's port, or an address, changed on the way: a NAT's mapping, or MOBIKE.",
    null,
    "RFC 4555 §3.5",
  ),
  "address-change": declare(
    ["info"],
    "The initiator's port, or an address, changed on the way: a NAT's mapping, or MOBIKE.",
    null,
    "RFC 4555 §3.5",
  ),
  "peer-vendor": declare(
    ["info"],
    "Which product a peer says it is, or behaves like. Said once for each address.",
    null,
    "RFC 7296 §3.12",
  ),
  retransmissions: declare(
    ["info"],
    "Messages were sent again and answered in the end.",
    "Look for loss on the path if they are many.",
    "RFC 7296 §2.1",
  ),
  "captured-twice": declare(
    ["info"],
    "IKE messages that the capture has twice within a quarter of a second, or ESP and AH packets twice within a tenth, from two places; they count once.",
    "Nothing, or capture on one interface.",
    "RFC 7296 §2.1",
  ),
  "cookie-not-returned": declare(
    ["info"],
    "A COOKIE was asked for and never sent back.",
    "Nothing, where the addresses are forged or scan. Else look for what drops the answer.",
    "RFC 7296 §2.6",
  ),
  "single-requests": declare(
    ["info"],
    "SAs of one request without an answer, all in one finding.",
    "The capture's end, a scan, or nobody listens.",
    "RFC 7296 §2.1",
  ),
  "answers-alone": declare(
    ["info"],
    "SAs of answers without their requests, all in one finding.",
    "Capture where both directions pass; if the requests are nobody's, somebody forges their source address.",
    "RFC 7296 §2.1, §2.6",
  ),
  redirected: declare(
    ["info"],
    "The gateway sends the client to another one.",
    "Look for the negotiation with it.",
    "RFC 5685 §3",
  ),
}
