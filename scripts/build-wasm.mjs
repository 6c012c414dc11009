/**
 * `node scripts/build-wasm.mjs`: assembles the cryptographic kernel out of scripts/wasm into src/crypto/wasm/kernel-wasm.ts. Run it after a
 * change there; the result is committed, and a test builds it again and compares.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import wabt from "wabt"
import { AES_TABLE_BYTES, aes } from "./wasm/aes.mjs"
import { chachaPoly } from "./wasm/chacha.mjs"
import { GHASH_TABLE_BYTES, ghash } from "./wasm/ghash.mjs"
import { SHA_BYTES, sha, shaConstants } from "./wasm/sha.mjs"
import { FOUR_BYTES, sha256Four } from "./wasm/sha256-four.mjs"

// Memory: the tables of GHASH from 0, those of AES, the constants and the schedules of SHA; what is worked on stands behind.
const AES_AT = GHASH_TABLE_BYTES
const SHA_AT = AES_AT + AES_TABLE_BYTES
const FOUR_AT = (SHA_AT + SHA_BYTES + 63) & -64
const FREE_AT = FOUR_AT + FOUR_BYTES
const PAGES = 24

const source = `(module
  (memory (export "memory") ${PAGES})
  (global (export "aesTables") i32 (i32.const ${AES_AT}))
  (global (export "free") i32 (i32.const ${FREE_AT}))
  ${shaConstants(SHA_AT)}
  ${ghash}
  ${aes(AES_AT)}
  ${sha(SHA_AT)}
  ${sha256Four(SHA_AT, FOUR_AT)}
  ${chachaPoly}
)`

/** The text of src/crypto/wasm/kernel-wasm.ts. */
export async function kernelText() {
  const module = (await wabt()).parseWat("kernel.wat", source, { simd: true })
  // Hex packs better than base64 where the page is packed: what repeats stays the same.
  const hex = Buffer.from(module.toBinary({}).buffer).toString("hex")
  const lines = hex.match(/.{1,110}/g).map(line => `  "${line}"`)
  return `/** Made by scripts/build-wasm.mjs: the cryptographic kernel, SIMD WebAssembly in hex. */\nexport const KERNEL_WASM =\n${lines.join(" +\n")}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(import.meta.dirname, "../src/crypto/wasm/kernel-wasm.ts"), await kernelText())
