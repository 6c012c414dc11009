/** The salt of an AES-GCM key out of one packet: some tools log the key without it. SP 800-38D §7.1, RFC 4106 §4, RFC 5282. */
import { ghash } from "@noble/ciphers/_polyval.js"
import type { CryptoProvider } from "./provider.ts"

const BLOCK = 16
const SALT_BYTES = 4

/** What one packet shows of its encryption. */
interface Sealed {
  readonly iv: Uint8Array
  readonly aad: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * The 4-byte salt under which `tag` (16 bytes) is the tag of `aad` and `ciphertext`: the tag is GHASH xor E(K, salt | IV | 1), and
 * with K known that block can be decrypted. Twelve of its bytes are known beforehand, which proves the key. Undefined when the key
 * is another, the tag is shorter than a block, or the provider has no AES-CBC.
 */
export function recoverGcmSalt(
  provider: CryptoProvider,
  key: Uint8Array,
  { iv, aad, ciphertext, tag }: Sealed,
): Uint8Array | undefined {
  const cbc = provider.cipher["aes-cbc"]
  if (!cbc || tag.length !== BLOCK || iv.length !== 8 || ![16, 24, 32].includes(key.length)) return undefined
  const zero = new Uint8Array(BLOCK)
  const hashed = ghashOf(cbc.encrypt(key, zero, zero), aad, ciphertext)
  const block = cbc.decrypt(
    key,
    zero,
    hashed.map((b, i) => b ^ tag[i]),
  )
  const expected = [...iv, 0, 0, 0, 1]
  return expected.every((b, i) => block[SALT_BYTES + i] === b) ? block.slice(0, SALT_BYTES) : undefined
}

/** GHASH of SP 800-38D: of both, each filled up to whole blocks, and of their lengths in bits. */
export function ghashOf(h: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const lengths = new Uint8Array(BLOCK)
  const view = new DataView(lengths.buffer)
  view.setBigUint64(0, 8n * BigInt(aad.length))
  view.setBigUint64(8, 8n * BigInt(ciphertext.length))
  const size = aad.length + ciphertext.length + 3 * BLOCK
  return ghash.create(h, size).update(aad).update(ciphertext).update(lengths).digest()
}
