/** Chromium for tests: the one of the system, without downloads. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { type Browser, chromium } from "playwright-core"

const root = resolve(import.meta.dirname, "../..")

/** Path of a Chromium: `CHROMIUM`, or where distributions put it; undefined, and the reason printed, where there is none. */
export function chromiumPath(): string | undefined {
  const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    path => path && existsSync(path),
  )
  if (!found) console.log("skipped: no Chromium (apt-get install chromium, or name one in CHROMIUM)")
  return found
}

/** Path of a Firefox: `FIREFOX`, or where distributions put it. */
export function firefoxPath(): string | undefined {
  const found = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(path => path && existsSync(path))
  if (!found) console.log("skipped: no Firefox (apt-get install firefox-esr, or name one in FIREFOX)")
  return found
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })

/** The thread behind `ikedump view`, as `npm run build` compiles it. */
export const viewWorker = pathToFileURL(join(root, "dist/node/view-worker.js"))

const page = join(root, "dist/ikedump.html")
/** What it is built of, beside what is below `src`. */
const EXAMPLE = ["capture.pcap", "keys.json"].map(name => join("fixtures/v2-auth-failed", name))
const PAGE_NEEDS = ["src", "scripts/build-page.mjs", "package-lock.json", ...EXAMPLE]
let built: string | undefined

/** The page: its path and its `file:` address. That of `npm run build`, or one built for this run where a source is newer. */
export function builtPage(): { path: string; url: string } {
  built ??= isNew(page) ? page : buildPage()
  return { path: built, url: pathToFileURL(built).href }
}

function isNew(path: string): boolean {
  if (!existsSync(path)) return false
  const { mtimeMs } = statSync(path)
  // A folder is as new as its last file that came or went.
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map(name => join("src", name))
  return [...PAGE_NEEDS, ...sources].every(name => statSync(join(root, name)).mtimeMs < mtimeMs)
}

function buildPage(): string {
  const path = join(mkdtempSync(join(tmpdir(), "ikedump-page-")), "ikedump.html")
  execFileSync(process.execPath, [join(root, "scripts/build-page.mjs"), path])
  return path
}

export const fixture = (name: string): string[] =>
  ["capture.pcap", "keys.json"].map(file => join(root, "fixtures", name, file))
