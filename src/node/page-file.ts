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
  /** JSON that the page finds in itself. */
  readonly data: string
  /** Without the example, which a page with a capture of its own does not need. */
  readonly withoutExample?: boolean
  /** Without the worker: nothing is decoded any more. */
  readonly withoutWorker?: boolean
  /** Lets the page talk to the server that it came from. */
  readonly connects?: boolean
}

/** A page that holds data. Text in it cannot end the script that holds it. */
export function pageWith({ data, withoutExample, withoutWorker, connects }: PageOptions): string {
  let html = pageText()
  const block = `<script type="application/json" id="ikedump-data">${data.replaceAll("<", "\\u003c")}</script>`
  html = html.replace(PLACE, () => block)
  if (withoutExample)
    html = html.replace(/<script type="application\/json" id="ikedump-example">[^<]*<\/script>\n?/, "")
  if (withoutWorker) html = html.replace(/<script type="text\/plain" id="ikedump-worker">[\s\S]*?<\/script>\n?/, "")
  return connects ? html.replace(NO_CONNECTION, "connect-src 'self'") : html
}
