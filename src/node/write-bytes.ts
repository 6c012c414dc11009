/** Writing to a descriptor at once, whatever reads it. */

import { writeSync } from "node:fs"
import { codeOf } from "../bytes/errors.ts"

const RETRY_MS = 2

/** Writes all bytes; false when nobody reads any more (`| head`). Throws node's error for any other fault. */
export function writeBytes(fd: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = codeOf(error)
      if (code === "EPIPE") return false
      if (code !== "EAGAIN") throw error
      // A pipe that others set to non-blocking is full: wait a little, there is nothing else to do.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
  return true
}
