/** The formats of all commands: how each is asked for, and who reads it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import { REPORT_FORMATS } from "../../src/cli/present.ts"
import { fieldNames } from "../../src/dissect/field-names.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { AUDIT_FORMATS } from "../../src/render/audit/index.ts"
import { CHECK_FORMATS } from "../../src/render/check/index.ts"
import { FLOW_FORMATS } from "../../src/render/flow.ts"
import { EXPORTERS } from "../../src/secrets/export/export.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import * as read from "./format-readers.ts"
import { runCommand } from "./run-command.ts"

const root = resolve(import.meta.dirname, "../..")

export interface Form {
  readonly name: string
  /** The command line, but for keys. */
  args(capture: string): string[]
  read(out: string, capture: string): unknown
  readonly keyless?: boolean
}

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  text: read.readText,
  json: read.readJson,
  ndjson: read.readNdjson,
  markdown: read.readMarkdown,
  eve: read.readNdjson,
  ecs: read.readNdjson,
  zeek: read.readZeek,
  openmetrics: read.readOpenMetrics,
  mermaid: read.readMermaidFile,
  svg: read.readSvg,
  pdml: read.readPdml,
  junit: read.readJunit,
  tap: read.readTap,
  sarif: read.readSarif,
  github: read.readText,
  csv: read.readCsv,
  cyclonedx: read.readCycloneDx,
  html: read.readPage,
}

const forms = (command: string, formats: readonly string[], extra: readonly string[] = [], keyless = false): Form[] =>
  formats.map(format => ({
    name: [command, ...extra.slice(0, 1), format].join(" "),
    args: capture => [command, capture, ...extra, "--format", format],
    read: READERS[format],
    keyless,
  }))

const FIELDS = fieldNames().flatMap(name => ["-e", name])
const RULES = ["--rules", join(root, "examples/rules/interop-smoke.yaml")]
/** What `diff` compares with. */
const OTHER = join(root, "fixtures/v2-psk-modp2048/capture.pcap")

export const FORMS: readonly Form[] = [
  ...forms("report", [...REPORT_FORMATS, "html"]),
  ...forms("triage", ["text", "json", "ndjson", "csv"]),
  ...forms("packets", ["text", "json", "ndjson"]),
  ...forms("show", ["text", "json", "ndjson", "pdml"]).map(f => ({ ...f, args: (c: string) => [...f.args(c), "1-"] })),
  ...forms("fields", ["text", "json", "ndjson"], FIELDS),
  ...forms("flow", FLOW_FORMATS),
  ...forms("flow", ["text"], ["--frames"]),
  ...forms("brief", ["text", "json"], [], true),
  ...forms("sad", ["text", "json"]),
  ...forms("keys", ["text", "json"]),
  ...forms("check", CHECK_FORMATS, RULES),
  ...forms("audit", AUDIT_FORMATS),
  ...forms("statistics", ["text", "json"], [], true),
  ...forms("diff", ["text", "json"]).map(f => ({ ...f, args: (c: string) => [...f.args(c), OTHER] })),
  ...Object.keys(EXPORTERS).map(format => ({
    name: `keys --export ${format}`,
    args: (capture: string) => ["keys", capture, "--export", format, exportOf(capture, format)],
    read: (_out: string, capture: string) => readExport(exportOf(capture, format)),
  })),
  {
    name: "decrypt pcapng",
    args: capture => ["decrypt", capture, "--ike", "-w", innerOf(capture)],
    read: (_out, capture) => readCapture(innerOf(capture)),
  },
]

const scratch = mkdtempSync(join(tmpdir(), "ikedump-forms-"))
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }))
const innerOf = (capture: string): string => join(scratch, `${capture.replaceAll(/[^\w.-]/g, "_").slice(-100)}.pcapng`)

/** Where keys go: a folder for Wireshark, else a file. */
const exportOf = (capture: string, format: string): string => `${innerOf(capture)}.${format}`

/** Exported keys, which are read again as keys; nothing is there where nothing was to export. */
function readExport(path: string): void {
  if (!existsSync(path)) return
  const names = statSync(path).isDirectory() ? readdirSync(path).map(name => join(path, name)) : [path]
  try {
    for (const name of names) {
      const warning = importSecrets(readFileSync(name, "utf8"), { file: name }).notes.find(
        n => n.severity === "warning",
      )
      if (warning) throw new Error(JSON.stringify(warning))
    }
  } finally {
    rmSync(path, { recursive: true })
  }
}

/** A capture that can be read to its end. What is odd inside the packets is the sender's doing. */
function readCapture(path: string): void {
  const { complete } = walkCapture(new Uint8Array(readFileSync(path)), { packet() {}, diagnostic() {} })
  rmSync(path)
  if (!complete) throw new Error("the capture cannot be read to its end")
}

/** What a command may end with over a capture that can be read: done, something did not hold, or an end of the capture is missing. */
const FINE = [0, 1, 3]

/** Runs a command over a capture and reads what comes out; what is wrong with it, if anything. */
export async function faultOf(form: Form, capture: string, keys: readonly string[] = []): Promise<string | undefined> {
  const { out, err, code } = await runCommand(...form.args(capture), ...(form.keyless ? [] : keys))
  const about = `${form.name} of ${basename(dirname(capture))}/${basename(capture)}`
  if (!FINE.includes(code)) return `${about}: exit code ${code}: ${err}`
  try {
    if (out !== "" || !form.args(capture).includes("--format")) form.read(out, capture)
    read.readText(err)
  } catch (e) {
    return `${about}: ${(e as Error).message}`
  }
  return undefined
}
