/** The control plane: packets in, SAs out. One fold over IKE messages; ESP and AH are numbers here. */

import type { Diagnostic } from "../bytes/diagnostic.ts"
import { plural } from "../bytes/words.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { Opened } from "../ike/shared/payload.ts"
import { Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import type { Counts } from "../report/types.ts"
import type { Secrets } from "../secrets/secrets.ts"
import type { Census } from "../track/census.ts"
import type { DataSa } from "../track/data-sa.ts"
import { DataTable } from "../track/data-table.ts"
import { type Datagram, datagramOf, isCut } from "../track/datagram.ts"
import { IcmpErrors } from "../track/icmp-errors.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { TRACK_LIMITS, type TrackLimits } from "../track/limits.ts"
import { type LostDatagram, MAX_LOST_DATAGRAMS } from "../track/lost-datagram.ts"
import { Memory } from "../track/memory.ts"
import { type Moment, momentText } from "../track/moment.ts"
import type { MessageObserver } from "../track/observer.ts"
import type { Stretch } from "../track/tally.ts"
import { Tracker } from "../track/tracker.ts"
import { ChildUnlock } from "../unlock/child.ts"
import { Pool } from "../unlock/pool.ts"
import { ClockWatch } from "./clock.ts"
import type { FoldContext } from "./context.ts"
import { decodeReporting } from "./decode.ts"
import { V1Fold } from "./ike-v1.ts"
import { V2Fold } from "./ike-v2.ts"
import { KeyWriter } from "./keys.ts"
import { ReuseWatch } from "./reuse.ts"
import { SipFold } from "./sip.ts"

/** Faults of messages that are reported one by one. */
const MAX_FAULTS = 100

export interface AnalysisOptions {
  readonly provider: CryptoProvider
  readonly secrets: Secrets
  /** More may come by `learn`: messages and packets wait for them, within the limits. */
  readonly secretsGrow?: boolean
  readonly limits?: Partial<TrackLimits>
  /** An IKE SA is finished: evicted because of a cap, or at the end. In the order of leaving. */
  onIkeSa?(sa: IkeSa): void
  /** A data SA was evicted because of a cap. */
  onDataSa?(sa: DataSa): void
  onDiagnostic?(diagnostic: Diagnostic): void
  /** Gets each IKE message's frame and bytes on the wire. */
  onMessage?(frame: number, bytes: number): void
  /** Called now and then with the number of key sets tried. */
  onTrials?(trials: number): void
  /** Cleartext of a message, by its frame and its place among the frame's messages (from 0). */
  onOpened?(frame: number, place: number, opened: Opened): void
  readonly observer?: MessageObserver
  /** Of the same capture, from a reading before: without secrets, SAs are then finished as soon as they are silent for good. */
  readonly census?: Census
  /** Packets of data SAs over time: `DataSa.rates`. */
  readonly rates?: boolean
  /** What repeats from message to message, of analyses before; it changes nothing but the cost. */
  readonly memory?: Memory
}

export class Analysis implements PacketHandler {
  readonly counts: Counts = { frames: 0, isakmp: 0, esp: 0, ah: 0, keepalive: 0, other: 0 }
  readonly tracker: Tracker
  readonly data: DataTable
  readonly pool: Pool
  readonly children: ChildUnlock
  readonly keys = new KeyWriter()
  /** Data SAs that no IKE negotiated. */
  readonly sip: SipFold
  readonly #v1: V1Fold
  readonly #v2: V2Fold
  /** Place of each message among those of its frame. */
  readonly #places = new WeakMap<object, number>()
  /** Datagrams of which IP fragments never came. */
  readonly lost: LostDatagram[] = []
  /** Time of the last packet of IPsec; null before the first. */
  get end(): Moment | null {
    return this.#seen ? { seconds: this.#seconds, nanos: this.#nanos } : null
  }
  readonly #memory: Memory
  #seen = false
  #seconds = 0
  #nanos = 0
  readonly #clock = new ClockWatch(d => this.diagnostic(d))
  #frame = 0
  #place = 0
  #faults = 0
  /** Messages that the capture has in part. */
  #cut = 0
  #firstCut: Datagram | undefined

  /** Whether the first packets of each data SA are kept. */
  readonly keepsSamples: boolean
  /** What the path said of packets of SAs. */
  readonly icmp = new IcmpErrors()

  constructor(readonly options: AnalysisOptions) {
    const limits = { ...TRACK_LIMITS, ...options.limits }
    this.#memory = options.memory ?? new Memory()
    this.pool = new Pool(options.secrets, options.provider, options.secretsGrow)
    this.pool.onTrials = options.onTrials
    this.tracker = new Tracker(limits, sa => this.#close(sa), this.pool.empty ? options.census : undefined)
    // An observer looks at the first packets too: an audit at their IVs.
    this.keepsSamples = this.pool.provesOnPackets || (options.observer !== undefined && !this.pool.empty)
    this.data = new DataTable({
      limits,
      samples: this.keepsSamples,
      rates: options.rates,
      onEvict: sa => options.onDataSa?.(sa),
      onSample: sa => this.keys.apply(this.children.sample(sa)),
    })
    this.children = new ChildUnlock(this.pool, options.provider, this.data)
    const context: FoldContext = {
      tracker: this.tracker,
      data: this.data,
      pool: this.pool,
      keys: this.keys,
      provider: options.provider,
      limits,
      reuse: new ReuseWatch(),
      memory: this.#memory,
      fault: (datagram, message) => this.#fault(datagram, "ike-malformed", message),
      opened: (datagram, opened) => options.onOpened?.(datagram.frame, this.#places.get(datagram) ?? 0, opened),
      observer: options.observer,
    }
    this.sip = new SipFold(options.provider, this.children, this.keys, options.secretsGrow ?? false)
    this.#v2 = new V2Fold(context, this.children)
    this.#v1 = new V1Fold(context, this.children)
  }

  packet(view: PacketView): void {
    this.#clock.packet(view)
    this.#seen = true
    this.#seconds = view.seconds
    this.#nanos = view.nanos
    switch (view.kind) {
      case Kind.ESP:
      case Kind.WESP:
        this.counts.esp++
        this.data.packet(view)
        return
      case Kind.AH:
        this.counts.ah++
        this.data.packet(view)
        return
      case Kind.ISAKMP:
        this.counts.isakmp++
        this.options.onMessage?.(view.frame, view.payloadWireBytes)
        this.#ike(view)
        return
      case Kind.KEEPALIVE:
        this.counts.keepalive++
        return
      case Kind.QUOTED_ISAKMP:
      case Kind.QUOTED_ESP:
      case Kind.QUOTED_AH:
        this.icmp.packet(view)
        return
      case Kind.OTHER:
        this.counts.other++
    }
  }

  /** Secrets that have come while the capture is read (`secretsGrow`): what waits for them is opened. */
  learn(more: Secrets): void {
    const { ikeSas, childSas } = this.pool.add(more)
    this.#v2.learn(ikeSas)
    this.#v1.learn(ikeSas)
    this.sip.learn(more.simKeys)
    const children = this.tracker.all().flatMap(sa => sa.children)
    this.keys.apply(this.children.learn(childSas, children))
  }

  /** ESP or AH packets of one SA that a scan summed up; `view` says whose they are. */
  stretch(view: PacketView, stretch: Stretch): void {
    this.data.sum(view, stretch)
  }

  /** Packets that a scan summed up, in numbers, and the last of them. */
  summed(counts: Readonly<Pick<Counts, "esp" | "ah" | "keepalive">>): void {
    this.counts.esp += counts.esp
    this.counts.ah += counts.ah
    this.counts.keepalive += counts.keepalive
  }

  /** The last packet that a scan summed up before the next that is seen whole. */
  passed(stamp: { readonly frame: number; readonly seconds: number; readonly nanos: number }): void {
    this.#clock.passed(stamp)
    this.#seen = true
    this.#seconds = stamp.seconds
    this.#nanos = stamp.nanos
  }

  diagnostic(diagnostic: Diagnostic): void {
    if (this.sip.add(diagnostic, this.pool.secrets.simKeys)) return
    const { code, frame, between, carries } = diagnostic
    if (code === "fragment-gap" && between && frame !== null && this.lost.length < MAX_LOST_DATAGRAMS)
      this.lost.push({ frame, source: between[0], destination: between[1], carries })
    this.options.onDiagnostic?.(diagnostic)
  }

  /** After the last packet: closes every SA. */
  finish(): void {
    this.keys.apply(this.children.finish())
    for (const sa of this.tracker.all()) this.#close(sa)
    // An observer looks at them when all is read.
    if (!this.options.observer) this.data.forgetSamples()
    this.#reportCut()
  }

  #ike(view: PacketView): void {
    const datagram = datagramOf(view, this.#memory)
    // A frame may hold several messages of one SA.
    if (view.frame !== this.#frame) this.tracker.closeFinished()
    this.#place = view.frame === this.#frame ? this.#place + 1 : 0
    this.#frame = view.frame
    if (this.options.onOpened) this.#places.set(datagram, this.#place)
    if (isCut(datagram)) this.#noteCut(datagram)
    // What the capture cut off is no fault of the message. Only the first faults are reported.
    const reports = !isCut(datagram) && this.#faults < MAX_FAULTS
    const report = reports ? (m: string) => this.#fault(datagram, "ike-malformed", m) : undefined
    const message = decodeReporting(datagram.src, report, { shapes: this.#memory.shapes })
    if (!message) {
      this.#fault(
        datagram,
        "ike-short",
        `${plural(datagram.src.bytes.length, "byte")} ${datagram.src.bytes.length === 1 ? "is" : "are"} less than the 28 of an IKE header`,
      )
      return
    }
    if (message.major !== 1 && message.major !== 2) {
      const version = `${message.major}.${message.minor}`
      this.#fault(
        datagram,
        "ike-version",
        `a message of IKE version ${version}: there is none; a receiver of IKEv2 answers INVALID_MAJOR_VERSION to a higher one`,
      )
      return
    }
    if (message.version === 1) this.#v1.message(message, datagram)
    else this.#v2.message(message, datagram)
  }

  /** A finding about the bytes of a message; reported up to a cap, then only counted. */
  #fault(datagram: Datagram, code: DiagnosticCode, message: string): void {
    // What the capture cut off is no fault of the message.
    if (isCut(datagram)) return
    this.#faults++
    if (this.#faults > MAX_FAULTS) return
    this.diagnostic({ code, severity: "warning", frame: datagram.frame, time: momentText(datagram.time), message })
    if (this.#faults === MAX_FAULTS)
      this.diagnostic({
        code: "ike-malformed",
        severity: "warning",
        frame: null,
        time: null,
        message: `more than ${MAX_FAULTS} faults in IKE messages: further ones are not reported`,
      })
  }

  #noteCut(datagram: Datagram): void {
    this.#firstCut ??= datagram
    this.#cut++
  }

  /** Said once, however many messages the capture has in part. */
  #reportCut(): void {
    const first = this.#firstCut
    if (!first) return
    const { frame, src, wireBytes } = first
    const many = this.#cut === 1 ? "1 IKE message is" : `${this.#cut} IKE messages are`
    this.diagnostic({
      code: "packet-cut",
      severity: "warning",
      frame,
      time: momentText(first.time),
      message: `${many} not whole in the capture (frame ${frame} has ${src.bytes.length} of ${wireBytes} bytes): what is cut off can be neither read nor decrypted; capture with -s 0`,
    })
  }

  #close(sa: IkeSa): void {
    if (sa.version === 1) this.#v1.close(sa)
    else this.#v2.close(sa)
    this.options.onIkeSa?.(sa)
  }
}
