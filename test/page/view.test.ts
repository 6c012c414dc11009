/** `ikedump view` driven in a real browser: the served page, its session in Node, and no request to anybody else. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { nodeFile } from "../../src/node/session-file.ts"
import { serveView, type ViewServer } from "../../src/node/view-server.ts"
import { openSession, type Session } from "../../src/session/session.ts"
import { chromiumPath, fixture, launch } from "../helpers/browser.ts"

const chromium = chromiumPath()
const [capture, keys] = fixture("v2-nat")

describe.skipIf(!chromium)("view in a browser", () => {
  let browser: Browser
  let page: Page
  let view: ViewServer
  let session: Session
  const requests: string[] = []
  const faults: string[] = []

  beforeAll(async () => {
    const data = { createOpener: createNodeEspOpener, inflate }
    session = await openSession([nodeFile(capture)], { provider: nodeProvider, data })
    view = await serveView(session)
    browser = await launch(chromium!)
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    page.on("request", request => requests.push(request.url()))
    page.on("pageerror", error => faults.push(error.message))
    page.on("console", message => message.type() === "error" && faults.push(message.text()))
    await page.goto(view.url)
    await page.waitForSelector(".bar")
  })

  afterAll(async () => {
    await browser?.close()
    view?.server.closeAllConnections()
    view?.server.close()
    session?.close()
  })

  const text = (selector: string) => page.textContent(selector)

  it("shows the ladder of the capture that the command was given", async () => {
    expect(await text("header")).toMatch(/capture\.pcap.*128 frames.*no keys/)
    await page.waitForSelector(".verdict h1")
    await page.waitForFunction(() => /INFORMATIONAL/.test(document.querySelector("main")!.textContent!))
  })

  it("opens it with keys that are chosen later", async () => {
    await page.setInputFiles("input[type=file]", keys)
    await page.waitForFunction(() => /3 of 3 secrets used/.test(document.querySelector("header")!.textContent!))
    expect(session.report().ike_sas[0].keys.status).toBe("derived")
    await page.waitForFunction(() => /ICV 43\/43/.test(document.querySelector("main")!.textContent!))
  })

  it("says why a keys file cannot be read", async () => {
    const bad = join(mkdtempSync(join(tmpdir(), "ikedump-view-")), "keys.json")
    writeFileSync(bad, '{"ikedump_keys": 1, "psks": 5}')
    await page.setInputFiles("input[type=file]", bad)
    await page.waitForSelector("[role=alert]")
    expect(await text("[role=alert]")).toMatch(/psks/)
    await page.keyboard.press("Escape")
  })

  it("filters, and shows frames as the session has them", async () => {
    await page.keyboard.press("2")
    await page.fill("#filter", "isakmp.exchangetype == CREATE_CHILD_SA")
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => /4 of 128 frames/.test(document.body.textContent!))
    await page.locator("[role=row]", { hasText: "SK{SA, Nr, TSi, TSr}" }).first().click()
    await page.waitForFunction(() => /decrypted SK of frame 92/.test(document.querySelector("main")!.textContent!))
  })

  it("asked nobody but the command, and met no fault", () => {
    expect(requests.every(url => url.startsWith(view.url))).toBe(true)
    expect(requests.length).toBeGreaterThan(5)
    expect(faults).toEqual([])
  })
})
