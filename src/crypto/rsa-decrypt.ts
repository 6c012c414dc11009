/** RSA decryption with a private key for IKEv1 public-key encryption. RFC 8017 §7.2, RFC 2409 §5.2. */
import { readAll, readIntegers, readSequence } from "./der.ts"
import { modPow, toBytes, toNumber } from "./numbers.ts"

const MAX_BYTES = 2048

/** The message of a PKCS#1 v1.5 block of type 2 under a PEM key (PKCS#1 or PKCS#8, unencrypted). Undefined when it does not decrypt. */
export function rsaDecrypt(privateKeyPem: string, ciphertext: Uint8Array): Uint8Array | undefined {
  const key = readPrivateKey(privateKeyPem)
  if (!key) return undefined
  const { n, d } = key
  const bytes = Math.ceil(n.toString(2).length / 8)
  const c = toNumber(ciphertext)
  if (bytes > MAX_BYTES || ciphertext.length !== bytes || c >= n) return undefined
  return unpadType2(toBytes(modPow(c, d, n), bytes))
}

/** What stands behind 00 02, at least eight bytes of filler, and 00. Undefined when the block is not of that form. */
export function unpadType2(block: Uint8Array): Uint8Array | undefined {
  const end = block.indexOf(0, 2)
  return block[0] === 0 && block[1] === 2 && end >= 10 ? new Uint8Array(block.subarray(end + 1)) : undefined
}

function readPrivateKey(pem: string): { n: bigint; d: bigint } | undefined {
  const match = /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)
  if (!match) return undefined
  const der = fromBase64(match[2])
  // PKCS#8: version, algorithm, OCTET STRING holding the PKCS#1 key.
  const inner = match[1] ? der : der && readSequence(der)?.[2]?.content
  if (!inner) return undefined
  const members = readAll(inner)?.length === 1 ? readIntegers(inner, 9) : undefined
  return members && { n: members[1], d: members[3] }
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, "")), c => c.charCodeAt(0))
  } catch {
    return undefined
  }
}
