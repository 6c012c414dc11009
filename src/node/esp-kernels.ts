/**
 * Fast openers for node: AES-CBC and AES-CTR over many packets at once through one persistent AES-ECB object, HMAC by one-shot
 * hashes, AES-GCM by a kernel of its own, ChaCha20-Poly1305 straight through node:crypto. Everything else goes packet by packet through the provider.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hash as digest, type KeyObject } from "node:crypto"
import type { CryptoProvider, MacId } from "../crypto/provider.ts"
import {
  createEspOpener,
  type EspBatch,
  type EspKeys,
  type EspOpener,
  hasShape,
  type OpenPacket,
  perPacket,
  separateIcv,
  type VerifyIcv,
} from "../open/esp-opener.ts"
import {
  ESP_HEADER_BYTES,
  type EspLayout,
  espLayout,
  espUnsupported,
  fillAad,
  fillNonce,
  nonceTemplate,
  putU32,
  sameBytes,
  splitKey,
} from "../open/esp-suite.ts"
import { GcmOpener } from "./gcm-kernel.ts"

/** Like `createEspOpener`, with the fastest kernel that node has for the suite. */
export function createNodeEspOpener(keys: EspKeys, provider: CryptoProvider): EspOpener | undefined {
  if (espUnsupported(keys, provider)) return undefined
  const layout = espLayout(keys)
  const { encr } = keys
  if (encr.aead === "chacha20-poly1305") return perPacket(layout, nodeAead(keys, layout))
  if (encr.aead === "aes-gcm" && encr.variant !== "gmac")
    return new GcmOpener(keys, layout, () => perPacket(layout, nodeAead(keys, layout)))
  if (encr.cipher === "aes-cbc") return new BatchOpener(layout, icvOf(keys, provider, layout), new CbcKernel(keys))
  if (encr.cipher === "aes-ctr") return new BatchOpener(layout, icvOf(keys, provider, layout), new CtrKernel(keys))
  return createEspOpener(keys, provider)
}

const HMAC: Partial<Record<MacId, readonly [algorithm: string, blockBytes: number]>> = {
  "hmac-md5": ["md5", 64],
  "hmac-sha1": ["sha1", 64],
  "hmac-sha2-256": ["sha256", 64],
  "hmac-sha2-384": ["sha384", 128],
  "hmac-sha2-512": ["sha512", 128],
}

function icvOf(keys: EspKeys, provider: CryptoProvider, layout: EspLayout): VerifyIcv | undefined {
  const mac = keys.integ?.mac
  if (!mac) return undefined
  const hmac = HMAC[mac]
  return hmac ? hmacIcv(keys, layout, hmac[0], hmac[1]) : separateIcv(keys, provider, layout)
}

/** The message in hand behind the inner padded key of the HMAC that was used last: a buffer for all. */
let message = new Uint8Array(4096)
let messageOf: Uint8Array | undefined

/** HMAC (RFC 2104) as two one-shot hashes: a call into OpenSSL costs less than an Hmac object. `blockBytes` is that of the hash. */
function hmacIcv(keys: EspKeys, layout: EspLayout, algorithm: string, blockBytes: number): VerifyIcv {
  const key = keys.integKey.length > blockBytes ? digest(algorithm, keys.integKey, "buffer") : keys.integKey
  const inner = new Uint8Array(blockBytes).fill(0x36)
  const outer = new Uint8Array(blockBytes + DIGEST_BYTES[algorithm]).fill(0x5c, 0, blockBytes)
  for (let i = 0; i < key.length; i++) {
    inner[i] ^= key[i]
    outer[i] ^= key[i]
  }
  return (bytes, start, end, seqHi) => {
    const covered = end - layout.icvBytes - start
    if (message.length < blockBytes + covered + 4) {
      message = new Uint8Array(2 * (blockBytes + covered + 4))
      messageOf = undefined
    }
    if (messageOf !== inner) message.set(inner)
    messageOf = inner
    message.set(bytes.subarray(start, start + covered), blockBytes)
    if (keys.esn) putU32(message, blockBytes + covered, seqHi)
    const length = blockBytes + covered + (keys.esn ? 4 : 0)
    outer.set(digest(algorithm, message.subarray(0, length), "buffer"), blockBytes)
    return sameBytes(digest(algorithm, outer, "buffer"), 0, bytes, end - layout.icvBytes, layout.icvBytes)
  }
}

const DIGEST_BYTES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

/** AES-GCM and ChaCha20-Poly1305 without the copies that the provider's interface asks for. */
function nodeAead(keys: EspKeys, layout: EspLayout): OpenPacket {
  const { encr, esn } = keys
  const { key: raw, salt } = splitKey(encr, keys.key)
  const key: KeyObject = createSecretKey(raw)
  const algorithm = encr.aead === "aes-gcm" ? (`aes-${(8 * encr.keyBytes) as 256}-gcm` as const) : "chacha20-poly1305"
  const nonce = nonceTemplate(encr, salt)
  const aad = new Uint8Array(esn ? 12 : 8)
  const options = { authTagLength: layout.icvBytes }
  return (bytes, start, end, seqHi, out) => {
    fillNonce(encr, nonce, bytes, start, seqHi, esn)
    fillAad(aad, bytes, start, seqHi, esn)
    const from = start + ESP_HEADER_BYTES + layout.ivBytes
    const to = end - layout.icvBytes
    const decipher = createDecipheriv(algorithm as "aes-256-gcm", key, nonce, options)
    decipher.setAuthTag(bytes.subarray(to, end))
    decipher.setAAD(aad)
    const clear = decipher.update(bytes.subarray(from, to))
    try {
      decipher.final()
    } catch {
      return false
    }
    out?.set(clear, from)
    return true
  }
}

/** Decrypts the bodies of many packets of one SA in one call. */
interface BatchKernel {
  /** Takes a packet in. False when the scratch is full: `flush` first. */
  add(bytes: Uint8Array, start: number, from: number, to: number): boolean
  /** Decrypts what was taken in and writes each body to `out` where it stood. */
  flush(out: Uint8Array): void
}

/** First the ICVs, then the bodies of the packets whose ICV held, by the kernel. */
class BatchOpener implements EspOpener {
  constructor(
    readonly layout: EspLayout,
    readonly verify: VerifyIcv | undefined,
    readonly kernel: BatchKernel,
  ) {}

  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array): number {
    const { layout, verify, kernel } = this
    const { bytes } = batch
    let held = 0
    for (let i = 0; i < batch.n; i++) {
      const start = batch.at[i]
      const end = start + batch.length[i]
      ok[i] = 0
      if (!hasShape(layout, batch.length[i])) continue
      if (verify && !verify(bytes, start, end, batch.seqHi[i])) continue
      ok[i] = 1
      held++
      if (!out) continue
      const from = start + ESP_HEADER_BYTES + layout.ivBytes
      if (kernel.add(bytes, start, from, end - layout.icvBytes)) continue
      kernel.flush(out)
      kernel.add(bytes, start, from, end - layout.icvBytes)
    }
    if (out) kernel.flush(out)
    return held
  }
}

/** Enough for one packet of any size and for about 90 of 1400 bytes; fits into the second-level cache. */
const SCRATCH_BYTES = 128 * 1024

/** What all openers of this thread share, one at a time: the bodies taken in, and where they stand here and in the batch. */
class Scratch {
  n = 0
  used = 0
  readonly bytes = new Uint8Array(SCRATCH_BYTES)
  readonly words = new Uint32Array(this.bytes.buffer)
  readonly counters = new Uint8Array(SCRATCH_BYTES)
  readonly #at = new Uint32Array(4096)
  readonly #outAt = new Uint32Array(4096)
  readonly #length = new Uint32Array(4096)

  fits(bytes: number): boolean {
    return this.used + bytes <= SCRATCH_BYTES && this.n < this.#at.length
  }

  /** The body of `length` bytes at `at` belongs to `outAt` of the batch; `bytes` of the scratch are taken. */
  take(at: number, outAt: number, length: number, bytes: number): void {
    this.#at[this.n] = at
    this.#outAt[this.n] = outAt
    this.#length[this.n++] = length
    this.used += bytes
  }

  /** Writes the cleartext of all bodies to the batch, and empties the scratch. */
  copyOut(clear: Uint8Array, out: Uint8Array): void {
    for (let i = 0; i < this.n; i++) out.set(clear.subarray(this.#at[i], this.#at[i] + this.#length[i]), this.#outAt[i])
    this.n = this.used = 0
  }
}

let shared: Scratch | undefined
const sharedScratch = (): Scratch => (shared ??= new Scratch())

/** CBC: all blocks through one ECB decipher, IVs too, then each XORed with the ciphertext block before it. */
class CbcKernel implements BatchKernel {
  readonly #ecb
  readonly #scratch = sharedScratch()

  constructor(keys: EspKeys) {
    this.#ecb = createDecipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, keys.key, null)
    this.#ecb.setAutoPadding(false)
  }

  add(bytes: Uint8Array, _start: number, from: number, to: number): boolean {
    const s = this.#scratch
    const size = to - from + 16
    if (!s.fits(size)) return false
    s.bytes.set(bytes.subarray(from - 16, to), s.used)
    s.take(s.used + 16, from, to - from, size)
    return true
  }

  flush(out: Uint8Array): void {
    const { bytes, words: cipher, used } = this.#scratch
    if (used === 0) return
    const clear = aligned(this.#ecb.update(bytes.subarray(0, used)))
    const words = new Uint32Array(clear.buffer, clear.byteOffset, used / 4)
    for (let i = 4; i < words.length; i++) words[i] ^= cipher[i - 4]
    this.#scratch.copyOut(clear, out)
  }
}

/** CTR: the counter blocks of all packets through one ECB cipher, then XOR. RFC 3686 §4. */
class CtrKernel implements BatchKernel {
  readonly #ecb
  readonly #encr
  readonly #block: Uint8Array
  readonly #scratch = sharedScratch()

  constructor(keys: EspKeys) {
    const { key, salt } = splitKey(keys.encr, keys.key)
    this.#encr = keys.encr
    this.#ecb = createCipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, key, null)
    this.#ecb.setAutoPadding(false)
    this.#block = nonceTemplate(keys.encr, salt)
  }

  add(bytes: Uint8Array, start: number, from: number, to: number): boolean {
    const s = this.#scratch
    const size = (to - from + 15) & ~15
    if (!s.fits(size)) return false
    fillNonce(this.#encr, this.#block, bytes, start, 0, false)
    for (let i = 0; i < size; i += 16) {
      s.counters.set(this.#block, s.used + i)
      putU32(s.counters, s.used + i + 12, i / 16 + 1)
    }
    s.bytes.set(bytes.subarray(from, to), s.used)
    s.take(s.used, from, to - from, size)
    return true
  }

  flush(out: Uint8Array): void {
    const { counters, words: cipher, used } = this.#scratch
    if (used === 0) return
    const stream = aligned(this.#ecb.update(counters.subarray(0, used)))
    const words = new Uint32Array(stream.buffer, stream.byteOffset, used / 4)
    for (let i = 0; i < words.length; i++) words[i] ^= cipher[i]
    this.#scratch.copyOut(stream, out)
  }
}

/** The same bytes at a 4-byte boundary. */
const aligned = (b: Uint8Array): Uint8Array => (b.byteOffset % 4 === 0 ? b : new Uint8Array(b))
