/** Rewrites frames as every pcap and pcapng variant and every link type that is read: the test's own writer, none of the project's. */

export interface TestFrame {
  readonly seconds: number
  readonly nanos: number
  readonly bytes: Uint8Array
}

function bytesOf(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
const be16 = (n: number): number[] => [(n >>> 8) & 255, n & 255]
const le16 = (n: number): number[] => be16(n).reverse()
const be32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const le32 = (n: number): number[] => be32(n).reverse()
const pad4 = (n: number): number[] => new Array(-n & 3).fill(0)

export interface PcapForm {
  readonly little: boolean
  readonly magic: 0xa1b2c3d4 | 0xa1b23c4d | 0xa1b2cd34
  /** Minor version; before 3 the two lengths are swapped. */
  readonly minor: number
  readonly fcsBits?: number
}

export const PCAP_FORMS: readonly PcapForm[] = [true, false].flatMap(little => [
  { little, magic: 0xa1b2c3d4, minor: 4 } as const,
  { little, magic: 0xa1b23c4d, minor: 4 } as const,
  { little, magic: 0xa1b2cd34, minor: 4 } as const,
  { little, magic: 0xa1b2c3d4, minor: 1 } as const,
  { little, magic: 0xa1b2c3d4, minor: 3 } as const,
  { little, magic: 0xa1b2c3d4, minor: 4, fcsBits: 0x24000000 } as const,
])

/** A classic pcap. The wire length is given as one more than what was captured, so that swapped lengths would show. */
export function pcap(frames: readonly TestFrame[], linkType: number, form: PcapForm): Uint8Array {
  const [n16, n32] = form.little ? [le16, le32] : [be16, be32]
  const link = (linkType | (form.fcsBits ?? 0)) >>> 0
  const header = [...n32(form.magic), ...n16(2), ...n16(form.minor), ...n32(0), ...n32(0), ...n32(65535), ...n32(link)]
  const records = frames.flatMap(({ seconds, nanos, bytes }) => {
    const fraction = form.magic === 0xa1b23c4d ? nanos : Math.floor(nanos / 1000)
    const lengths = [bytes.length, bytes.length + 1]
    if (form.minor < 3) lengths.reverse()
    const more = form.magic === 0xa1b2cd34 ? [...n32(0), ...n16(0), 0, 0] : []
    return [...n32(seconds), ...n32(fraction), ...lengths.flatMap(n32), ...more, ...bytes]
  })
  return Uint8Array.from([...header, ...records])
}

export interface PcapngForm {
  readonly little: boolean
  readonly block: "enhanced" | "simple" | "obsolete"
  /** if_tsresol; undefined leaves it out (microseconds). */
  readonly resolution?: number
  /** if_tsoffset, seconds. */
  readonly offset?: number
  /** A new section, with an interface of its own, before each frame. */
  readonly manySections?: boolean
  /** Each frame on the second of two interfaces. */
  readonly second?: boolean
  /** Blocks that are not packets, between all others. */
  readonly noise?: boolean
  /** Packets have no options. */
  readonly bare?: boolean
}

export const PCAPNG_FORMS: readonly PcapngForm[] = [true, false].flatMap(little => [
  { little, block: "enhanced" } as const,
  { little, block: "enhanced", resolution: 9 } as const,
  { little, block: "enhanced", resolution: 10 } as const,
  { little, block: "enhanced", resolution: 0x80 | 30 } as const,
  { little, block: "enhanced", resolution: 9, offset: 1000 } as const,
  { little, block: "enhanced", resolution: 9, offset: -1000 } as const,
  { little, block: "enhanced", second: true, noise: true } as const,
  { little, block: "enhanced", manySections: true } as const,
  { little, block: "obsolete", resolution: 9 } as const,
  { little, block: "simple" } as const,
])

export function pcapng(frames: readonly TestFrame[], linkType: number, form: PcapngForm): Uint8Array {
  const [n16, n32] = form.little ? [le16, le32] : [be16, be32]
  const block = (type: number, ...body: readonly (readonly number[] | Uint8Array)[]) => {
    const inner = bytesOf(...body)
    const length = n32(12 + inner.length)
    return bytesOf(n32(type), length, inner, length)
  }
  const option = (code: number, value: readonly number[]) => [
    ...n16(code),
    ...n16(value.length),
    ...value,
    ...pad4(value.length),
  ]
  const text = (s: string) => [...new TextEncoder().encode(s)]
  const section = () =>
    block(0x0a0d0d0a, n32(0x1a2b3c4d), n16(1), n16(0), n32(0xffffffff), n32(0xffffffff), option(1, text("a section")))
  const n64 = (value: bigint) => {
    const high = n32(Number((value >> 32n) & 0xffffffffn))
    const low = n32(Number(value & 0xffffffffn))
    return form.little ? [...low, ...high] : [...high, ...low]
  }
  const described = (link: number) =>
    block(1, n16(link), n16(0), n32(0), [
      ...(form.resolution === undefined ? [] : option(9, [form.resolution])),
      ...(form.offset === undefined ? [] : option(14, n64(BigInt(form.offset)))),
      ...option(2, text("eth0")),
      ...n32(0),
    ])
  const noise = () =>
    form.noise
      ? bytesOf(
          block(4, n16(1), n16(9), [10, 1, 0, 1], text("left\0"), pad4(9), n32(0)),
          block(5, n32(0), n32(0), n32(0)),
          block(10, n32(0x544c534b), n32(5), text("hello"), pad4(5)),
          block(0xbad, n32(32473), text("data")),
          block(0x7fff1234, n32(1)),
        )
      : []
  const ticks = ({ seconds, nanos }: TestFrame): bigint => {
    const resolution = form.resolution ?? 6
    const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution)
    const total = (BigInt(seconds - (form.offset ?? 0)) * 1_000_000_000n + BigInt(nanos)) * perSecond
    // Rounded up: truncation to nanoseconds on reading then gives the same number.
    return (total + 999_999_999n) / 1_000_000_000n
  }
  const packet = (frame: TestFrame) => {
    const { bytes } = frame
    const t = ticks(frame)
    const time = [...n32(Number((t >> 32n) & 0xffffffffn)), ...n32(Number(t & 0xffffffffn))]
    const lengths = [...n32(bytes.length), ...n32(bytes.length + 1)]
    const body = bytesOf(bytes, pad4(bytes.length))
    const id = form.second ? 1 : 0
    if (form.block === "simple") return block(3, n32(bytes.length), body)
    if (form.block === "obsolete") return block(2, n16(id), n16(0), time, lengths, body)
    const options = form.bare ? [] : [...option(1, text(`time ${frame.nanos}`)), ...n32(0)]
    return block(6, n32(id), time, lengths, body, options)
  }
  const head = () => bytesOf(section(), noise(), form.second ? described(147) : [], described(linkType), noise())
  const parts: Uint8Array[] = form.manySections ? [] : [head()]
  for (const frame of frames)
    parts.push(...(form.manySections ? [head()] : []), packet(frame), Uint8Array.from(noise()))
  return bytesOf(...parts)
}

const MACS = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
const SNAP = [0xaa, 0xaa, 3, 0, 0, 0]
const isV6 = (ip: Uint8Array): boolean => ip[0] >> 4 === 6
const etherType = (ip: Uint8Array): number[] => (isV6(ip) ? [0x86, 0xdd] : [8, 0])
const pppType = (ip: Uint8Array): number[] => (isV6(ip) ? [0, 0x57] : [0, 0x21])

function ipv4(protocol: number, payload: Uint8Array): Uint8Array {
  return bytesOf(
    [0x45, 0],
    be16(20 + payload.length),
    [0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2],
    payload,
  )
}

function udp(port: number, payload: Uint8Array): Uint8Array {
  return bytesOf(be16(40000), be16(port), be16(8 + payload.length), [0, 0], payload)
}

const ethernet = (ip: Uint8Array): Uint8Array => bytesOf(MACS, etherType(ip), ip)

export interface LinkForm {
  readonly name: string
  readonly linkType: number
  wrap(ip: Uint8Array, little: boolean): Uint8Array
}

const link = (name: string, linkType: number, wrap: LinkForm["wrap"]): LinkForm => ({ name, linkType, wrap })

const wlanData = (subtype: number, flags: number, more: readonly number[], ip: Uint8Array): Uint8Array =>
  bytesOf([(subtype << 4) | 8, flags, 0, 0], MACS, [2, 0, 0, 0, 0, 3, 0, 0], more, SNAP, etherType(ip), ip)

/** Every link layer and tunnel that an IP packet is looked for in. */
export const LINK_FORMS: readonly LinkForm[] = [
  link("Ethernet", 1, ethernet),
  link("Ethernet, 802.1Q", 1, ip => bytesOf(MACS, [0x81, 0, 0x60, 7], etherType(ip), ip)),
  link("Ethernet, 802.1ad and 802.1Q", 1, ip => bytesOf(MACS, [0x88, 0xa8, 0, 9, 0x81, 0, 0, 7], etherType(ip), ip)),
  link("Ethernet, 802.3 with SNAP", 1, ip => bytesOf(MACS, be16(8 + ip.length), SNAP, etherType(ip), ip)),
  link("Ethernet, MPLS", 1, ip => bytesOf(MACS, [0x88, 0x47, 0, 1, 0x40, 9, 0, 1, 0x51, 9], ip)),
  link("Ethernet, MPLS pseudowire", 1, ip => bytesOf(MACS, [0x88, 0x47, 0, 1, 0x41, 9, 0, 0, 0, 0], ethernet(ip))),
  link("Ethernet, PPPoE", 1, ip => bytesOf(MACS, [0x88, 0x64, 0x11, 0, 0, 5], be16(2 + ip.length), pppType(ip), ip)),
  link("Linux SLL", 113, ip => bytesOf([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], etherType(ip), ip)),
  link("Linux SLL2", 276, ip => bytesOf(etherType(ip), [0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], ip)),
  link("null", 0, (ip, little) => bytesOf((little ? le32 : be32)(isV6(ip) ? 30 : 2), ip)),
  link("loop", 108, ip => bytesOf(be32(isV6(ip) ? 24 : 2), ip)),
  link("OpenBSD enc", 109, ip => bytesOf(le32(isV6(ip) ? 24 : 2), be32(1), be32(0), ip)),
  ...[12, 14, 101].map(type => link(`raw ${type}`, type, ip => ip)),
  link("PPP", 9, ip => bytesOf([0xff, 3], pppType(ip), ip)),
  link("PPP, compressed", 9, ip => bytesOf([pppType(ip)[1]], ip)),
  link("PPP in HDLC", 50, ip => bytesOf([0xff, 3], pppType(ip), ip)),
  link("PPP with direction", 204, ip => bytesOf([1, 0xff, 3], pppType(ip), ip)),
  link("PPPoE without Ethernet", 51, ip => bytesOf([0x11, 0, 0, 5], be16(2 + ip.length), pppType(ip), ip)),
  link("Cisco HDLC", 104, ip => bytesOf([0x0f, 0], etherType(ip), ip)),
  link("frame relay", 107, ip => bytesOf([0x18, 0x41, 3, isV6(ip) ? 0x8e : 0xcc], ip)),
  link("NFLOG", 239, (ip, little) => {
    const n16 = little ? le16 : be16
    return bytesOf([2, 0, 0, 0], n16(7), n16(10), [1, 2, 0, 0], n16(4 + ip.length), n16(9), ip, pad4(ip.length))
  }),
  link("802.11", 105, ip => wlanData(0, 1, [], ip)),
  link("802.11 QoS, four addresses", 105, ip => wlanData(8, 3, [2, 0, 0, 0, 0, 4, 0, 0], ip)),
  link("802.11 A-MSDU", 105, ip => {
    const body = bytesOf(SNAP, etherType(ip), ip)
    const empty = bytesOf(MACS, be16(8), SNAP, [8, 6], pad4(22))
    return bytesOf([0x88, 1, 0, 0], MACS, [2, 0, 0, 0, 0, 3, 0, 0, 0x80, 0], empty, MACS, be16(body.length), body)
  }),
  link("radiotap", 127, ip =>
    bytesOf([0, 0, 18, 0, 3, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0], wlanData(0, 1, [], ip)),
  ),
  link("radiotap, padded", 127, ip => bytesOf([0, 0, 9, 0, 2, 0, 0, 0, 0x20], wlanData(8, 1, [0, 0, 0, 0], ip))),
  link("PPI", 192, ip => bytesOf([0, 0, 8, 0], le32(1), ethernet(ip))),
  link("IP in IP", 101, ip => ipv4(isV6(ip) ? 41 : 4, ip)),
  link("GRE", 101, ip => ipv4(47, bytesOf([0x30, 0], etherType(ip), be32(7), be32(8), ip))),
  link("GRE, Ethernet", 101, ip => ipv4(47, bytesOf([0, 0, 0x65, 0x58], ethernet(ip)))),
  link("EtherIP", 101, ip => ipv4(97, bytesOf([0x30, 0], ethernet(ip)))),
  link("GTP-U", 101, ip => ipv4(17, udp(2152, bytesOf([0x30, 255], be16(ip.length), be32(1), ip)))),
  link("GTP-U with an extension", 101, ip =>
    ipv4(17, udp(2152, bytesOf([0x34, 255], be16(ip.length + 8), be32(1), [0, 0, 0, 0x85, 1, 0, 0, 0], ip))),
  ),
  link("VXLAN", 101, ip => ipv4(17, udp(4789, bytesOf([8, 0, 0, 0, 0, 0, 7, 0], ethernet(ip))))),
  link("VXLAN-GPE", 101, ip => ipv4(17, udp(4790, bytesOf([0x0c, 0, 0, isV6(ip) ? 2 : 1, 0, 0, 7, 0], ip)))),
  link("Geneve", 101, ip => ipv4(17, udp(6081, bytesOf([1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 4], ethernet(ip))))),
]
