/** Regular files out of a tar archive that is read in pieces (ustar, GNU long names, pax paths), for support bundles. POSIX.1-2001 §pax. */

/** Pieces one by one, undefined at the end. A piece is valid until the next call. */
export type NextPiece = () => Uint8Array | undefined | Promise<Uint8Array | undefined>

export interface TarEntry {
  readonly name: string
  /** Its content; what is not asked for is passed over. */
  readonly next: NextPiece
}

const TAR_BLOCK = 512
/** A name that is longer is cut. */
const MAX_NAME_BYTES = 65536
const decoder = new TextDecoder()

/** Whether the bytes begin with a tar header: its checksum is right. */
export function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < TAR_BLOCK) return false
  let sum = 0
  for (let i = 0; i < TAR_BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : bytes[i]
  return sum > 8 * 0x20 && octal(bytes, 148, 8) === sum
}

/** Yields the regular files; a damaged or truncated archive ends early. Throws what `next` throws. */
export async function* tarEntries(next: NextPiece): AsyncGenerator<TarEntry> {
  const pieces = new Pieces(next)
  let longName: string | undefined
  for (;;) {
    const header = await pieces.exactly(TAR_BLOCK)
    if (!header || !isTar(header)) return
    const size = octal(header, 124, 12)
    if (!Number.isSafeInteger(size)) return
    const end = pieces.at + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
    const type = String.fromCharCode(header[156])
    if (type === "L" || type === "x") {
      const body = (await pieces.exactly(Math.min(size, MAX_NAME_BYTES))) ?? new Uint8Array(0)
      longName = type === "L" ? text(body, 0, body.length) : (paxPath(body) ?? longName)
    } else {
      const bodyEnd = pieces.at + size
      if (type === "0" || type === "\0")
        yield { name: longName ?? ustarName(header), next: () => pieces.upTo(bodyEnd - pieces.at) }
      longName = undefined
    }
    while (pieces.at < end) if (!(await pieces.upTo(end - pieces.at))) return
  }
}

/** Pieces as blocks of wanted lengths. */
class Pieces {
  /** Bytes handed over. */
  at = 0
  #piece: Uint8Array = new Uint8Array(0)

  constructor(private readonly next: NextPiece) {}

  /** At most `n` bytes; undefined at the end, or for none. */
  async upTo(n: number): Promise<Uint8Array | undefined> {
    while (n > 0 && this.#piece.length === 0) {
      const piece = await this.next()
      if (!piece) return undefined
      this.#piece = piece
    }
    const part = this.#piece.subarray(0, n)
    this.#piece = this.#piece.subarray(part.length)
    this.at += part.length
    return part.length > 0 ? part : undefined
  }

  /** A copy of the next `n` bytes; undefined when there are fewer. */
  async exactly(n: number): Promise<Uint8Array | undefined> {
    const out = new Uint8Array(n)
    for (let have = 0; have < n; ) {
      const part = await this.upTo(n - have)
      if (!part) return undefined
      out.set(part, have)
      have += part.length
    }
    return out
  }
}

function ustarName(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : ""
  return prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100)
}

function paxPath(body: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(decoder.decode(body))?.[1]
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return decoder.decode(bytes.subarray(at, end < 0 || end > at + length ? at + length : end))
}

const octal = (bytes: Uint8Array, at: number, length: number): number => {
  const digits = text(bytes, at, length).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}
