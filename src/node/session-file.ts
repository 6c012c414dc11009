/** Files of the file system for a session. */

import { closeSync, fstatSync, openSync, read } from "node:fs"
import { basename } from "node:path"
import { codeOf, messageOf } from "../bytes/errors.ts"
import type { SessionFile } from "../session/file.ts"
import { CaptureOpenError } from "./open-capture.ts"

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
}

/** Opens a file that can be read at any place. Throws CaptureOpenError for what cannot (a pipe, a folder). */
export function nodeFile(path: string): SessionFile {
  let fd: number
  try {
    fd = openSync(path, "r")
  } catch (error) {
    throw new CaptureOpenError(path, REASONS[codeOf(error) ?? ""] ?? messageOf(error))
  }
  const stat = fstatSync(fd)
  if (!stat.isFile()) {
    closeSync(fd)
    throw new CaptureOpenError(path, stat.isDirectory() ? REASONS.EISDIR : "it cannot be read at any place")
  }
  return {
    name: basename(path),
    size: stat.size,
    bytes: (from, to) => readAt(fd, from, Math.max(0, Math.min(to, stat.size) - from)),
    close: () => closeSync(fd),
  }
}

function readAt(fd: number, from: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length)
  return new Promise((resolve, reject) =>
    read(fd, buffer, 0, length, from, (error, n) => (error ? reject(error) : resolve(buffer.subarray(0, n)))),
  )
}
