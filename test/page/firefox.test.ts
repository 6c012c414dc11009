/** The page in Firefox, over WebDriver BiDi: it opens from `file://` and passes the keyboard tour. */
import puppeteer, { type Browser, type Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { builtPage, firefoxPath, fixture } from "../helpers/browser.ts"

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

  const text = (selector: string) => page.$eval(selector, e => e.textContent ?? "")
  const hash = (part: string) => page.waitForFunction(p => location.hash.includes(p), {}, part)

  it("passes the tour", async () => {
    await page.goto(builtPage().url)
    const input = await page.waitForSelector("input[type=file]")
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...fixture("v2-nat"))
    await page.waitForFunction(() => /3 of 3 secrets used/.test(document.querySelector("header")!.textContent!))
    await page.waitForSelector(".row.message")
    expect(await text(".verdict h1")).not.toBe("")
    await page.keyboard.press("j")
    await hash("f=1")
    await page.keyboard.press("Enter")
    await page.waitForSelector("aside.right .node")
    await page.keyboard.press("]")
    await hash("f=2")
    await page.keyboard.press("Escape")
    await page.keyboard.press("2")
    await page.waitForFunction(() => /IKE_SA_INIT/.test(document.querySelector(".pk .r.on")?.textContent ?? ""))
    await page.keyboard.press("/")
    await page.keyboard.type("isakmp.exchangetype == IKE_AUTH")
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => /^2 of 128/.test(document.querySelector(".count")!.textContent!))
    await page.keyboard.press("3")
    await page.waitForSelector(".kg [data-node]")
    await page.keyboard.press("4")
    await page.waitForSelector(".card")
    await page.keyboard.press("1")
    await page.keyboard.press("?")
    expect(await text("[role=dialog]")).toContain("next finding")
    await page.keyboard.press("Escape")
    expect(faults).toEqual([])
  }, 120_000)
})
