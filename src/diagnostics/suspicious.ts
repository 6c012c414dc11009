/** What is suspicious in IKE: reuse, certificates, messages that cannot be read. */
import { declare } from "./entry.ts"

export const SUSPICIOUS = {
  "aggressive-psk": declare(
    ["warning"],
    "Aggressive Mode with a pre-shared key: HASH_R travels in the clear, and passwords can be tried offline.",
    "Main Mode, certificates or IKEv2.",
    "RFC 2409 §5.4, §8",
  ),
  "nonce-reused": declare(
    ["warning"],
    "A nonce was sent before in another SA.",
    "The sender lacks randomness, or messages are replayed.",
    "RFC 7296 §2.10",
  ),
  "ke-reused": declare(
    ["warning"],
    "A Key Exchange value was sent before in another SA.",
    "One leaked private value opens both; scanners do this too.",
    "RFC 7296 §2.12",
  ),
  "spi-reused": declare(
    ["warning"],
    "A side chose an SPI that it still has in use.",
    "Packets of the two SAs cannot be told apart.",
    "RFC 4301 §4.4.2.1",
  ),
  "delete-unknown-spi": declare(
    ["warning"],
    "A Delete names an SPI that no Child SA of the IKE SA has.",
    "The two ends disagree about which SAs exist.",
    "RFC 7296 §1.4.1",
  ),
  "decryption-failed": declare(
    ["warning"],
    "Keys are there and a message does not decrypt, or does not make sense after.",
    "Wrong pre-shared key or secret; the finding says what is missing.",
    "RFC 7296 §3.14, RFC 2409 App. B",
  ),
  "no-key-fits": declare(["info"], "None of the secrets given opens these messages.", "Give this SA's secrets.", null),
  "iv-unknown": declare(
    ["warning"],
    "An IKEv1 message stays closed because the message before it, whose last block is its IV, is not in the capture.",
    "Capture from the beginning.",
    "RFC 2409 App. B",
  ),
  "ike-malformed": declare(
    ["warning"],
    "An IKE message that cannot be read whole.",
    "`ikedump show` points at the byte.",
    "RFC 7296 §3",
  ),
  "ike-short": declare(
    ["warning"],
    "Fewer bytes on an IKE port than an IKE header has.",
    "Another protocol on that port, or a cut packet.",
    "RFC 7296 §3.1",
  ),
  "certificate-expired": declare(
    ["error"],
    "At the capture's time the certificate was not valid.",
    "Renew it; check the clocks.",
    "RFC 5280 §4.1.2.5",
  ),
  "certificate-not-yet-valid": declare(
    ["error"],
    "At the capture's time the certificate was not valid.",
    "Renew it; check the clocks.",
    "RFC 5280 §4.1.2.5",
  ),
  "certificate-revoked": declare(["error"], "A CRL of its issuer lists it.", "Replace it.", "RFC 5280 §6.3"),
  "certificate-signature-invalid": declare(
    ["error"],
    "The signature does not verify under the issuer's key.",
    "Wrong issuer certificate, or a forgery.",
    "RFC 5280 §6.1.3",
  ),
  "certificate-issuer-not-ca": declare(
    ["error"],
    "An issuer may not sign, or not at this depth.",
    "Fix the authority's extensions.",
    "RFC 5280 §4.2.1.9",
  ),
  "certificate-path-too-long": declare(
    ["error"],
    "An issuer may not sign, or not at this depth.",
    "Fix the authority's extensions.",
    "RFC 5280 §4.2.1.9",
  ),
  "certificate-issuer-unknown": declare(
    ["warning", "info"],
    "The issuer is not in the capture and not in the keys file. Info: no authority was given, so nothing was expected.",
    "Give the authority (`certificates`).",
    "RFC 5280 §6.1",
  ),
  "certificate-self-signed": declare(
    ["warning"],
    "The certificate vouches for itself.",
    "Pin it, or use an authority.",
    "RFC 5280 §3.2",
  ),
  "certificate-untrusted": declare(
    ["info"],
    "The path ends at a certificate that nobody said to trust.",
    "Give the authority (`certificates`).",
    "RFC 5280 §6.1",
  ),
  "certificate-signature-unchecked": declare(
    ["info"],
    "The signature's algorithm cannot be had here.",
    null,
    "RFC 5280 §4.1.1.2",
  ),
  "certificate-weak-key": declare(
    ["warning"],
    "A key below 2048 bits (224 on curves), or a signature with MD5 or SHA-1.",
    "Replace it.",
    "NIST SP 800-131A",
  ),
  "certificate-weak-signature": declare(
    ["warning"],
    "A key below 2048 bits (224 on curves), or a signature with MD5 or SHA-1.",
    "Replace it.",
    "NIST SP 800-131A",
  ),
  "certificate-identity-mismatch": declare(
    ["warning"],
    "The certificate does not name the identity of the ID payload.",
    "Add a subjectAltName, or change the identity.",
    "RFC 4945 §3.1",
  ),
}
