/** Hostile captures: each aims at one table, one list or one loop. Seeded, the same bytes every time; about thirty-five kinds. */
import { gzipSync } from "node:zlib"

const bytes = (...list) => Uint8Array.from(list)
const u16 = n => bytes((n >>> 8) & 255, n & 255)
const u32 = n => bytes((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const cat = (...list) => new Uint8Array(Buffer.concat(list))
const repeat = (count, make) => cat(...Array.from({ length: count }, (_, i) => make(i)))

let state = 1
function random(length) {
  const out = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    out[i] = state >>> 16
  }
  return out
}

const host = n => bytes(10, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const [A, B] = [host(1), host(2)]
const NO_SPI = new Uint8Array(8)
const scattered = (n, below) => (Math.imul(n, 2_654_435_761) >>> 0) % below

const ip = (from, to, protocol, payload, fragment = 0, id = 1) =>
  cat(bytes(0x45, 0), u16(20 + payload.length), u16(id), u16(fragment), bytes(64, protocol, 0, 0), from, to, payload)
const udp = (from, to, payload) => cat(u16(from), u16(to), u16(8 + payload.length), u16(0), payload)
const ike = (from, to, message) => ip(from, to, 17, udp(500, 500, message))
const esp = (spi, sequence) => cat(u32(spi), u32(sequence), random(8))
const tcp = (port, sequence, payload) =>
  cat(u16(port), u16(4500), u32(sequence), u32(0), bytes(0x50, 0x18, 1, 0, 0, 0, 0, 0), payload)

const chain = list =>
  cat(...list.flatMap(([, body], i) => [bytes(list[i + 1]?.[0] ?? 0, 0), u16(4 + body.length), body]))
function message(spiI, spiR, version, exchange, flags, id, list) {
  const body = chain(list)
  return cat(spiI, spiR, bytes(list[0]?.[0] ?? 0, version, exchange, flags), u32(id), u32(28 + body.length), body)
}
const v2 = (spiI, spiR, exchange, flags, id, list) => message(spiI, spiR, 0x20, exchange, flags, id, list)
const v1 = (spiI, spiR, exchange, flags, id, list) => message(spiI, spiR, 0x10, exchange, flags, id, list)

const transform = (last, type, id, attribute = bytes()) =>
  cat(bytes(last ? 0 : 3, 0), u16(8 + attribute.length), bytes(type, 0), u16(id), attribute)
const proposal = (count, transforms) => cat(bytes(0, 0), u16(8 + transforms.length), bytes(1, 1, 0, count), transforms)
const SA_V2 = proposal(
  4,
  cat(transform(0, 1, 12, bytes(0x80, 14, 0, 128)), transform(0, 2, 5), transform(0, 3, 12), transform(1, 4, 31)),
)
const SUITE_V1 = bytes(0x80, 1, 0, 7, 0x80, 14, 0, 128, 0x80, 2, 0, 2, 0x80, 3, 0, 1, 0x80, 4, 0, 31, 0x80, 11, 0, 1)
const SA_V1 = cat(u32(1), u32(1), bytes(0, 0), u16(40), bytes(1, 1, 0, 1, 0, 0), u16(32), bytes(1, 1, 0, 0), SUITE_V1)
const keyed = () => [
  [34, cat(u16(31), u16(0), random(32))],
  [40, random(16)],
]
const init = spiI => v2(spiI, NO_SPI, 34, 8, 0, [[33, SA_V2], ...keyed()])
const answer = (spiI, spiR) => v2(spiI, spiR, 34, 0x20, 0, [[33, SA_V2], ...keyed()])
/** An encrypted payload whose inside begins with an IDi. */
function sealed(spiI, spiR, exchange, flags, id, size = 80) {
  const out = v2(spiI, spiR, exchange, flags, id, [[46, random(size)]])
  out[28] = 35
  return out
}
const main = (spiI, spiR, list) => v1(spiI, spiR, 2, 0, 0, list)

/** Packets of one negotiated SA: the first two make it. */
function inOneSa(packet) {
  const [spiI, spiR] = [random(8), random(8)]
  return i => (i === 0 ? ike(A, B, init(spiI)) : i === 1 ? ike(B, A, answer(spiI, spiR)) : packet(i - 2, spiI, spiR))
}
/** Packets of one SPI pair whose beginning is not in the capture. */
function underOnePair(packet) {
  const [spiI, spiR] = [random(8), random(8)]
  return i => packet(i, spiI, spiR)
}
const nested = (depth, i) =>
  Array.from({ length: depth }).reduce(inner => ip(A, B, 4, inner), ip(A, B, 50, esp(i + 256, 1)))
const certificate = random(900)

/** What each packet of an attack is, by its name. Each is made when its file is: then random numbers begin anew. */
const PACKETS = {
  "SPIs of ESP": () => i => ip(A, B, 50, esp(i + 256, 1)),
  "SPIs of ESP, other hosts each": () => i => ip(host(i), host(i * 7), 50, esp(i + 256, 1)),
  "SPIs of ESP, three packets each": () => i => ip(host((i / 3) | 0), B, 50, esp(((i / 3) | 0) + 256, 1 + (i % 3))),
  "SPIs of AH": () => i => ip(A, B, 51, cat(bytes(4, 4, 0, 0), u32(i + 256), u32(1), random(12))),
  "sources of one SPI": () => i => ip(host(i), B, 50, esp(4242, i)),
  "scattered sequence numbers": () => i => ip(A, B, 50, cat(u32(4242), u32(scattered(i, 2 ** 32)), random(8))),
  "IKEv2 headers, a host each": () => i => ike(host(i), B, v2(random(8), NO_SPI, 34, 8, 0, [])),
  "IKEv2 requests, a host each": () => i => ike(host(i), B, init(random(8))),
  "IKEv2 requests of one SPI, a host each": () =>
    (
      spi => i =>
        ike(host(i), B, init(spi))
    )(random(8)),
  "IKEv2 answers, an SPI each": () =>
    (
      spi => i =>
        i === 0 ? ike(A, B, init(spi)) : ike(B, A, answer(spi, random(8)))
    )(random(8)),
  "IKEv2 negotiations": () => {
    let [spiI, spiR] = [NO_SPI, NO_SPI]
    return i => {
      if (i % 2 === 0) [spiI, spiR] = [random(8), random(8)]
      return i % 2 === 0 ? ike(host(i >> 1), B, init(spiI)) : ike(B, host(i >> 1), answer(spiI, spiR))
    }
  },
  "IKEv2 messages without a beginning": () => i => ike(host(i), B, sealed(random(8), random(8), 37, 8, i)),
  "IKEv2 exchanges of one SA": () => inOneSa((i, spiI, spiR) => ike(A, B, sealed(spiI, spiR, 37, 8, i + 1, 40))),
  "IKEv2 requests of one exchange": () => inOneSa((_, spiI, spiR) => ike(A, B, sealed(spiI, spiR, 37, 8, 1, 40))),
  "IKEv2 addresses of one SA": () => inOneSa((i, spiI, spiR) => ike(host(i), B, sealed(spiI, spiR, 37, 8, i + 1, 40))),
  "fragments 1 of 65535": () =>
    inOneSa((i, spiI, spiR) => ike(A, B, v2(spiI, spiR, 37, 8, i + 1, [[53, cat(u16(1), u16(65_535), random(50))]]))),
  "fragments of one message": () =>
    inOneSa((i, spiI, spiR) =>
      ike(A, B, v2(spiI, spiR, 35, 8, 1, [[53, cat(u16(1 + (i % 65_535)), u16(65_535), random(50))]])),
    ),
  "a thousand notifications": () => i =>
    ike(
      host(i),
      B,
      v2(
        random(8),
        NO_SPI,
        34,
        8,
        0,
        Array.from({ length: 1000 }, (_, k) => [41, cat(u16(0), u16(k))]),
      ),
    ),
  "Deletes of 15,000 SPIs": () =>
    underOnePair((i, spiI, spiR) =>
      ike(A, B, v2(spiI, spiR, 37, 8, i, [[42, cat(bytes(3, 4), u16(15_000), random(60_000))]])),
    ),
  "8,000 transforms": () => {
    const many = repeat(8000, k => transform(k === 7999, 1 + (k % 5), k))
    return () => ike(A, B, v2(random(8), NO_SPI, 34, 8, 0, [[33, proposal(255, many)], ...keyed()]))
  },
  "255 traffic selectors": () => {
    const list = cat(
      bytes(255, 0, 0, 0),
      repeat(255, () => cat(bytes(7, 0, 0, 16, 0, 0, 255, 255), random(8))),
    )
    return underOnePair((i, spiI, spiR) => ike(A, B, v2(spiI, spiR, 37, 8, i, [[44, list]])))
  },
  "70 certificates": () =>
    underOnePair((i, spiI, spiR) =>
      ike(
        A,
        B,
        v2(
          spiI,
          spiR,
          37,
          8,
          i,
          Array.from({ length: 70 }, () => [37, cat(bytes(4), certificate)]),
        ),
      ),
    ),
  "IKEv1 headers, a host each": () => i => ike(host(i), B, main(random(8), NO_SPI, [])),
  "IKEv1 requests, a host each": () => i => ike(host(i), B, main(random(8), NO_SPI, [[1, SA_V1]])),
  "IKEv1 Aggressive Mode, a host each": () => i =>
    ike(
      host(i),
      B,
      v1(random(8), NO_SPI, 4, 0, 0, [
        [1, SA_V1],
        [4, random(32)],
        [10, random(16)],
        [5, bytes(2, 0, 0, 0, 97)],
      ]),
    ),
  "IKEv1 answers, a cookie each": () =>
    (
      spi => i =>
        i === 0 ? ike(A, B, main(spi, NO_SPI, [[1, SA_V1]])) : ike(B, A, main(spi, random(8), [[1, SA_V1]]))
    )(random(8)),
  "IKEv1 key exchanges of one SA": () =>
    underOnePair((i, spiI, spiR) =>
      i < 2
        ? ike(i ? B : A, i ? A : B, main(spiI, i ? spiR : NO_SPI, [[1, SA_V1]]))
        : ike(
            i % 2 ? A : B,
            i % 2 ? B : A,
            main(spiI, spiR, [
              [4, random(32)],
              [10, random(16)],
            ]),
          ),
    ),
  "IKEv1 Quick Modes of one SA": () =>
    underOnePair((i, spiI, spiR) => ike(A, B, v1(spiI, spiR, 32, 1, i + 1, [[8, random(20)]]))),
  "IKEv1 fragments": () =>
    underOnePair((i, spiI, spiR) =>
      ike(A, B, main(spiI, spiR, [[132, cat(u16(i >> 8), bytes(i & 255, 0), random(40))]])),
    ),
  "15,000 IKEv1 attributes": () => {
    const many = repeat(15_000, k => bytes(0x80, k % 20, (k >> 8) & 255, k & 255))
    const body = cat(u32(1), u32(1), proposal(1, cat(bytes(0, 0), u16(8 + many.length), bytes(1, 1, 0, 0), many)))
    return () => ike(A, B, main(random(8), NO_SPI, [[1, body]]))
  },
  "IP fragments, a datagram each": () => i => ip(A, B, 17, random(8), 0x2000, i & 65_535),
  "IP fragments of one datagram": () => i => ip(A, B, 17, random(8), 0x2000 | ((i * 5) % 8000), 1),
  "TCP streams": () => i => ip(host(i), B, 6, tcp(1000 + (i % 60_000), i, random(10))),
  "TCP segments behind holes": () => i => ip(A, B, 6, tcp(5000, 1000 + scattered(i, 500_000) * 2, random(1))),
  "tunnels in tunnels": () => i => nested(63, i),
  "IPv6 extension headers": () => i => {
    const body = cat(
      repeat(60, () => bytes(60, 0, 1, 4, 0, 0, 0, 0)),
      bytes(50, 0, 1, 4, 0, 0, 0, 0),
      esp(i + 256, 1),
    )
    return cat(bytes(0x60, 0, 0, 0), u16(body.length), bytes(60, 64), random(16), random(16), body)
  },
  "ICMP errors that quote IKE": () => i =>
    ip(host(i), B, 1, cat(bytes(3, 3, 0, 0, 0, 0, 0, 0), ip(B, host(i), 17, udp(500, 500, init(random(8)))))),
  "ICMP errors that quote ESP": () => i =>
    ip(host(i), B, 1, cat(bytes(3, 3, 0, 0, 0, 0, 0, 0), ip(B, host(i), 50, cat(u32(i), u32(1))))),
  "empty records": () => () => new Uint8Array(0),
}

/** A pcap of packets without a link layer. */
function pcap(packet, size) {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(0xffff, 16)
  head.writeUInt32LE(101, 20)
  const parts = [head]
  for (let i = 0, length = 24; length < size; i++) {
    const one = packet(i)
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_700_000_000 + Math.floor(i / 10_000))
    record.writeUInt32LE((i % 10_000) * 100, 4)
    record.writeUInt32LE(one.length, 8)
    record.writeUInt32LE(one.length, 12)
    parts.push(record, one)
    length += 16 + one.length
  }
  return Buffer.concat(parts)
}

function block(type, body) {
  const padded = cat(body, new Uint8Array(-body.length & 3))
  const frame = Buffer.alloc(8)
  frame.writeUInt32LE(type)
  frame.writeUInt32LE(12 + padded.length, 4)
  return cat(frame, padded, frame.subarray(4))
}
const le16 = n => bytes(n & 255, n >>> 8)
const le32 = n => cat(le16(n & 0xffff), le16(n >>> 16))
const option = (code, value) => cat(le16(code), le16(value.length), value, new Uint8Array(-value.length & 3))
const section = block(0x0a0d0d0a, cat(le32(0x1a2b3c4d), le16(1), le16(0), le32(0xffff_ffff), le32(0xffff_ffff)))
const linkOf = options => block(1, cat(le16(101), le16(0), le32(0), options))
const enhanced = (link, packet, options = bytes()) =>
  block(
    6,
    cat(
      le32(link),
      le32(0),
      le32(0),
      le32(packet.length),
      le32(packet.length),
      packet,
      new Uint8Array(-packet.length & 3),
      options,
    ),
  )

/** Blocks of a pcapng, one kind again and again. */
const BLOCKS = {
  "pcapng sections": () => section,
  "pcapng interfaces": () => linkOf(option(9, bytes(9))),
  "pcapng resolutions of time": i => cat(linkOf(option(9, bytes(i & 255))), enhanced(i + 1, ip(A, B, 50, esp(300, i)))),
  "pcapng options of a packet": i =>
    enhanced(
      0,
      ip(A, B, 50, esp(300, i)),
      repeat(200, () => option(1, random(8))),
    ),
  "pcapng names of hosts": i =>
    block(
      4,
      repeat(500, k => cat(le16(1), le16(8), host(i * 500 + k), bytes(97, 98, 99, 0))),
    ),
  "pcapng secrets": i =>
    block(10, cat(le32(0x544c534b), le32(64), new TextEncoder().encode(`CLIENT_RANDOM ${i}`.padEnd(64)))),
  "pcapng blocks of no known type": i => block(0x4000_0000 + i, random(8)),
}

/** Packed files: what they unpack to is much more. */
const PACKED = {
  "a gzip bomb of ESP": size =>
    gzipSync(pcap(PACKETS["sources of one SPI"](), 10 * size), { level: 9 }).subarray(0, size),
  "a gzip bomb of zeros": size =>
    gzipSync(Buffer.concat([pcap(PACKETS["empty records"](), 24), Buffer.alloc(50 * size)])),
}

/** Names of all kinds. */
export const KINDS = [...Object.keys(PACKETS), ...Object.keys(BLOCKS), ...Object.keys(PACKED)]

/** The file of a kind, about `size` bytes. */
export function attackFile(kind, size) {
  state = 1
  if (kind in PACKETS) return pcap(PACKETS[kind](), size)
  if (kind in PACKED) return PACKED[kind](size)
  const parts = [section, linkOf(bytes())]
  for (let i = 0, length = 0; length < size; i++) {
    parts.push(BLOCKS[kind](i))
    length += parts.at(-1).length
  }
  return Buffer.concat(parts)
}
