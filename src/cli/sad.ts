/** `ikedump sad CAPTURE...`: SAs and policies as `ip xfrm` shows them, at the end or at a moment of the capture. */
import { type Command, InvalidArgumentError } from "commander"
import type { PacketView } from "../net/packet-view.ts"
import type { CaptureSource } from "../pipeline.ts"
import { penFor } from "../render/pen.ts"
import { renderSad, sadJson } from "../render/sad-text.ts"
import { sadOf } from "../report/sad.ts"
import { momentText } from "../track/moment.ts"
import { analyzeFiles } from "./analyze.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { type CommonOptions, withColor, withFormat, withIkePorts, withKeys, withThreads } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"

/** Nanoseconds: since 1970, or since the first frame. */
interface PointInTime {
  readonly nanos: bigint
  readonly relative: boolean
}

interface SadOptions extends CommonOptions {
  readonly at?: PointInTime
  readonly all?: boolean
  readonly ascii?: boolean
}

const FORMATS = ["text", "json"] as const

export function configure(command: Command): void {
  withLimits(withThreads(withIkePorts(withColor(withFormat(withKeys(command), ...FORMATS)))))
    .option("--at <time>", "as it stood then: RFC 3339, seconds since the first frame, or since 1970", readTime)
    .option("--all", "SAs that were replaced, deleted or refused too")
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: SadOptions) => {
      const until = options.at && new Until(options.at)
      const analysis = await analyzeFiles(paths, options, limitsOf(options), source => until?.source(source) ?? source)
      const sad = sadOf(analysis, options.all ?? false)
      const showKeys = options.showKeys ?? false
      if (options.format === "json") print([sadJson(sad, until?.time ?? null, showKeys)])
      else {
        const pen = penFor({ ...presentation(options.color), ascii: options.ascii })
        print(renderSad(sad, pen, { showKeys, when: until?.time ? `at ${until.time}` : "at the end" }))
      }
      process.exitCode = analysis.exitCode
    })
}

const EXAMPLES = `
Examples:
  ikedump sad capture.pcap --keys keys.json
  ikedump sad capture.pcap --keys keys.json --at 12.5
  ikedump sad capture.pcap --keys keys.json --at 2026-01-02T03:04:05Z --show-keys
`

const SECOND = 1_000_000_000n
/** A bare number of seconds from here on is a time since 1970: no capture is three years long. */
const LEAST_EPOCH = 100_000_000n

/** Reads `--at`. */
export function readTime(text: string): PointInTime {
  const number = /^(\d{1,12})(?:\.(\d{1,9})\d*)?$/.exec(text)
  if (number) {
    const seconds = BigInt(number[1])
    const nanos = seconds * SECOND + BigInt((number[2] ?? "").padEnd(9, "0"))
    return { nanos, relative: seconds < LEAST_EPOCH }
  }
  const rfc3339 =
    /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9})\d*)?)?(Z|z|[+-]\d{2}:\d{2})?$/.exec(text)
  const [, date, clock = "00:00", fraction = "", zone = "Z"] = rfc3339 ?? []
  const millis = rfc3339
    ? Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${zone.toUpperCase()}`)
    : Number.NaN
  if (Number.isNaN(millis))
    throw new InvalidArgumentError("a time is 2026-01-02T03:04:05.678Z, or seconds such as 12.5")
  return { nanos: BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0")), relative: false }
}

/** Leaves out the packets that came after a point in time. */
class Until {
  /** RFC 3339, once the first packet was seen. */
  time: string | undefined
  #seconds = 0
  #nanos = 0

  constructor(readonly at: PointInTime) {
    if (!at.relative) this.#set(at.nanos)
  }

  source(source: CaptureSource): CaptureSource {
    return {
      rereadable: source.rereadable,
      read: handler =>
        source.read({
          packet: view => {
            if (this.#includes(view)) handler.packet(view)
          },
          diagnostic: d => handler.diagnostic(d),
        }),
    }
  }

  #includes(view: PacketView): boolean {
    if (this.time === undefined) this.#set(this.at.nanos + BigInt(view.firstSeconds) * SECOND + BigInt(view.firstNanos))
    return view.seconds < this.#seconds || (view.seconds === this.#seconds && view.nanos <= this.#nanos)
  }

  #set(nanos: bigint): void {
    this.#seconds = Number(nanos / SECOND)
    this.#nanos = Number(nanos % SECOND)
    this.time = momentText({ seconds: this.#seconds, nanos: this.#nanos })
  }
}
