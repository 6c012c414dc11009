/** RSA decryption with a private key for IKEv1 public-key encryption. RFC 8017 §7.2, RFC 2409 §5.2. */
import { attempt, parseWhole } from "../pki/der.ts"
import { pemBlocks } from "../pki/pem.ts"
import { readIntegers } from "./der-integers.ts"
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
  const block = pemBlocks(pem).find(b => /^(RSA )?PRIVATE KEY$/.test(b.label))
  // PKCS#8: version, algorithm, OCTET STRING holding the PKCS#1 key.
  const inner = block?.label === "PRIVATE KEY" ? attempt(() => parseWhole(block.der).at(2).octets) : block?.der
  const members = inner && readIntegers(inner, 9)
  return members && { n: members[1], d: members[3] }
}
