/** IP datagrams put together from fragments, IPv4 and IPv6 alike. RFC 791 §3.2, RFC 8200 §4.5, RFC 5722. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { addressText } from "./address.ts"
import { cutOff } from "./fragment-text.ts"
import type { FrameTrace } from "./frame-trace.ts"
import { afterFragments } from "./headers/ipv6.ts"
import type { Descent, IpFragment } from "./layers.ts"

import type { NetLimits } from "./limits.ts"

const MAX_DATAGRAM_BYTES = 65_535
/** Seconds in which a fragment of a datagram that is whole already is another capture of the same. */
const ON_ITS_WAY = 1
/** Whole datagrams that are remembered. */
const DONE = 64
/** Offsets count in these units. */
const UNIT = 8

/** One datagram in the making. */
class Datagram {
  bytes: Uint8Array = new Uint8Array(4096)
  /** 1 for each unit of 8 bytes that has come. */
  readonly have = new Uint8Array((MAX_DATAGRAM_BYTES + UNIT) / UNIT)
  units = 0
  /** Length of the datagram's payload once the last fragment has come. */
  total = -1
  /** The protocol that the first fragment names. */
  protocol = -1
  overlap = false
  /** Frames that brought bytes. */
  readonly frames: number[] = []
  constructor(
    readonly frame: number,
    readonly seconds: number,
    readonly version: 0 | 4 | 6,
    /** Source and destination. */
    readonly addresses: Uint8Array,
  ) {}

  /** Source and destination as text. */
  ends(): readonly [string, string] {
    const { version, addresses } = this
    return [addressText(version, addresses, 0), addressText(version, addresses, addresses.length / 2)]
  }
}

/** A datagram that leads nowhere near IPsec: its other fragments are passed over. */
const IGNORED = "ignored"
interface Ignored {
  readonly frame: number
  readonly seconds: number
  readonly state: typeof IGNORED
}

/**
 * Collects fragments until a datagram is whole, then walks on with it. Where fragments overlap, the bytes that came first stay,
 * and a finding says so. What never becomes whole is a finding when it is given up.
 */
export class Fragments {
  readonly #open = new Map<string, Datagram | Ignored>()
  /** When datagrams became whole, the last ones. */
  readonly #done = new BoundedMap<string, number>(DONE)
  /** When fragments came that the capture cut off: their datagrams are not lost, however many others come. */
  readonly #cut: BoundedMap<string, number>
  #bytes = 0
  constructor(
    private readonly layers: Descent,
    private readonly limits: NetLimits,
    /** The current frame, for the age of datagrams. */
    private readonly now: () => { frame: number; seconds: number },
    /** Reports a finding about an earlier frame. */
    private readonly report: (
      code: DiagnosticCode,
      message: string,
      frame: number,
      of: Pick<Diagnostic, "between" | "carries">,
    ) => void,
    private readonly trace?: FrameTrace,
  ) {
    this.#cut = new BoundedMap(limits.fragmentedDatagrams)
  }

  add({ id, protocol, offset, more, bytes: b, start: at, end, cut }: IpFragment): void {
    const key = this.#key(id, protocol)
    if (cut) {
      this.#cut.set(key, this.now().seconds)
      return
    }
    const stop = offset + end - at
    if (stop > MAX_DATAGRAM_BYTES) {
      this.layers.finding("fragment-invalid", `an IP fragment reaches to byte ${stop} of its datagram`)
      return
    }
    const datagram = this.#find(key)
    if (!(datagram instanceof Datagram)) return
    if (offset === 0) {
      datagram.protocol = protocol
      if (!this.#leadsToIpsec(protocol, b, at, end)) {
        this.#drop(key, datagram)
        this.#open.set(key, { frame: datagram.frame, seconds: datagram.seconds, state: IGNORED })
        return
      }
    }
    if (!more) this.#last(datagram, stop)
    this.#store(datagram, offset, stop, b, at)
    if (datagram.total >= 0 && datagram.units === Math.ceil(datagram.total / UNIT)) this.#whole(key, datagram)
    else this.#makeRoom()
  }

  /** Gives up what is not whole. */
  end(): void {
    for (const [key, datagram] of this.#open) this.#giveUp(key, datagram)
  }

  #key(id: number, protocol: number): string {
    const addresses = this.#addresses()
    const { ipVersion } = this.layers.view
    // IPv6 tells datagrams apart by addresses and identification alone: fragments after the first may name another header.
    return `${id}/${ipVersion === 6 ? "" : protocol}/${String.fromCharCode(...addresses)}`
  }

  #addresses(): Uint8Array {
    const { ipVersion, ipBytes, sourceAt } = this.layers.view
    return ipBytes.subarray(sourceAt, sourceAt + (ipVersion === 6 ? 32 : 8))
  }

  #find(key: string): Datagram | Ignored {
    const { frame, seconds } = this.now()
    const known = this.#open.get(key)
    if (known && Math.abs(seconds - known.seconds) <= this.limits.fragmentSeconds) return known
    if (known) this.#giveUp(key, known)
    const made = new Datagram(frame, seconds, this.layers.view.ipVersion, this.#addresses().slice())
    this.#bytes += made.bytes.length
    this.#open.set(key, made)
    return made
  }

  #last(datagram: Datagram, stop: number): void {
    if (datagram.total >= 0 && datagram.total !== stop)
      this.#overlap(datagram, `two last fragments end at ${datagram.total} and ${stop}`)
    else datagram.total = stop
  }

  #store(datagram: Datagram, offset: number, stop: number, b: Uint8Array, at: number): void {
    this.#grow(datagram, stop)
    let differs = false
    const before = datagram.units
    for (let to = offset; to < stop; to += UNIT) {
      const from = at + to - offset
      const n = Math.min(UNIT, stop - to)
      if (datagram.have[to / UNIT] === 0) {
        datagram.have[to / UNIT] = 1
        datagram.units++
        for (let i = 0; i < n; i++) datagram.bytes[to + i] = b[from + i]
      } else for (let i = 0; i < n; i++) differs ||= datagram.bytes[to + i] !== b[from + i]
    }
    if (datagram.units > before) datagram.frames.push(this.now().frame)
    if (differs) this.#overlap(datagram, `bytes ${offset} to ${stop} came before with other content`)
  }

  #overlap(datagram: Datagram, detail: string): void {
    if (datagram.overlap) return
    datagram.overlap = true
    const text = `IP fragments of the datagram that frame ${datagram.frame} began overlap: ${detail}; the first are kept`
    this.layers.finding("fragment-overlap", text)
  }

  #grow(datagram: Datagram, stop: number): void {
    if (stop <= datagram.bytes.length) return
    const grown = new Uint8Array(Math.min(65_536, Math.max(stop, 2 * datagram.bytes.length)))
    grown.set(datagram.bytes)
    this.#bytes += grown.length - datagram.bytes.length
    datagram.bytes = grown
  }

  #whole(key: string, datagram: Datagram): void {
    this.#drop(key, datagram)
    const { view } = this.layers
    const { frame, seconds } = this.now()
    this.#done.set(key, seconds)
    this.trace?.datagram(datagram.frames.filter(f => f !== frame))
    view.reassembled = true
    const bytes = datagram.bytes.subarray(0, datagram.total)
    afterFragments(this.layers, datagram.protocol, bytes, bytes.length)
    view.reassembled = false
  }

  /** Whether the first fragment's protocol and ports may lead to IPsec. */
  #leadsToIpsec(protocol: number, b: Uint8Array, at: number, end: number): boolean {
    if (protocol === IP_PROTOCOL.ICMP || protocol === IP_PROTOCOL.ICMPV6) return false
    if (protocol !== IP_PROTOCOL.UDP && protocol !== IP_PROTOCOL.TCP) return true
    const { ports, heuristicIke } = this.layers
    if (heuristicIke || end - at < 4) return true
    return ports[(b[at] << 8) | b[at + 1]] !== 0 || ports[(b[at + 2] << 8) | b[at + 3]] !== 0
  }

  #makeRoom(): void {
    while (this.#open.size > this.limits.fragmentedDatagrams || this.#bytes > this.limits.fragmentBytes) {
      const [oldest] = this.#open
      this.#giveUp(...oldest)
    }
  }

  #drop(key: string, datagram: Datagram): void {
    this.#open.delete(key)
    this.#bytes -= datagram.bytes.length
  }

  #giveUp(key: string, datagram: Datagram | Ignored): void {
    this.#open.delete(key)
    if (!(datagram instanceof Datagram)) return
    this.#bytes -= datagram.bytes.length
    const since = (times: BoundedMap<string, number>) =>
      Math.abs(datagram.seconds - (times.get(key) ?? Number.POSITIVE_INFINITY))
    if (since(this.#done) <= ON_ITS_WAY) return
    const lost = `${datagram.total < 0 ? "its last fragment" : "a fragment"} is missing`
    const cut = since(this.#cut) <= this.limits.fragmentSeconds
    const what = cut ? "the snap length cut its fragments off (capture with -s 0)" : lost
    const { text, carries } = datagram.have[0]
      ? cutOff(datagram.protocol, datagram.bytes, datagram.units * UNIT)
      : { text: "" }
    const message = `the IP datagram that frame ${datagram.frame} began was not put together: ${what}${text}`
    // What the capture lacks was not lost on the way.
    this.report("fragment-gap", message, datagram.frame, cut ? { carries } : { between: datagram.ends(), carries })
  }
}
