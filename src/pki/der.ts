/** DER, bounded: the nodes that the X.509 readers walk, and their typed values. BER's indefinite lengths are read too. X.690. */

/** What no honest certificate or name exceeds; beyond it the bytes count as malformed. */
const MAX_DEPTH = 32
const MAX_NODES = 4000

/** A node that is not what the structure asks for. Goes no further than `attempt`, so one without a stack of its own will do. */
const MALFORMED = new Error("malformed DER")

/** Tag classes. X.690 §8.1.2.2. */
const CLASS = { UNIVERSAL: 0, CONTEXT: 2 } as const

/** Universal tags that are read here. X.680 §8.4. */
const TAG = {
  BOOLEAN: 1,
  INTEGER: 2,
  BIT_STRING: 3,
  OCTET_STRING: 4,
  OBJECT_IDENTIFIER: 6,
  SEQUENCE: 16,
  SET: 17,
  UTC_TIME: 23,
  GENERALIZED_TIME: 24,
} as const

/** Where a value lies: tag, length and content, and what it holds. */
interface Block {
  readonly tagClass: number
  readonly tag: number
  readonly constructed: boolean
  /** The whole TLV, and its content, views of the input. */
  readonly der: Uint8Array
  readonly content: Uint8Array
  readonly members: readonly Block[]
}

/** One ASN.1 value. Every accessor throws when the node is of another type. */
export class Der {
  constructor(private readonly block: Block) {}

  /** The whole TLV, a view of the input. */
  get der(): Uint8Array {
    return this.block.der
  }

  /** The value without tag and length, a view of the input. */
  get content(): Uint8Array {
    return this.block.content
  }

  /** Members of a SEQUENCE, a SET or a constructed context tag. */
  get items(): Der[] {
    const { universal } = this
    const holds = universal === undefined || universal === TAG.SEQUENCE || universal === TAG.SET
    if (!holds || !this.block.constructed) throw MALFORMED
    return this.block.members.map(member => new Der(member))
  }

  /** Member `i`; throws when there are fewer. */
  at(i: number): Der {
    const node = this.items[i]
    if (!node) throw MALFORMED
    return node
  }

  /** The context-specific tag number, or undefined for a universal tag. */
  get context(): number | undefined {
    return this.block.tagClass === CLASS.CONTEXT ? this.block.tag : undefined
  }

  /** The universal tag number, or undefined. */
  get universal(): number | undefined {
    return this.block.tagClass === CLASS.UNIVERSAL ? this.block.tag : undefined
  }

  get oid(): string {
    return oidText(this.#primitive(TAG.OBJECT_IDENTIFIER))
  }

  get isOid(): boolean {
    return this.universal === TAG.OBJECT_IDENTIFIER
  }

  /** Magnitude of a non-negative INTEGER without leading zero octets; a negative one keeps its octets. */
  get integer(): Uint8Array {
    let bytes = this.#primitive(TAG.INTEGER)
    while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1)
    return bytes
  }

  /** The same of an INTEGER that must not be negative. */
  get natural(): Uint8Array {
    const { integer } = this
    if (this.content.length === 0 || this.content[0] > 127) throw MALFORMED
    return integer
  }

  /** An INTEGER below 2^32. */
  get small(): number {
    const bytes = this.integer
    if (bytes.length > 4) throw MALFORMED
    return bytes.reduce((n, b) => n * 256 + b, 0)
  }

  get boolean(): boolean {
    const content = this.#primitive(TAG.BOOLEAN)
    if (content.length !== 1) throw MALFORMED
    return content[0] !== 0
  }

  get octets(): Uint8Array {
    return this.#primitive(TAG.OCTET_STRING)
  }

  /** Bytes of a BIT STRING, without the octet that counts unused bits. */
  get bits(): Uint8Array {
    const content = this.#primitive(TAG.BIT_STRING)
    if (content.length === 0 || content[0] > 7) throw MALFORMED
    return content.subarray(1)
  }

  /** UTCTime or GeneralizedTime. */
  get time(): Date {
    const isUtc = this.universal === TAG.UTC_TIME
    return timeOf(latin1(this.#primitive(isUtc ? TAG.UTC_TIME : TAG.GENERALIZED_TIME)), isUtc)
  }

  get isTime(): boolean {
    return this.universal === TAG.UTC_TIME || this.universal === TAG.GENERALIZED_TIME
  }

  /** The text of any ASN.1 string type; undefined for other types. */
  get string(): string | undefined {
    return this.universal === undefined ? undefined : stringText(this.universal, this.content)
  }

  #primitive(tag: number): Uint8Array {
    if (this.universal !== tag || this.block.constructed) throw MALFORMED
    return this.content
  }
}

/** `1.2.840.113549.1.1.11`. X.690 §8.19. */
function oidText(content: Uint8Array): string {
  const last = content.at(-1)
  if (last === undefined || last > 127) throw MALFORMED
  const arcs: bigint[] = []
  let arc = 0n
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    if (octet > 127) continue
    arcs.push(arc)
    arc = 0n
  }
  // The first two arcs stand in one: 40 X + Y, where X is 0, 1 or 2.
  const [first, ...others] = arcs
  const top = first < 80n ? first / 40n : 2n
  return [top, first - 40n * top, ...others].join(".")
}

const TIME = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?(?:Z|([+-])(\d\d)(\d\d)?)?$/

/** Two digits of a year are 1950 to 2049. RFC 5280 §4.1.2.5. */
function timeOf(text: string, isUtc: boolean): Date {
  const [, year = "", month, day, hour, minute = "0", second = "0", part = "0", sign, hours, minutes = "0"] =
    TIME.exec(text) ?? []
  if (year.length !== (isUtc ? 2 : 4)) throw MALFORMED
  const full = isUtc ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year)
  const at = Date.UTC(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  if (new Date(at).getUTCMonth() + 1 !== Number(month)) throw MALFORMED
  const away = sign ? (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1) : 0
  return new Date(at + Math.floor(Number(`0.${part}`) * 1000) - away * 60_000)
}

const utf8 = new TextDecoder()
const utf16 = new TextDecoder("utf-16be")

function stringText(tag: number, bytes: Uint8Array): string | undefined {
  switch (tag) {
    case 12: // UTF8String
      return utf8.decode(bytes)
    case 18: // NumericString, PrintableString, TeletexString, VideotexString, IA5String
    case 19:
    case 20:
    case 21:
    case 22:
    case 25: // GraphicString, VisibleString, GeneralString
    case 26:
    case 27:
      return latin1(bytes)
    case 28: // UniversalString
      return utf32(bytes)
    case 30: // BMPString
      return utf16.decode(bytes)
    default:
      return undefined
  }
}

/** Each byte as the character of that number: IA5 text as it stands, whatever the upper half means. */
export const latin1 = (bytes: Uint8Array): string => {
  let text = ""
  for (const b of bytes) text += String.fromCharCode(b)
  return text
}

function utf32(bytes: Uint8Array): string {
  let text = ""
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const code = bytes[i] * 0x1000000 + (bytes[i + 1] << 16) + (bytes[i + 2] << 8) + bytes[i + 3]
    text += code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code)
  }
  return text
}

/** The value that `der` begins with; bytes behind it are ignored. Throws when it is no ASN.1 or exceeds the limits. */
export const parseDer = (der: Uint8Array, maxNodes = MAX_NODES): Der => new Der(new Reader(der, maxNodes).block(0, 0))

/** A value that is all there is in `der`. Throws when something follows it. */
export function parseWhole(der: Uint8Array): Der {
  const node = parseDer(der)
  if (node.der.length !== der.length) throw MALFORMED
  return node
}

/** Reads a value with all that it holds: what is malformed anywhere inside makes the whole malformed. */
class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    private nodes: number,
  ) {}

  block(start: number, depth: number, end = this.bytes.length): Block {
    if (--this.nodes < 0 || depth > MAX_DEPTH) throw MALFORMED
    let at = start
    const next = (): number => {
      if (at >= end) throw MALFORMED
      return this.bytes[at++]
    }
    const first = next()
    const tag = (first & 0x1f) === 0x1f ? longTag(next) : first & 0x1f
    const constructed = (first & 0x20) !== 0
    const length = lengthOf(next)
    const body = at
    if (length === undefined && !constructed) throw MALFORMED
    if (length !== undefined && length > end - body) throw MALFORMED
    const stop = length === undefined ? end : body + length
    const members: Block[] = []
    let through = body
    let closed = length !== undefined
    while (constructed && through < stop) {
      // End-of-contents. X.690 §8.1.5.
      if (length === undefined && this.bytes[through] === 0 && this.bytes[through + 1] === 0) {
        closed = true
        break
      }
      const member = this.block(through, depth + 1, stop)
      members.push(member)
      through += member.der.length
    }
    if (!closed) throw MALFORMED
    const contentEnd = length === undefined ? through : stop
    const after = length === undefined ? through + 2 : stop
    return {
      tagClass: first >> 6,
      tag,
      constructed,
      der: this.bytes.subarray(start, after),
      content: this.bytes.subarray(body, contentEnd),
      members,
    }
  }
}

/** A tag above 30, seven bits an octet. X.690 §8.1.2.4. */
function longTag(next: () => number): number {
  let tag = 0
  for (let n = 0; n < 4; n++) {
    const octet = next()
    tag = tag * 128 + (octet & 0x7f)
    if (octet < 128) return tag
  }
  throw MALFORMED
}

/** A length in short or long form; undefined where it is indefinite. X.690 §8.1.3. */
function lengthOf(next: () => number): number | undefined {
  const first = next()
  if (first < 0x80) return first
  if (first === 0x80) return undefined
  const octets = first & 0x7f
  if (octets > 4) throw MALFORMED
  let length = 0
  for (let n = 0; n < octets; n++) length = length * 256 + next()
  return length
}

/** What `read` returns, or undefined when the bytes are malformed: the one place where faults of ASN.1 end. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (e) {
    if (e instanceof Error) return undefined
    throw e
  }
}
