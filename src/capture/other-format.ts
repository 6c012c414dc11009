/** Files that are often given for captures and are none: what they are, and what makes a capture of them. */

interface OtherFormat {
  /** With its article: "an xz file". */
  readonly what: string
  /** `FILE` stands for its name. */
  readonly how: string
}

const ascii = (text: string): number[] => [...text].map(c => c.charCodeAt(0))

const MAGIC: readonly (readonly [offset: number, magic: readonly number[], format: OtherFormat])[] = [
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], { what: "an xz file", how: "xz -dc FILE | ikedump -" }],
  [0, [0x04, 0x22, 0x4d, 0x18], { what: "an lz4 file", how: "lz4 -dc FILE | ikedump -" }],
  [0, [0x50, 0x4b, 0x03, 0x04], { what: "a zip archive", how: "unzip -p FILE | ikedump -" }],
  [0, [0x42, 0x5a, 0x68], { what: "a bzip2 file", how: "bzip2 -dc FILE | ikedump -" }],
  [0, [0x37, 0x7a, 0xbc, 0xaf], { what: "a 7z archive", how: "7z x -so FILE | ikedump -" }],
  [0, [0x1f, 0x9d], { what: "a file of compress", how: "gzip -dc FILE | ikedump -" }],
  [257, ascii("ustar"), { what: "a tar archive", how: "unpack it with tar -xf FILE" }],
  [0, ascii("snoop\0"), { what: "a snoop capture", how: "editcap FILE capture.pcapng" }],
  [0, ascii("GMBU"), { what: "a Network Monitor capture", how: "editcap FILE capture.pcapng" }],
]

/** What a file is that begins so; undefined where nobody knows. */
export function otherFormat(bytes: Uint8Array, at: number, end: number): OtherFormat | undefined {
  const found = MAGIC.find(
    ([offset, magic]) => end - at >= offset + magic.length && magic.every((byte, i) => bytes[at + offset + i] === byte),
  )
  if (found) return found[2]
  return isText(bytes.subarray(at, Math.min(end, at + TEXT_BYTES))) ? TEXT : undefined
}

const TEXT: OtherFormat = { what: "text", how: "secrets and logs of daemons are given with --keys FILE" }
const TEXT_BYTES = 256

const isText = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && bytes.every(b => (b >= 0x20 && b !== 0x7f) || b === 0x09 || b === 0x0a || b === 0x0d)
