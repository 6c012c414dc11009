/** The page in Firefox, over WebDriver BiDi: it opens from `file://` and passes the keyboard tour. */
import puppeteer, { type Browser, type KeyInput, type Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { builtPage, firefoxPath, fixture } from "../helpers/browser.ts"
import { isSeen, type Tourist, tour } from "../helpers/page-tour.ts"

const firefox = firefoxPath()

describe.skipIf(!firefox)("the page in Firefox", () => {
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true })
    page = await browser.newPage()
    page.on("pageerror", error => faults.push((error as Error).message))
    await page.setViewport({ width: 1280, height: 800 })
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
  })

  it("passes the tour", async () => {
    await page.goto(builtPage().url)
    const input = await page.waitForSelector("input[type=file]")
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...fixture("v2-nat"))
    await page.waitForFunction(() => /3 of 3 secrets used/.test(document.querySelector("header")!.textContent!))
    await page.waitForSelector(".row.message")
    const tourist: Tourist = {
      press: key => page.keyboard.press(key as KeyInput),
      type: text => page.keyboard.type(text),
      sees: (selector, text) => page.waitForFunction(isSeen, {}, [selector, text.source]),
      links: text => page.waitForFunction(t => new RegExp(t).test(decodeURIComponent(location.hash)), {}, text.source),
      focused: selector => page.waitForFunction(s => document.activeElement?.matches(s) ?? false, {}, selector),
    }
    await tour(tourist, [92])
    expect(faults).toEqual([])
  }, 120_000)
})
