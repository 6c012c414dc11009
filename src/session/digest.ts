/** A name for captures that does not depend on where they are: for links, and to tell one capture from another. */
import { sha256 } from "@noble/hashes/sha2.js"
import { utf8 } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import type { SessionFile } from "./file.ts"

/** Bytes of the beginning and of the end of a file that count. */
const PART_BYTES = 1 << 20

/** 16 hex digits of SHA-256 over each file's length, first and last MiB. */
export async function digestOf(files: readonly SessionFile[]): Promise<string> {
  const hash = sha256.create()
  for (const file of files) {
    hash.update(utf8(`${file.size} `))
    hash.update(await file.bytes(0, Math.min(file.size, PART_BYTES)))
    if (file.size > PART_BYTES) hash.update(await file.bytes(Math.max(PART_BYTES, file.size - PART_BYTES), file.size))
  }
  return toHex(hash.digest()).slice(0, 16)
}
