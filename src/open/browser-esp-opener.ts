/**
 * Openers for browsers. AES-GCM, AES-CBC and AES-CTR with HMAC, and ChaCha20-Poly1305 run on the WebAssembly kernel. Everything else, and all where
 * there is no kernel, goes packet by packet through the provider.
 */
import type { SymmetricProvider } from "../crypto/provider.ts"
import { AesKey } from "../crypto/wasm/aes.ts"
import { type Kernel, kernel } from "../crypto/wasm/kernel.ts"
import { KernelHmac } from "../crypto/wasm/sha.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { type BatchCipher, BatchOpener, BLOCK_BYTES, CtrCounters, type Scratch } from "./batch-opener.ts"
import { ChachaOpener } from "./chacha-opener.ts"
import { createEspOpener, type EspOpener, separateIcv } from "./esp-opener.ts"
import { type EspLayout, espLayout, espUnsupported, splitKey } from "./esp-suite.ts"
import { GcmOpener } from "./gcm-opener.ts"
import { fourOf, kernelScratch } from "./kernel-scratch.ts"

/** Like `createEspOpener`, with the kernel where it has the suite. */
export function createBrowserEspOpener(keys: EspKeys, provider: SymmetricProvider): EspOpener | undefined {
  const wasm = kernel()
  if (!wasm) return createEspOpener(keys, provider)
  if (espUnsupported(keys, provider)) return undefined
  const layout = espLayout(keys)
  const { encr } = keys
  if (encr.aead === "chacha20-poly1305") return new ChachaOpener(keys, layout, wasm)
  if (encr.aead === "aes-gcm" && encr.variant !== "gmac")
    return new GcmOpener(keys, layout, wasm, new AesKey(wasm, splitKey(encr, keys.key).key))
  if (encr.cipher !== "aes-cbc" && encr.cipher !== "aes-ctr") return createEspOpener(keys, provider)
  const scratch = kernelScratch(wasm)
  const cipher = encr.cipher === "aes-cbc" ? new KernelCbc(keys, wasm, scratch) : new KernelCtr(keys, wasm, scratch)
  const icv = icvOf(keys, provider, layout, wasm)
  return new BatchOpener(keys, layout, { scratch, cipher, icv, four: fourOf(keys, wasm, scratch) })
}

const NO_PAD = new Uint8Array(0)

/** The kernel's HMAC over what stands in its memory, or any other way to verify. */
function icvOf(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout, wasm: Kernel) {
  const mac = keys.integ?.mac
  if (!mac) return undefined
  const hmac = KernelHmac.of(wasm, mac, keys.integKey)
  if (!hmac) return separateIcv(keys, provider, layout)
  return {
    pad: NO_PAD,
    holds: (message: Uint8Array, icv: Uint8Array, at: number, length: number) =>
      hmac.holds(message.byteOffset, message.length, icv, at, length),
  }
}

/** CBC over the whole scratch: the block before a packet's ciphertext is its IV; what comes out for all else is left alone. */
class KernelCbc implements BatchCipher {
  readonly #aes: AesKey

  constructor(
    keys: EspKeys,
    wasm: Kernel,
    readonly scratch: Scratch,
  ) {
    this.#aes = new AesKey(wasm, keys.key)
  }

  decrypt(used: number): Uint8Array {
    this.#aes.decryptCbc(this.scratch.bytes.byteOffset, used / BLOCK_BYTES)
    return this.scratch.bytes
  }

  decryptEdges(used: number): Uint8Array {
    this.#aes.decryptCbc(this.scratch.counters.byteOffset, used / BLOCK_BYTES)
    return this.scratch.counters
  }
}

class KernelCtr extends CtrCounters implements BatchCipher {
  readonly #aes: AesKey

  constructor(
    keys: EspKeys,
    readonly wasm: Kernel,
    scratch: Scratch,
  ) {
    super(keys, scratch)
    this.#aes = new AesKey(wasm, splitKey(keys.encr, keys.key).key)
  }

  decrypt(used: number): Uint8Array {
    const { counters, bytes } = this.scratch
    this.#aes.encrypt(counters.byteOffset, used / BLOCK_BYTES)
    this.wasm.exports.xor(counters.byteOffset, bytes.byteOffset, used / BLOCK_BYTES)
    return counters
  }
}
