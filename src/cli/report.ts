/** `ikedump report`, the default: the capture in brief, then every SA with its story, its checks and what went wrong. */
import type { Command } from "commander"
import { isSensorFormat, renderSensor } from "../render/sensors/index.ts"
import { narrowReport } from "../report/narrow.ts"
import { scrubReport } from "../report/scrub.ts"
import { analyzeFiles } from "./analyze.ts"
import { CliError } from "./exit.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { narrowing } from "./narrowing.ts"
import { type CommonOptions, withNarrowing, withReading } from "./options.ts"
import { presentation, presentReport, REPORT_FORMATS } from "./present.ts"
import { print } from "./print.ts"
import { streamReport } from "./report-stream.ts"
import { selectedSas } from "./sa-option.ts"

interface ReportOptions extends CommonOptions {
  readonly all?: boolean
  readonly ascii?: boolean
  readonly verbose?: boolean
  readonly findNatAddress?: boolean
  readonly embedCapture?: boolean
  readonly scrub?: boolean
}

export function configure(command: Command): void {
  const base = withNarrowing(command, ...REPORT_FORMATS, "html")
  withLimits(withReading(base))
    .option("--find-nat-address", "search all private addresses for the one behind a NAT detection hash (takes long)")
    .option("--scrub", "stand-ins for addresses, identities and paths, for a report that others may see")
    .option("--all", "every IKE SA with its ladder, however many")
    .option("--embed-capture", "html: put the capture into the page")
    .option("--ascii", "no characters outside ASCII")
    .option("-v, --verbose", "fold nothing")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: ReportOptions) => {
      if (options.scrub) refuseWithScrub(options)
      if (options.format === "html") return (await import("./report-html.ts")).htmlReport(paths, options)
      const extra = { ...limitsOf(options), findNatAddress: options.findNatAddress }
      const wrap = await narrowing(paths, options)
      if (options.format === "ndjson" && !options.sa && !options.failed && !options.scrub) {
        await streamReport(paths, options, extra, wrap)
        return
      }
      const { report: whole, messageBytes, sas } = await analyzeFiles(paths, options, extra, wrap)
      const only = selectedSas(whole, options)
      const narrowed = only && options.format !== "text" ? narrowReport(whole, only) : whole
      const report = options.scrub ? scrubReport(narrowed) : narrowed
      if (isSensorFormat(options.format)) {
        print(renderSensor({ report, sas }, options.format))
        return
      }
      const shown = presentation(options.color)
      print(
        presentReport(report, options.format, {
          ...shown,
          ascii: options.ascii,
          verbose: options.verbose,
          all: options.all,
          only,
          sizes: messageBytes,
        }),
      )
    })
}

/** A report is scrubbed as a whole; what has more than it would leak. */
function refuseWithScrub({ format, showKeys }: ReportOptions): void {
  if (showKeys) throw new CliError("--scrub and --show-keys contradict each other")
  if (!["text", "json", "ndjson", "markdown"].includes(format))
    throw new CliError(`--scrub goes with text, json, ndjson and markdown, not with ${format}`)
}

const EXAMPLES = `
Examples:
  ikedump capture.pcap
  ikedump report capture.pcap --keys keys.json
  ikedump report capture.pcap -Y 'ip.addr == 192.0.2.7'
  ikedump report captures/ --failed
  ikedump report capture.pcap --sa ike/33
  ikedump report capture.pcap --keys keys.json --format html -o report.html
  ikedump report capture.pcap --format json --scrub > report.json
  ikedump report *.pcapng --format json | jq '.ike_sas[].state'
`
