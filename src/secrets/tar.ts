/** Regular files out of a tar archive in memory (ustar, GNU long names, pax paths), for support bundles. POSIX.1-2001 §pax. */

export interface TarEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

const BLOCK = 512
const decoder = new TextDecoder()

/** Whether the bytes begin with a tar header: its checksum is right. */
export function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK) return false
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : bytes[i]
  return sum > 8 * 0x20 && octal(bytes, 148, 8) === sum
}

/** Yields the regular files; a damaged or truncated archive ends early. */
export function* tarEntries(bytes: Uint8Array): Generator<TarEntry> {
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK)
    if (!isTar(header)) return
    const size = octal(header, 124, 12)
    if (!Number.isSafeInteger(size)) return
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size)
    const type = String.fromCharCode(header[156])
    if (type === "L") longName = text(body, 0, body.length)
    else if (type === "x") longName = paxPath(body) ?? longName
    else {
      if (type === "0" || type === "\0") yield { name: longName ?? ustarName(header), bytes: body }
      longName = undefined
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
}

function ustarName(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : ""
  return prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100)
}

function paxPath(body: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(decoder.decode(body.subarray(0, 65536)))?.[1]
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return decoder.decode(bytes.subarray(at, end < 0 || end > at + length ? at + length : end))
}

const octal = (bytes: Uint8Array, at: number, length: number): number => {
  const digits = text(bytes, at, length).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}
