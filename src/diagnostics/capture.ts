/** The capture itself: files, frames, fragments, streams. */
import { declare } from "./entry.ts"

/** A file that could not be read to its end. */
export const READING = {
  "capture-read": declare(["error"], "The file could not be read on.", "Its message says why.", null),
  "capture-empty": declare(
    ["error"],
    "Nothing in it, no pcap or pcapng, or a version that is not known.",
    "Is it the right file?",
    null,
  ),
  "capture-format": declare(
    ["error"],
    "Nothing in it, no pcap or pcapng, or a version that is not known.",
    "Is it the right file?",
    null,
  ),
  "capture-version": declare(
    ["error"],
    "Nothing in it, no pcap or pcapng, or a version that is not known.",
    "Is it the right file?",
    null,
  ),
  "capture-truncated": declare(
    ["error"],
    "The file ends, or stops to make sense, at an offset; what came before is reported.",
    "Copy it again; stop the capture before copying.",
    null,
  ),
  "capture-record-length": declare(
    ["error"],
    "The file ends, or stops to make sense, at an offset; what came before is reported.",
    "Copy it again; stop the capture before copying.",
    null,
  ),
  "capture-block-length": declare(
    ["error"],
    "The file ends, or stops to make sense, at an offset; what came before is reported.",
    "Copy it again; stop the capture before copying.",
    null,
  ),
  "capture-block-content": declare(
    ["error"],
    "The file ends, or stops to make sense, at an offset; what came before is reported.",
    "Copy it again; stop the capture before copying.",
    null,
  ),
}

export const CAPTURE = {
  ...READING,
  "no-esp-marker": declare(
    ["warning"],
    "An IKE message on port 4500 lacks the four zero octets that tell it from ESP.",
    "A defect of the sender, or of a NAT helper on the path: its peer drops the message.",
    "RFC 3948 §2.2",
  ),
  "esp-marker-on-500": declare(
    ["warning"],
    "An IKE message on port 500 has the four zero octets in front that belong to port 4500.",
    "A defect of the sender: its peer drops the message.",
    "RFC 7296 §3.1, RFC 3948 §2.2",
  ),
  "packet-cut": declare(["warning"], "A packet was captured in part.", "Capture with `-s 0`.", null),
  "clock-jump": declare(
    ["warning"],
    "Time goes back by more than a second.",
    "The capturing clock was set, or frames are out of order (files appended, several queues): `reordercap` sorts them. Durations across it mean nothing.",
    null,
  ),
  "fragment-gap": declare(
    ["warning"],
    "IP fragments of a datagram never came.",
    "Look for a filter that drops fragments; use IKE fragmentation (RFC 7383).",
    "RFC 791 §3.2",
  ),
  "fragment-cut": declare(
    ["warning"],
    "IP fragments cut off by the capture, beyond the largest datagram, or with other bytes for the same place.",
    "Overlaps are an attack or a defect.",
    "RFC 791 §3.2, RFC 5722",
  ),
  "fragment-invalid": declare(
    ["warning"],
    "IP fragments cut off by the capture, beyond the largest datagram, or with other bytes for the same place.",
    "Overlaps are an attack or a defect.",
    "RFC 791 §3.2, RFC 5722",
  ),
  "fragment-overlap": declare(
    ["warning"],
    "IP fragments cut off by the capture, beyond the largest datagram, or with other bytes for the same place.",
    "Overlaps are an attack or a defect.",
    "RFC 791 §3.2, RFC 5722",
  ),
  "tcp-gap": declare(
    ["warning"],
    "Bytes of a TCP stream are missing; a length that cannot be; too many streams at once.",
    null,
    "RFC 9329 §3",
  ),
  "vendor-tcp": declare(
    ["info"],
    "A TCP stream begins as a vendor's own encapsulation of IKE and ESP, from before RFC 9329.",
    "Name its port with `--ike-port`: the stream is then put together, and what is inside is read.",
    null,
  ),
  "tcp-framing": declare(
    ["warning"],
    "Bytes of a TCP stream are missing; a length that cannot be; too many streams at once.",
    null,
    "RFC 9329 §3",
  ),
  "tcp-stream-evicted": declare(
    ["warning"],
    "Bytes of a TCP stream are missing; a length that cannot be; too many streams at once.",
    null,
    "RFC 9329 §3",
  ),
  "esp-truncated": declare(["warning"], "A packet too short for its own header.", null, "RFC 4303 §2, RFC 4302 §2"),
  "ah-truncated": declare(["warning"], "A packet too short for its own header.", null, "RFC 4303 §2, RFC 4302 §2"),
  "ah-length": declare(["warning"], "A packet too short for its own header.", null, "RFC 4303 §2, RFC 4302 §2"),
  "too-many-layers": declare(["warning"], "A frame nests more layers than are looked into.", null, null),
}
