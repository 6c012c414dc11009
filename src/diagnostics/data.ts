/** ESP and AH. */
import { declare } from "./entry.ts"

export const DATA = {
  "icmp-error": declare(
    ["warning", "info"],
    "An ICMP error quotes a packet of IKE, ESP or AH: somebody on the path, or the peer, refused it and says why.",
    "Look at the device that sent it. Nothing authenticates an ICMP error, so weigh it with what else the capture shows.",
    "RFC 792, RFC 4443, RFC 4301 §6",
  ),
  "esp-one-way": declare(
    ["warning", "info"],
    "A Child SA with those that replaced it, or two addresses, carry packets one way only. Info: of IKE the capture has that way alone too.",
    "Route, policy and NAT exemption at the silent end; filters for ESP or UDP 4500.",
    "RFC 4301 §4.1",
  ),
  "inner-outside-selectors": declare(
    ["warning"],
    "Packets in the tunnel lie outside its traffic selectors: the receiver must drop them.",
    "Compare the routes and NAT rules of the sender with the selectors of the tunnel.",
    "RFC 4301 §5.2",
  ),
  "spi-reserved": declare(
    ["warning"],
    "ESP or AH under an SPI from 0 to 255, which no SA may have.",
    "A defect of the sender, packets made by hand, or another protocol under the number of ESP.",
    "RFC 4303 §2.1",
  ),
  "spi-senders": declare(
    ["info"],
    "Several senders use one SPI and destination, each as an SA of its own (multicast, a group, keys set by hand), or packets are forged.",
    "Give the receiver SAs by source too. Each sender needs keys of its own: one counter-mode key must never see an IV twice.",
    "RFC 4301 §4.1",
  ),
  "sip-security-agreement": declare(
    ["info"],
    "Handset and P-CSCF agreed on these ESP SAs in SIP (IMS): no IKE negotiated them.",
    "The SIM's keys (`sim_keys`) open them, where the challenge with its RAND is in the capture.",
    "RFC 3329 §2.2, 3GPP TS 33.203 §7",
  ),
  "esp-null": declare(
    ["info", "warning"],
    "ESP whose packets can be read without a key: NULL encryption, inferred from their content.",
    "Nobody may read these packets on the way? Then negotiate an encryption algorithm.",
    "RFC 5879, RFC 2410",
  ),
  "esp-nested": declare(
    ["info"],
    "ESP or AH was found inside ESP that keys opened. It has a row of its own.",
    "Give the keys of the inner SA too.",
    "RFC 4301 §4.3",
  ),
  "esp-sequence-order": declare(
    ["warning"],
    "Sequence numbers stand in the packets with the low octet first.",
    "A defect of the sender: its peer's anti-replay window drops the packets.",
    "RFC 4303 §2.2",
  ),
  "esp-sequence-zero": declare(
    ["warning"],
    "A packet has the sequence number 0; the first of an SA has 1.",
    "A defect of the sender: a receiver with anti-replay drops the packet.",
    "RFC 4303 §3.3.3",
  ),
  "esp-sequence-exhausted": declare(
    ["warning"],
    "The last sequence number of an SA was sent, and extended ones were not agreed.",
    "Rekey earlier (by packets or bytes), or negotiate ESN.",
    "RFC 4303 §3.3.3",
  ),
  "spi-unknown": declare(
    ["warning"],
    "Packets with an SPI that none of the negotiations between these peers made, all of them being readable.",
    "The sender uses an SA that its peer lost.",
    "RFC 4301 §5.2",
  ),
  "negotiation-not-captured": declare(
    ["info"],
    "Packets of SAs whose negotiation is not in the capture.",
    "Capture earlier, or give `child_sas` keys.",
    null,
  ),
  "icv-failed": declare(
    ["error"],
    "Packets fail their integrity check under keys that are known. None of them holds: wrong keys.",
    "Something on the path changes packets; the receiver drops them.",
    "RFC 4303 §3.4.4",
  ),
  "icv-length": declare(
    ["warning"],
    "The ICV holds with another length than was negotiated or given: both ends must cut it alike, or every packet is dropped.",
    "SHA2-256 cut to 96 bits is an old kernel (`sha2_truncbug`, `sha256_96`): set the same at both ends, or update the old one.",
    "RFC 4868 §2.3",
  ),
  "esn-mismatch": declare(
    ["warning"],
    "The ICV holds only with extended sequence numbers where none were agreed, or only without where they were.",
    "One end does not do what it agreed to; set ESN alike at both ends.",
    "RFC 4303 §2.2.1",
  ),
  "keys-crossed": declare(
    ["warning", "info"],
    "Packets or messages open with the keys of the other direction, or of another SA. Info: so they were given.",
    "Exchange the keys in the file. Where they were derived, one end mixes up its directions (RFC 7296 §2.17).",
    "RFC 7296 §2.17",
  ),
  "esp-replay": declare(
    ["warning"],
    "A sequence number came again: with a valid ICV, or far behind the window.",
    "A replay, or a network or a mirror port that doubles packets.",
    "RFC 4303 §3.4.3",
  ),
  "esp-duplicates": declare(
    ["info"],
    "Sequence numbers came twice within the window.",
    "Mostly a mirror port or a network that doubles packets.",
    "RFC 4303 §3.4.3",
  ),
  "esp-sequence-wrap": declare(
    ["warning", "info"],
    "The sequence number came round without ESN. Info: whether ESN was agreed is not known.",
    "Rekey earlier, or agree ESN.",
    "RFC 4303 §3.3.3",
  ),
  "iv-reused": declare(
    ["warning"],
    "An IV was used twice under one key of a counter mode: plaintext leaks.",
    "The sender is broken: stop using it.",
    "RFC 4106 §3.1, RFC 3686 §4",
  ),
  "esp-padding": declare(
    ["warning"],
    "Padding that is not 1, 2, 3 … or does not fit.",
    "The sender is broken; strict receivers drop the packets.",
    "RFC 4303 §2.4",
  ),
  "packets-cut-short": declare(
    ["info"],
    "Packets were captured in part and cannot be verified.",
    "Capture with `-s 0`.",
    null,
  ),
}
