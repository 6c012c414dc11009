/** The built page as it comes with the package, and copies of it that hold something. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Beside the built command, and below a checkout. */
const PLACES = ["../ikedump.html", "../../dist/ikedump.html"]

/** The page's text. Throws when the package was not built. */
function pageText(): string {
  const path = PLACES.map(place => fileURLToPath(new URL(place, import.meta.url))).find(p => existsSync(p))
  if (!path) throw new Error("the page is not there: ikedump.html is missing from the package")
  return readFileSync(path, "utf8")
}

const PLACE = "<!--data-->"
const NO_CONNECTION = "connect-src 'none'"

export interface PageOptions {
  /** Without the example, which a page with a capture of its own does not need. */
  readonly withoutExample?: boolean
  /** Without the worker: nothing is decoded any more. */
  readonly withoutWorker?: boolean
  /** Lets the page talk to the server that it came from. */
  readonly connects?: boolean
}

/** A page that holds data, JSON that it finds in itself, in pieces. Text in it cannot end the script that holds it. */
export async function* pagePieces(
  data: Iterable<string> | AsyncIterable<string>,
  options: PageOptions,
): AsyncGenerator<string> {
  const { before, after } = pageAround(options)
  yield before
  for await (const piece of data) yield escaped(piece)
  yield after
}

/** The same as one text. */
export function pageWith(data: string, options: PageOptions): string {
  const { before, after } = pageAround(options)
  return before + escaped(data) + after
}

const escaped = (json: string): string => json.replaceAll("<", "\\u003c")

/** What stands before the data, and behind them. */
function pageAround({ withoutExample, withoutWorker, connects }: PageOptions): { before: string; after: string } {
  let html = pageText()
  if (withoutExample)
    html = html.replace(/<script type="application\/json" id="ikedump-example">[^<]*<\/script>\n?/, "")
  if (withoutWorker) html = html.replace(/<script type="text\/plain" id="ikedump-worker">[\s\S]*?<\/script>\n?/, "")
  if (connects) html = html.replace(NO_CONNECTION, "connect-src 'self'")
  const at = html.indexOf(PLACE)
  return {
    before: `${html.slice(0, at)}<script type="application/json" id="ikedump-data">`,
    after: `</script>${html.slice(at + PLACE.length)}`,
  }
}
