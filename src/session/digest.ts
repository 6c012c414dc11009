/** A name for captures that does not depend on where they are: for links, and to tell one capture from another. */
import { concat, utf8 } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import type { Hash } from "../crypto/provider.ts"
import type { SessionFile } from "./file.ts"

/** Bytes of the beginning and of the end of a file that count. */
const PART_BYTES = 1 << 20

/** 16 hex digits of SHA-256 over a file's length, first and last MiB; of several files over their hashes. */
export async function digestOf(files: readonly SessionFile[], sha256: Hash): Promise<string> {
  const hashes: Uint8Array[] = []
  for (const file of files) {
    const { size } = file
    const first = await file.bytes(0, Math.min(size, PART_BYTES))
    const last =
      size > PART_BYTES ? await file.bytes(Math.max(PART_BYTES, size - PART_BYTES), size) : first.subarray(0, 0)
    hashes.push(sha256(concat(utf8(`${size} `), first, last)))
  }
  return toHex(hashes.length === 1 ? hashes[0] : sha256(concat(...hashes))).slice(0, 16)
}
