/** Attributes that announce encrypted DNS resolvers: ENCDNS_IP4, ENCDNS_IP6, ENCDNS_DIGEST_INFO. RFC 9464 §3. */
import type { Cursor } from "../../../bytes/cursor.ts"
import { field, ipv4Text, ipv6Text } from "../../../bytes/field.ts"
import { toHex } from "../../../bytes/hex.ts"
import { HASH_ALGORITHM } from "../../../registry/ikev2/hash-algorithms.ts"
import { plainText } from "../../shared/text.ts"

const prefix = "isakmp.cfg.attr.encdns"
const priority = field(`${prefix}.service_priority`, "Service Priority")
const addressCount = field(`${prefix}.num_addresses`, "Num Addresses")
const nameLength = field(`${prefix}.adn_length`, "ADN Length")
const address4 = field(`${prefix}.ip4_address`, "IP Address", { kind: "ipv4" })
const address6 = field(`${prefix}.ip6_address`, "IP Address", { kind: "ipv6" })
const name = field(`${prefix}.adn`, "Authentication Domain Name", { kind: "text" })
const parameter = field(`${prefix}.svcparam`, "Service Parameter", { kind: "none" })
const parameterKey = field(`${prefix}.svcparam.key`, "SvcParamKey", {
  names: {
    name: n =>
      ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"][n] ??
      undefined,
  },
})
const parameterLength = field(`${prefix}.svcparam.length`, "SvcParamValue Length")
const parameterValue = field(`${prefix}.svcparam.value`, "SvcParamValue", { kind: "bytes" })
const hashCount = field(`${prefix}.num_hash_algs`, "Num Hash Algs")
const hashAlgorithm = field(`${prefix}.hash_algorithm`, "Hash Algorithm", { names: HASH_ALGORITHM })
const certificateDigest = field(`${prefix}.certificate_digest`, "Certificate Digest", { kind: "bytes" })

/**
 * One resolver, its addresses of `size` bytes (4 or 16); text is `priority name addresses`. RFC 9464 §3.1.
 *
 *     |       Service Priority        | Num Addresses |  ADN Length   |
 *     ~                         IP Addresses                          ~
 *     ~                  Authentication Domain Name                   ~
 *     ~                 Service Parameters (SvcParams)                ~
 */
export function decodeEncryptedDns(c: Cursor, size: 4 | 16): string {
  const order = c.u16(priority)
  const count = c.u8(addressCount)
  const nameBytes = c.u8(nameLength)
  const read = () => (size === 4 ? ipv4Text(c.bytes(address4, 4)) : ipv6Text(c.bytes(address6, 16)))
  const addresses = Array.from({ length: count }, read)
  const resolver = decodeName(c, nameBytes)
  while (c.left >= 4) decodeParameter(c)
  return [order, resolver, ...addresses].filter(part => part !== "").join(" ")
}

function decodeParameter(c: Cursor): void {
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  c.window(parameter, 4 + length, "SvcParamValue Length", p => {
    p.u16(parameterKey)
    p.u16(parameterLength)
    if (p.left > 0) p.bytes(parameterValue)
  })
}

/**
 * Which hashes the client takes, or the digest of the resolver's certificate. RFC 9464 §3.2.
 *
 *     | Num Hash Algs |  ADN Length   |  Authentication Domain Name   ~
 *     ~ Hash Algorithm Identifiers, two octets each ~ Certificate Digest ~
 */
export function decodeDigestInfo(c: Cursor): string {
  const count = c.u8(hashCount)
  const resolver = decodeName(c, c.u8(nameLength))
  const hashes = Array.from({ length: count }, () => HASH_ALGORITHM.label(c.u16(hashAlgorithm)))
  const digest = c.left > 0 ? toHex(c.bytes(certificateDigest)) : ""
  return [resolver, hashes.join(","), digest].filter(part => part !== "").join(" ")
}

/** A name in DNS wire form (RFC 1035 §3.1), as text without the last dot; some peers send it as text. */
function decodeName(c: Cursor, length: number): string {
  if (length === 0) return ""
  const bytes = c.src.bytes.subarray(c.pos, Math.min(c.pos + length, c.end))
  const text = wireName(bytes) ?? plainText(bytes) ?? toHex(bytes)
  c.window(name, length, c.limit, () => undefined, text)
  return text
}

function wireName(bytes: Uint8Array): string | undefined {
  const labels: string[] = []
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const label = plainText(bytes.subarray(at + 1, at + 1 + bytes[at]))
    if (bytes[at] > 63 || at + 1 + bytes[at] > bytes.length || label === undefined) return undefined
    labels.push(label)
    at += 1 + bytes[at]
  }
  return at === bytes.length - 1 && labels.length > 0 ? labels.join(".") : undefined
}
