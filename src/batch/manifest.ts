/** The manifest of a run: which captures there are, and in which segments they are scanned. */
import { createHash } from "node:crypto"
import { closeSync, openSync, readSync, statSync } from "node:fs"
import type { Segment } from "../node/segment-jobs.ts"

/** Version of the run folder. */
export const RUN_VERSION = 4

export interface ManifestCapture {
  /** Absolute. */
  readonly path: string
  readonly bytes: number
  /** SHA-256 over the size and samples of the content, hex: shows whether a file is the one that was scanned. */
  readonly digest: string
}

export interface Manifest {
  readonly ikedump_run: typeof RUN_VERSION
  readonly captures: readonly ManifestCapture[]
  readonly segments: readonly Segment[]
  readonly ike_ports: readonly number[]
}

const SAMPLE_BYTES = 64 * 1024
const SAMPLES = 16

/** Describes a capture file. Throws node's error when it cannot be read. */
export function describeCapture(path: string): ManifestCapture {
  const { size } = statSync(path)
  const hash = createHash("sha256").update(`${size}\n`)
  const fd = openSync(path, "r")
  try {
    const buffer = new Uint8Array(SAMPLE_BYTES)
    // The beginning, the end, and places between them: all of a small file.
    for (let i = 0; i < SAMPLES; i++) {
      const at = Math.floor((Math.max(0, size - SAMPLE_BYTES) * i) / (SAMPLES - 1))
      hash.update(buffer.subarray(0, readSync(fd, buffer, 0, SAMPLE_BYTES, at)))
    }
  } finally {
    closeSync(fd)
  }
  return { path, bytes: size, digest: hash.digest("hex") }
}

/** What the work on a segment depends on, as a name: another content, place or port gives another. 16 hex digits. */
export function segmentKey({ captures, ike_ports }: Manifest, { capture, start, end, last }: Segment): string {
  return shortHash(RUN_VERSION, captures[capture].digest, capture, start, end, Number(last), ike_ports.join())
}

/** 16 hex digits that stand for the parts. */
export const shortHash = (...parts: readonly (string | number)[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16)
