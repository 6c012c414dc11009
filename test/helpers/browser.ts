/** Chromium for tests: the one of the system, without downloads. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync } from "node:fs"
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

let built: string | undefined

/** The page, built once for a run: its path and its `file:` address. */
export function builtPage(): { path: string; url: string } {
  if (!built) {
    built = join(mkdtempSync(join(tmpdir(), "ikedump-page-")), "ikedump.html")
    execFileSync(process.execPath, [join(root, "scripts/build-page.mjs"), built])
  }
  return { path: built, url: pathToFileURL(built).href }
}

export const fixture = (name: string): string[] =>
  ["capture.pcap", "keys.json"].map(file => join(root, "fixtures", name, file))
