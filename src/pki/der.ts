/** DER through asn1js, bounded: the nodes that the X.509 readers walk, and their typed values. X.690. */
import {
  type BaseBlock,
  BitString,
  Boolean as BooleanBlock,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  ObjectIdentifier,
  OctetString,
  Sequence,
  Set as SetBlock,
  UTCTime,
} from "asn1js"

/** What no honest certificate or name exceeds; beyond it the bytes count as malformed. */
const MAX_DEPTH = 32
const MAX_NODES = 4000

/** A node that is not what the structure asks for. Goes no further than `attempt`, so one without a stack of its own will do. */
const MALFORMED = new Error("malformed DER")

/** One ASN.1 value. Every accessor throws when the node is of another type. */
export class Der {
  constructor(private readonly block: BaseBlock) {}

  /** The whole TLV, a view of the input. */
  get der(): Uint8Array {
    return this.block.valueBeforeDecodeView
  }

  /** The value without tag and length, a view of the input. */
  get content(): Uint8Array {
    return this.der.subarray(this.block.idBlock.blockLength + this.block.lenBlock.blockLength)
  }

  /** Members of a SEQUENCE, a SET or a constructed context tag. */
  get items(): Der[] {
    const { block } = this
    if (!(block instanceof Sequence || block instanceof SetBlock || block instanceof Constructed)) throw MALFORMED
    return block.valueBlock.value.map(v => new Der(v as BaseBlock))
  }

  /** Member `i`; throws when there are fewer. */
  at(i: number): Der {
    const node = this.items[i]
    if (!node) throw MALFORMED
    return node
  }

  /** The context-specific tag number, or undefined for a universal tag. */
  get context(): number | undefined {
    return this.block.idBlock.tagClass === 3 ? this.block.idBlock.tagNumber : undefined
  }

  /** The universal tag number, or undefined. */
  get universal(): number | undefined {
    return this.block.idBlock.tagClass === 1 ? this.block.idBlock.tagNumber : undefined
  }

  get oid(): string {
    if (!(this.block instanceof ObjectIdentifier)) throw MALFORMED
    return this.block.getValue()
  }

  get isOid(): boolean {
    return this.block instanceof ObjectIdentifier
  }

  /** Magnitude of a non-negative INTEGER without leading zero octets; a negative one keeps its octets. */
  get integer(): Uint8Array {
    if (!(this.block instanceof Integer)) throw MALFORMED
    let bytes = this.content
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
    if (!(this.block instanceof BooleanBlock)) throw MALFORMED
    return this.content[0] !== 0
  }

  get octets(): Uint8Array {
    if (!(this.block instanceof OctetString) || this.block.idBlock.isConstructed) throw MALFORMED
    return this.content
  }

  /** Bytes of a BIT STRING, without the octet that counts unused bits. */
  get bits(): Uint8Array {
    if (!(this.block instanceof BitString) || this.block.idBlock.isConstructed) throw MALFORMED
    return this.content.subarray(1)
  }

  /** UTCTime or GeneralizedTime. */
  get time(): Date {
    if (!(this.block instanceof UTCTime || this.block instanceof GeneralizedTime)) throw MALFORMED
    return this.block.toDate()
  }

  get isTime(): boolean {
    return this.block instanceof UTCTime || this.block instanceof GeneralizedTime
  }

  /** The text of any ASN.1 string type; undefined for other types. */
  get string(): string | undefined {
    return this.universal === undefined ? undefined : stringText(this.universal, this.content)
  }
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
export function parseDer(der: Uint8Array, maxNodes = MAX_NODES): Der {
  const { offset, result } = fromBER(der as Uint8Array<ArrayBuffer>, {
    maxDepth: MAX_DEPTH,
    maxNodes,
    parseEmbedded: false,
    copyInput: false,
  })
  if (offset < 0) throw MALFORMED
  return new Der(result as BaseBlock)
}

/** A value that is all there is in `der`. Throws when something follows it. */
export function parseWhole(der: Uint8Array): Der {
  const node = parseDer(der)
  if (node.der.length !== der.length) throw MALFORMED
  return node
}

/** What `read` returns, or undefined when the bytes are malformed: the one place where faults of ASN.1 end. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (e) {
    // asn1js answers some malformed content with plain errors of its own.
    if (e instanceof Error) return undefined
    throw e
  }
}
