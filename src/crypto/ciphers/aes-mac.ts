/** AES-CMAC and AES-XCBC-MAC over anyone's CBC-MAC. */
import type { Mac } from "../provider.ts"

/** CBC-MAC of whole 16-byte blocks under a key. */
export type CbcMac = (key: Uint8Array) => (blocks: Uint8Array) => Uint8Array

/** AES-CMAC, 16-byte tag; the key has 16 bytes (RFC 4493), any other length becomes one as the PRF does it (RFC 4615 §3). */
export function cmacOver(cbcMac: CbcMac): Mac {
  const cmac: Mac = key => {
    const chain = cbcMac(key.length === 16 ? key : cmac(new Uint8Array(16))(key))
    const full = double(chain(new Uint8Array(16)))
    return masked(chain, full, double(full))
  }
  return cmac
}

/** AES-XCBC-MAC, 16-byte tag; the key has 16 bytes (RFC 3566), any other length becomes one as the PRF does it (RFC 4434 §2). */
export function xcbcOver(cbcMac: CbcMac): Mac {
  const xcbc: Mac = key => {
    const outer = cbcMac(key.length > 16 ? xcbc(new Uint8Array(16))(key) : filled(key))
    const derive = (n: number): Uint8Array => outer(new Uint8Array(16).fill(n))
    return masked(cbcMac(derive(1)), derive(2), derive(3))
  }
  return xcbc
}

function filled(key: Uint8Array): Uint8Array {
  const out = new Uint8Array(16)
  out.set(key)
  return out
}

/** A MAC whose last block is masked with `full` when it is whole, else padded (10…0) and masked with `partial`. */
function masked(chain: ReturnType<CbcMac>, full: Uint8Array, partial: Uint8Array): ReturnType<Mac> {
  return message => {
    const blocks = new Uint8Array(Math.max(16, Math.ceil(message.length / 16) * 16))
    blocks.set(message)
    if (message.length < blocks.length) blocks[message.length] = 0x80
    const mask = message.length < blocks.length ? partial : full
    for (let i = 0, at = blocks.length - 16; i < 16; i++) blocks[at + i] ^= mask[i]
    return chain(blocks)
  }
}

/** Multiplication by x in GF(2^128). RFC 4493 §2.3. */
function double(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(16)
  for (let i = 0; i < 16; i++) out[i] = (block[i] << 1) | ((block[i + 1] ?? 0) >>> 7)
  if (block[0] & 0x80) out[15] ^= 0x87
  return out
}
