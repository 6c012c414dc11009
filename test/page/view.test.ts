/** `ikedump view` driven in a real browser: the served page, its session in Node, and no request to anybody else. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { serveView, type ViewServer } from "../../src/node/view-server.ts"
import { ViewThread } from "../../src/node/view-thread.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { chromiumPath, fixture, launch, viewWorker } from "../helpers/browser.ts"

const chromium = chromiumPath()
const [capture, keys] = fixture("v2-nat")

describe.skipIf(!chromium)("view in a browser", () => {
  let browser: Browser
  let page: Page
  let view: ViewServer
  let session: ViewThread
  const requests: string[] = []
  const faults: string[] = []

  beforeAll(async () => {
    session = await ViewThread.open({ paths: [capture], secrets: NO_SECRETS }, viewWorker)
    view = await serveView(session)
    browser = await launch(chromium!)
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    page.on("request", request => requests.push(request.url()))
    page.on("pageerror", error => faults.push(error.message))
    page.on("console", message => message.type() === "error" && faults.push(message.text()))
    await page.goto(view.url)
    await page.waitForSelector(".bar")
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    view?.server.closeAllConnections()
    view?.server.close()
    await session?.close()
  })

  const text = (selector: string) => page.textContent(selector)

  it("shows the ladder of the capture that the command was given", async () => {
    expect(await text("header")).toMatch(/capture\.pcap.*128 frames.*no keys/)
    await page.waitForSelector(".verdict h1")
    await page.waitForFunction(() => /INFORMATIONAL/.test(document.querySelector("main")!.textContent!))
  })

  it("ends key trials at once, and answers while they go on", async () => {
    const wrong = Array.from({ length: 30_000 }, (_, i) => (i + 1).toString(16).padStart(64, "0"))
    const file = join(mkdtempSync(join(tmpdir(), "ikedump-view-")), "wrong.json")
    writeFileSync(file, JSON.stringify({ ikedump_keys: 1, dh_shared: wrong }))
    await page.setInputFiles("input[type=file]", file)
    await page.waitForFunction(() => /key sets tried/.test(document.querySelector("header")!.textContent!))
    expect((await fetch(view.url)).status).toBe(200)
    await page.click("header button >> text=Cancel")
    await page.waitForFunction(() => !document.querySelector("header [role=status]"))
    expect(await text("header")).toMatch(/128 frames.*no keys/)
    expect(await page.$("[role=alert]")).toBeNull()
  })

  it("opens it with keys that are chosen later", async () => {
    await page.setInputFiles("input[type=file]", keys)
    await page.waitForFunction(() => /3 of 3 secrets used/.test(document.querySelector("header")!.textContent!))
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
