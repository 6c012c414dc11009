// Pictures of the page in its states, to be looked at: `node scripts/page-shots.mjs OUT [STATE]`, after a build.
// Each at 1280 and 1920 pixels, light and dark. Needs Chromium (CHROMIUM names another).
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { chromium } from "playwright-core"

const root = join(import.meta.dirname, "..")
const [out = "shots", only] = process.argv.slice(2)
mkdirSync(out, { recursive: true })

const fixture = name => ["capture.pcap", "keys.json"].map(file => join(root, "fixtures", name, file))

/** Name, fixture, hash, and what to press once it is there. */
const STATES = [
  ["open", null],
  ["nat", "v2-nat", "#f=92&s=child/1"],
  ["auth-failed", "v2-auth-failed", "#f=4&x=isakmp.notify.msgtype&i=1"],
  ["packets", "v2-nat", "#v=packets&f=92&x=isakmp.nonce&Y=isakmp%20%7C%7C%20esp%20%7C%7C%20udpencap"],
  ["keys", "v2-nat", "#v=keys"],
  ["audit", "v2-nat", "#v=audit"],
  ["compare", "v2-nat", "#v=compare"],
  ["frag", "v2-frag", ""],
  ["v1", "v1-main-psk", ""],
  ["help", "v2-nat", "#f=92", "?"],
]

const SIZES = [
  [1280, 800],
  [1920, 1080],
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
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
for (const [name, folder, hash = "", key] of STATES) {
  if (only && only !== name) continue
  for (const theme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    page.on("pageerror", error => console.error(`${name}: ${error.message}`))
    page.on("console", m => m.type() === "error" && console.error(`${name}: ${m.text()}`))
    await page.goto(pathToFileURL(join(root, "dist/ikedump.html")).href + hash)
    if (folder) {
      await page.setInputFiles("input[type=file]", fixture(folder))
      await page.waitForSelector(".bar")
      await page.waitForFunction(
        () =>
          !document.querySelector("header [role=status]") &&
          !/no keys/.test(document.querySelector("header").textContent),
      )
      await page.waitForTimeout(2800)
    }
    if (name === "compare") {
      await page.setInputFiles("main input[type=file]", fixture("v2-frag")[0])
      await page.waitForSelector("main table, main .empty, main dl", { timeout: 10_000 })
    }
    if (key) await page.keyboard.press(key)
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(250)
      await page.screenshot({ path: join(out, `${name}.${theme}.${width}.png`) })
    }
    await context.close()
  }
}
await browser.close()
