/** `report --format html -o FILE`: the page with this report in it, to attach to a ticket. */
import { readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import { pageWith } from "../node/page-file.ts"
import { record } from "../session/record.ts"
import type { Session } from "../session/session.ts"
import { toWire } from "../session/wire.ts"
import { commandSession } from "./command-session.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"
import { print } from "./print.ts"

export interface HtmlOptions extends CommonOptions {
  readonly embedCapture?: boolean
}

/** Captures that are put into a page. */
const MOST_CAPTURE_BYTES = 100 << 20

/** Prints the page. */
export async function htmlReport(paths: readonly string[], options: HtmlOptions): Promise<void> {
  if (options.filter !== undefined) throw new CliError("--format html shows whole captures: -Y is for the page itself")
  const session = await commandSession(paths, options)
  await session.finished
  const html = options.embedCapture ? withCapture(paths, session, options) : await withoutCapture(session, options)
  session.close()
  print([html])
}

async function withoutCapture(session: Session, options: HtmlOptions): Promise<string> {
  const recording = await record(session, { showKeys: options.showKeys })
  const parts = [
    options.showKeys ? "This report holds keys: who has it can open the traffic." : "",
    recording.leftOut.length > 0 ? `Left out to keep it small: ${recording.leftOut.join(", ")}.` : "",
  ]
  const data = toWire({ banner: parts.filter(Boolean).join(" "), keyFiles: keyFiles(options), recording })
  return pageWith({ data, withoutExample: true, withoutWorker: true })
}

/** The page opens what it holds by itself; what keys opened needs them in the page too. */
function withCapture(paths: readonly string[], session: Session, options: HtmlOptions): string {
  const bytes = paths.reduce((n, path) => n + statSync(path).size, 0)
  if (bytes > MOST_CAPTURE_BYTES)
    throw new CliError("--embed-capture: captures of more than 100 MB do not go into a page")
  const files = paths.map(path => ({ name: basename(path), base64: readFileSync(path).toString("base64") }))
  const keys = options.showKeys ? session.exportKeys("ikedump") : []
  const banner = `This page holds the capture${keys.length > 0 ? " and keys: who has it can open the traffic" : ", and no key"}.`
  const secret = keys.map(({ name, text }) => ({ name, base64: Buffer.from(text).toString("base64") }))
  return pageWith({ data: toWire({ banner, files: [...files, ...secret] }), withoutExample: true })
}

const keyFiles = ({ keys = [] }: HtmlOptions): string[] => keys.map(path => basename(path))
