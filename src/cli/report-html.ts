/** `report --format html -o FILE`: the page with this report in it, to attach to a ticket. */
import { readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import { growSlowly } from "../node/heap-growth.ts"
import { pagePieces } from "../node/page-file.ts"
import { type RecordingPieces, recordingPieces } from "../session/record.ts"
import type { Session } from "../session/session.ts"
import { toWire } from "../session/wire.ts"
import { printIncomplete } from "./captures.ts"
import { commandSession } from "./command-session.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"
import { Output } from "./output.ts"

export interface HtmlOptions extends CommonOptions {
  readonly embedCapture?: boolean
}

/** Captures that are put into a page. */
const MOST_CAPTURE_BYTES = 100 << 20

/** Prints the page while it is made. */
export async function htmlReport(paths: readonly string[], options: HtmlOptions): Promise<void> {
  if (options.filter !== undefined) throw new CliError("--format html shows whole captures: -Y is for the page itself")
  growSlowly(50)
  const session = await commandSession(paths, options)
  await session.finished
  printIncomplete(session.info().captures)
  const output = new Output()
  const pieces = options.embedCapture ? withCapture(paths, session, options) : withoutCapture(session, options)
  for await (const piece of pieces) {
    output.write(piece)
    if (output.closed) break
  }
  output.flush()
  session.close()
}

function withoutCapture(session: Session, options: HtmlOptions): AsyncGenerator<string> {
  const recording = recordingPieces(session, { showKeys: options.showKeys })
  return pagePieces(recorded(recording, options), { withoutExample: true, withoutWorker: true })
}

async function* recorded(recording: RecordingPieces, options: HtmlOptions): AsyncGenerator<string> {
  yield `{"keyFiles":${toWire(keyFiles(options))},"recording":`
  const leftOut = yield* recording
  const parts = [
    options.showKeys ? "This report holds keys: who has it can open the traffic." : "",
    leftOut.length > 0 ? `Left out to keep it small: ${leftOut.join(", ")}.` : "",
  ]
  yield `,"banner":${toWire(parts.filter(Boolean).join(" "))}}`
}

/** The page opens what it holds by itself; what keys opened needs them in the page too. */
function withCapture(paths: readonly string[], session: Session, options: HtmlOptions): AsyncGenerator<string> {
  const bytes = paths.reduce((n, path) => n + statSync(path).size, 0)
  if (bytes > MOST_CAPTURE_BYTES)
    throw new CliError("--embed-capture: captures of more than 100 MB do not go into a page")
  const files = paths.map(path => ({ name: basename(path), base64: readFileSync(path).toString("base64") }))
  const keys = options.showKeys ? session.exportKeys("ikedump") : []
  const banner = `This page holds the capture${keys.length > 0 ? " and keys: who has it can open the traffic" : ", and no key"}.`
  const secret = keys.map(({ name, text }) => ({ name, base64: Buffer.from(text).toString("base64") }))
  return pagePieces([toWire({ banner, files: [...files, ...secret] })], { withoutExample: true })
}

const keyFiles = ({ keys = [] }: HtmlOptions): string[] => keys.map(path => basename(path))
