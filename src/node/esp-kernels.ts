/**
 * Fast openers for node. AES-CBC and AES-CTR with an ICV of their own go by a batch, AES-GCM by the kernel with node's AES, ChaCha20-Poly1305 by the
 * kernel. Without the kernel the last two go through node:crypto. Everything else goes packet by packet through the provider.
 */

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto"
import type { SymmetricProvider } from "../crypto/provider.ts"
import { type Kernel, kernel } from "../crypto/wasm/kernel.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { BatchOpener } from "../open/batch-opener.ts"
import { ChachaOpener } from "../open/chacha-opener.ts"
import {
  createEspOpener,
  type EspOpener,
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
  splitKey,
} from "../open/esp-suite.ts"
import { type BlockEncrypt, GcmOpener } from "../open/gcm-opener.ts"
import { fourOf, kernelScratch } from "../open/kernel-scratch.ts"
import { CbcCipher, CtrCipher, nodeScratch } from "./batch-ciphers.ts"
import { HmacIcv } from "./hmac-icv.ts"
import { fourPay } from "./sha-speed.ts"
import { aeadName } from "./symmetric.ts"

/** Like `createEspOpener`, with the fastest kernel that node has for the suite. */
export function createNodeEspOpener(keys: EspKeys, provider: SymmetricProvider): EspOpener | undefined {
  if (espUnsupported(keys, provider)) return undefined
  const layout = espLayout(keys)
  const { encr } = keys
  if (encr.aead === "chacha20-poly1305" || (encr.aead === "aes-gcm" && encr.variant !== "gmac")) {
    const single = () => perPacket(layout, nodeAead(keys, layout))
    const wasm = kernel()
    if (!wasm) return single()
    if (encr.aead === "chacha20-poly1305") return new ChachaOpener(keys, layout, wasm)
    return new GcmOpener(keys, layout, wasm, nodeEcb(keys, wasm), { least: LEAST_PACKETS, create: single })
  }
  if (encr.cipher !== "aes-cbc" && encr.cipher !== "aes-ctr") return createEspOpener(keys, provider)
  const wasm = keys.integ?.mac === "hmac-sha2-256" && fourPay() ? kernel() : undefined
  const scratch = wasm ? kernelScratch(wasm) : nodeScratch()
  const cipher = encr.cipher === "aes-cbc" ? new CbcCipher(keys, scratch) : new CtrCipher(keys, scratch)
  const four = wasm && fourOf(keys, wasm, scratch)
  return new BatchOpener(keys, layout, { scratch, cipher, icv: icvOf(keys, provider, layout), four })
}

/** Batches of at least so many packets go through the kernel. A Decipheriv costs more to make and to collect than a packet costs to open. */
const LEAST_PACKETS = 4

/** AES on blocks of the kernel's memory by one object of node:crypto, which has the processor's instructions. */
function nodeEcb(keys: EspKeys, { bytes }: Kernel): BlockEncrypt {
  const { key } = splitKey(keys.encr, keys.key)
  const ecb = createCipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, key, null).setAutoPadding(false)
  return { encrypt: (at, blocks) => bytes.set(ecb.update(bytes.subarray(at, at + 16 * blocks)), at) }
}

/** The fastest way to verify the ICV of a suite that has one of its own. */
function icvOf(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout): HmacIcv | VerifyIcv | undefined {
  const mac = keys.integ?.mac
  return mac && (HmacIcv.of(mac, keys.integKey) ?? separateIcv(keys, provider, layout))
}

/** AES-GCM and ChaCha20-Poly1305 without the copies that the provider's interface asks for. */
function nodeAead(keys: EspKeys, layout: EspLayout): OpenPacket {
  const { encr, esn } = keys
  const { key: raw, salt } = splitKey(encr, keys.key)
  const key: KeyObject = createSecretKey(raw)
  const algorithm = aeadName(encr.aead === "aes-gcm" ? "aes-*-gcm" : "chacha20-poly1305", encr.keyBytes)
  const nonce = nonceTemplate(encr, salt)
  const aad = new Uint8Array(esn ? 12 : 8)
  const options = { authTagLength: layout.icvBytes }
  return (bytes, start, end, seqHi, out) => {
    fillNonce(encr, nonce, bytes, start, esn ? seqHi : 0)
    fillAad(aad, bytes, start, seqHi, esn)
    const from = start + ESP_HEADER_BYTES + layout.ivBytes
    const to = end - layout.icvBytes
    const decipher = createDecipheriv(algorithm, key, nonce, options)
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
