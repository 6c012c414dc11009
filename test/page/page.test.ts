/** The page in a real browser, from `file://`: the same trees as `show`, no request, the whole tour by keyboard, links, hostile text, axe. */

import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
// @ts-expect-error plain JavaScript
import { initCapture } from "../../bench/lib/exchanges.mjs"
import { builtPage, chromiumPath, fixture, launch } from "../helpers/browser.ts"
import { pcapngBlocks } from "../helpers/packets-ng.ts"
import { isSeen, type Tourist, tour } from "../helpers/page-tour.ts"
import { runCommand, spawnCommand } from "../helpers/run-command.ts"
import { PlayV2 } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"
import * as wire from "../play/wire-v2.ts"

const chromium = chromiumPath()
const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
/** What is left to the command (docs/page.md): TLS inside EAP, CAST-128. */
const LEFT_OUT = /^(eap-tls\/|strongswan\/(v1-alg-cast|v2-alg-modp3072)\/)/
/** Folders of fixtures with a capture. */
const allFolders = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter(file => /(^|\/)capture\.pcap(ng)?$/.test(file) && !LEFT_OUT.test(file))
  .map(file => dirname(file))
  .sort()
/** Of the folders in folders every tenth: `session/frames.test.ts` has all of them (IKEDUMP_PAGE_FIXTURES=all: the page too). */
const folders =
  process.env.IKEDUMP_PAGE_FIXTURES === "all"
    ? allFolders
    : allFolders.filter((folder, i) => !folder.includes("/") || i % 10 === 0)

interface Exposed {
  readonly ikedump: {
    openFiles(files: readonly File[]): Promise<void>
    call(method: "info"): Promise<{ readonly stage: string }>
  }
}

/** Waits until an element has the keyboard. */
const focused = (page: Page, selector: string) =>
  page.waitForFunction(s => document.activeElement?.matches(s) ?? false, selector)

describe.skipIf(!chromium)("the page", () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const requests: string[] = []
  const faults: string[] = []

  const fresh = async (hash = "") => {
    await page.goto("about:blank")
    await page.goto(builtPage().url + hash)
  }
  const open = async (files: readonly string[]) => {
    await page.setInputFiles("input[type=file]", [...files])
    await page.waitForSelector(".bar")
    await page.waitForFunction(() => !document.querySelector("header [role=status]"))
    if (files.length > 1)
      await page.waitForFunction(() => /secrets used/.test(document.querySelector("header")!.textContent!))
  }
  /** Opens files in the page that is there, in place of what it shows. */
  const reopen = async (files: readonly string[]) => {
    if (!page.url().startsWith(builtPage().url)) await fresh()
    const given = files.map(path => ({ name: basename(path), base64: readFileSync(path).toString("base64") }))
    await page.evaluate(async list => {
      const { openFiles, call } = (globalThis as unknown as Exposed).ikedump
      const bytesOf = (base64: string) => Uint8Array.from(atob(base64), c => c.charCodeAt(0))
      await openFiles(list.map(({ name, base64 }) => new File([bytesOf(base64)], name)))
      while ((await call("info")).stage !== "done") await new Promise(go => setTimeout(go, 5))
    }, given)
  }
  const hashNow = () => page.evaluate(() => decodeURIComponent(location.hash))
  const text = (selector: string) => page.textContent(selector)

  beforeAll(async () => {
    browser = await launch(chromium!)
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    context.on("request", request => requests.push(request.url()))
    page.on("pageerror", error => faults.push(error.message))
    page.on("console", message => {
      if (message.type() === "error") faults.push(message.text())
    })
  })

  afterAll(async () => {
    await browser?.close()
  })

  it("is one file of at most 1.3 MB, 420 kB gzipped", () => {
    const { path } = builtPage()
    expect(statSync(path).size).toBeLessThan(1_300_000)
    expect(gzipSync(readFileSync(path), { level: 9 }).length).toBeLessThan(420_000)
  })

  it.each(folders)("shows the trees of show: %s", async folder => {
    const [plain, keys] = fixture(folder)
    const capture = existsSync(plain) ? plain : `${plain}ng`
    const given = existsSync(keys) ? ["--keys", keys] : []
    const { out } = await runCommand("show", capture, "1-", "--format", "json", ...given)
    const shown = (JSON.parse(out) as Frame[]).map(({ frame, tree, sources, info }) => ({ frame, tree, sources, info }))
    const names = [...namesIn(shown)].sort()
    await reopen(existsSync(keys) ? [capture, keys] : [capture])
    const { digests, others } = await page.evaluate(
      async ({ count, names }) => {
        const { call } = (globalThis as unknown as { ikedump: { call(m: "frame", n: number): Promise<Frame> } }).ikedump
        const known = new Set(names)
        const others = new Set<string>()
        const note = (value: unknown) => {
          if (typeof value !== "object" || value === null) return
          for (const [name, member] of Object.entries(value)) {
            if (member !== undefined && !known.has(name) && !Array.isArray(value)) others.add(name)
            note(member)
          }
        }
        const digest = async (frame: number) => {
          const { tree, sources, info } = await call("frame", frame)
          const whole = { frame, tree, sources, info }
          note(whole)
          const bytes = new TextEncoder().encode(JSON.stringify(whole, names))
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
          return [...hash].map(b => b.toString(16).padStart(2, "0")).join("")
        }
        const digests = await Promise.all(Array.from({ length: count }, (_, i) => digest(i + 1)))
        return { digests, others: [...others] }
      },
      { count: shown.length, names },
    )
    const differing = shown.filter((frame, i) => digestOf(frame, names) !== digests[i]).map(f => f.frame)
    expect(differing).toEqual([])
    // What views have beside it.
    expect(["family", "filter", "rfc", "secret", "title"]).toEqual(expect.arrayContaining(others))
  })

  it("is toured by the keyboard alone", async () => {
    await fresh()
    await open(fixture("v2-nat"))
    const findings = await page.evaluate(async () => {
      const { call } = (
        globalThis as unknown as {
          ikedump: { call(m: string): Promise<{ findings: { severity: string; frames: number[] }[] }> }
        }
      ).ikedump
      return (await call("verdict")).findings
        .filter(f => f.severity !== "info" && f.frames.length > 0)
        .map(f => f.frames[0])
    })
    const tourist: Tourist = {
      press: key => page.keyboard.press(key),
      type: text => page.keyboard.type(text),
      sees: (selector, text) => page.waitForFunction(isSeen, [selector, text.source]),
      links: text => page.waitForFunction(t => new RegExp(t).test(decodeURIComponent(location.hash)), text.source),
      focused: selector => focused(page, selector),
    }
    // The first that stands behind frame 1.
    await tour(tourist, [Math.min(...findings.filter(f => f > 1))])
  })

  it("keeps its links through a reload, and names no key in them", async () => {
    await fresh("#v=packets&f=92&x=isakmp.nonce&Y=isakmp")
    await open(fixture("v2-nat"))
    await page.waitForFunction(() => /^18 of 128/.test(document.querySelector(".count")!.textContent!))
    await page.waitForFunction(() => /isakmp\.nonce/.test(document.querySelector(".field")!.textContent!))
    const before = await hashNow()
    expect(before).toMatch(/^#v=packets&.*f=92&x=isakmp\.nonce&Y=isakmp&c=[0-9a-f]{16}$/)
    await page.reload()
    await open(fixture("v2-nat"))
    await page.waitForFunction(() => /isakmp\.nonce/.test(document.querySelector(".field")?.textContent ?? ""))
    await page.waitForFunction(h => decodeURIComponent(location.hash) === h, before)
    await page.reload()
    await open(fixture("v2-dpd"))
    await page.waitForSelector("[role=alert]")
    expect(await text("[role=alert]")).toContain("another capture")
  })

  it("shows what a link says in every part", async () => {
    await fresh("#s=child/1&f=92&x=isakmp.nonce&i=1&z=1.000000-3.000000")
    await open(fixture("v2-nat"))
    await page.waitForFunction(() =>
      /Frame 92 /.test(document.querySelector("aside.right header b")?.textContent ?? ""),
    )
    await page.waitForFunction(() => /isakmp\.nonce/.test(document.querySelector(".field")?.textContent ?? ""))
    expect(await text(".sa.on")).toContain("child/1")
    await page.waitForFunction(() => /z=1\.000000-3\.000000/.test(decodeURIComponent(location.hash)))
    await page.keyboard.press("3")
    await page.waitForSelector(".kg [data-node]")
    await page.focus(".kg [data-node] >> nth=-1")
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => /k=/.test(location.hash))
    const [link, step] = [await hashNow(), await text(".det h2, .det h1")]
    await fresh(`#${encodeURI(link.slice(1))}`)
    await open(fixture("v2-nat"))
    await page.waitForFunction(t => document.querySelector(".det h2, .det h1")?.textContent === t, step)
  })

  it("shows the whole of what failed, the inspector beside it", async () => {
    await fresh("#f=4&i=1")
    await open(fixture("v2-auth-failed"))
    await page.waitForSelector(".inspecting .row.fault .b")
    const cut = await page.$eval(".row.fault .b", text => {
      const below = [...document.querySelectorAll(".row.message")].at(-1)!.getBoundingClientRect()
      return text.scrollWidth > text.clientWidth || text.getBoundingClientRect().bottom > below.top
    })
    expect(cut).toBe(false)
    expect(await text(".row.fault .b")).toMatch(/the secret or the identity differs · RFC 7296 §2\.15$/)
  })

  it("hides the values of keys until asked", async () => {
    const { out } = await runCommand(
      "keys",
      ...fixture("v2-nat").slice(0, 1),
      "--keys",
      fixture("v2-nat")[1],
      "--show-keys",
      "--format",
      "json",
    )
    const values = (
      JSON.parse(out) as { derivations: { steps: { value: string }[]; given: { value: string }[] }[] }
    ).derivations
      .flatMap(d => [...d.steps, ...d.given])
      .map(s => s.value)
    await fresh("#v=keys")
    await open(fixture("v2-nat"))
    await page.waitForSelector(".kg [data-node]")
    const html = await page.evaluate(() => document.getElementById("ikedump")!.outerHTML)
    for (const value of values) expect(html).not.toContain(value)
    await page.keyboard.press("v")
    await page.waitForFunction(v => v.some(x => document.getElementById("ikedump")!.textContent!.includes(x)), values)
  })

  it("shows where a filter is wrong and keeps the frames before", async () => {
    await fresh("#v=packets")
    await open(fixture("v2-nat"))
    await page.keyboard.press("/")
    await page.keyboard.type("isakmp")
    await page.waitForFunction(() => /^18 of 128/.test(document.querySelector(".count")!.textContent!))
    expect(await page.$$eval("#offers [role=option]", o => o.length)).toBeGreaterThan(3)
    await page.keyboard.type(".nonse")
    await page.waitForSelector("#filterfault")
    expect(await text("#filterfault")).toContain("did you mean isakmp.nonce")
    expect(await text("#filterfault code")).toContain("^~~~~")
    expect(await text(".count")).toMatch(/^18 of 128/)
    await page.keyboard.press("Escape")
  })

  it("marks bytes and fields of one another, and hover does not move the view", async () => {
    await fresh("#f=1&i=1")
    await open(fixture("v2-nat"))
    await page.waitForSelector(".bytes [data-at]")
    const scroll = () => page.evaluate(() => [...document.querySelectorAll(".vlist")].map(v => v.scrollTop))
    const before = await scroll()
    await page.hover('.bytes [data-at="60"]')
    await page.waitForSelector(".bytes s.hover")
    expect(await scroll()).toEqual(before)
    await page.click('.bytes [data-at="60"]')
    await page.waitForSelector(".bytes s.on")
    expect(await text(".field code")).toMatch(/^isakmp\./)
  })

  it("leaves hostile text as text", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ikedump-hostile-"))
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
    const frame = readFileSync(fixture("v2-nat")[0]).subarray(40, 40 + 302)
    const path = join(dir, "<img src=x onerror=alert(1)>.pcapng")
    writeFileSync(path, pcapngBlocks(frame, evil))
    await fresh("#f=1&i=1&x=frame.comment")
    await open([path])
    await page.waitForFunction(() => /frame\.comment/.test(document.querySelector(".field")?.textContent ?? ""))
    expect(await text(".tree")).toContain("<img src=x onerror")
    expect(await page.$("#ikedump img, #ikedump script")).toBeNull()
    expect(await page.title()).toBe("ikedump")
    expect(await text(".file")).toContain("<img src=x onerror=alert(1)>")
  })

  it("leaves identities of peers as text, in every view and in a report", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ikedump-hostile-id-"))
    const evil = `"><img src=x onerror="document.title='owned'"></script><script>document.title='owned'</script>`
    const play = new PlayV2(new Tape()).saInit()
    play.id = { initiator: wire.idP(wire.P.IDI, evil), responder: wire.idP(wire.P.IDR, `\u202e${evil}`) }
    play.auth()
    writeFileSync(join(dir, "played.pcap"), play.tape.capture())
    const keys = { ikedump_keys: 1, psks: [{ secret: "swordfish" }], dh_shared: play.exchanged.map(x => hex(x.shared)) }
    writeFileSync(join(dir, "keys.json"), JSON.stringify(keys))
    const files = ["played.pcap", "keys.json"].map(name => join(dir, name))
    const isText = async (where: string) => {
      expect(await page.$("#ikedump img, #ikedump script"), where).toBeNull()
      expect(await page.title(), where).toBe("ikedump")
    }
    await fresh("#f=3&i=1")
    await open(files)
    await page.waitForFunction(() => /<img src=x/.test(document.querySelector(".peers")!.textContent!))
    for (const view of ["1", "2", "3", "4", "5"]) {
      await page.keyboard.press(view)
      await page.waitForSelector("main")
      await isText(`view ${view}`)
    }
    const report = join(dir, "out.html")
    spawnCommand("report", files[0], "--keys", files[1], "--format", "html", "-o", report)
    await page.goto(pathToFileURL(report).href)
    await page.waitForFunction(() => /<img src=x/.test(document.querySelector(".peers")?.textContent ?? ""))
    await isText("report")
  })

  it("says of what is no capture that it is none, and what went wrong with keys", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ikedump-wrong-"))
    const file = (name: string, text: string) => {
      writeFileSync(join(dir, name), text)
      return join(dir, name)
    }
    const alert = (part: RegExp) =>
      page.waitForFunction(
        p => new RegExp(p).test(document.querySelector("[role=alert]")?.textContent ?? ""),
        part.source,
      )
    await fresh()
    await page.setInputFiles("input[type=file]", file("words.pcap", "only words, whatever the name says"))
    await alert(/words\.pcap is no capture/)
    await page.setInputFiles("input[type=file]", file("nothing.pcap", ""))
    await alert(/nothing\.pcap is empty/)
    await open([fixture("v2-nat")[0]])
    expect(await page.$("[role=alert]")).toBeNull()
    await page.setInputFiles("input[type=file]", file("broken.json", '{"ikedump_keys":1,"psks":['))
    await alert(/broken\.json:1: not valid JSON/)
    expect(await text("header")).toMatch(/128 frames.*no keys/)
    await page.setInputFiles("input[type=file]", file("wrong.json", '{"ikedump_keys":1,"psks":[{"secret":"no"}]}'))
    await page.waitForFunction(() => /0 of 1 secrets used/.test(document.querySelector("header")!.textContent!))
    await page.keyboard.press("3")
    await page.waitForFunction(() => /No secret that was given fits/.test(document.querySelector("main")!.textContent!))
  })

  it("shows a capture without IKE, with and without ESP", async () => {
    await fresh()
    await open([join(FIXTURES, "esp-two-senders/capture.pcapng")])
    expect(await text(".verdict h1")).toContain("ESP without its negotiation")
    expect(await text("main")).toContain("there is no ladder to draw")
    // The facts of the SA stand beside it, at any width.
    expect(await page.isVisible("aside.facts")).toBe(true)
    const dir = mkdtempSync(join(tmpdir(), "ikedump-empty-"))
    const header = Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex")
    writeFileSync(join(dir, "empty.pcap"), header)
    await fresh()
    await open([join(dir, "empty.pcap")])
    expect(await text(".verdict h1")).toContain("No IKE and no IPsec")
    for (const view of ["2", "3", "4", "5", "1"]) await page.keyboard.press(view)
    expect(await text("header")).toContain("0 frames")
  })

  it("opens the example", async () => {
    await fresh()
    await page.click("text=Try an example")
    await page.waitForSelector(".bar")
    expect(await text(".file")).toContain("example.pcap")
  })

  it("shows a report without its capture, in its own words", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "ikedump-report-")), "out.html")
    const [capture, keys] = fixture("v2-nat")
    spawnCommand("report", capture, "--keys", keys, "--format", "html", "-o", path)
    await page.goto(pathToFileURL(path).href)
    await page.waitForSelector(".row.message")
    expect(await text("aside.left")).toContain("child/1")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.waitForSelector("aside.right .node")
    await page.keyboard.press("3")
    await page.waitForSelector(".kg [data-node]")
    await page.keyboard.press("4")
    await page.waitForSelector(".card")
    await page.keyboard.press("2")
    await page.waitForFunction(() => /IKE_SA_INIT/.test(document.querySelector(".pk")!.textContent!))
  })

  it("takes keys out of gzip and tar", async () => {
    const [capture, keys] = fixture("v2-nat")
    const dir = mkdtempSync(join(tmpdir(), "ikedump-keys-"))
    writeFileSync(join(dir, "keys.json.gz"), gzipSync(readFileSync(keys)))
    writeFileSync(join(dir, "notes.txt"), "nothing of interest")
    copyFileSync(keys, join(dir, "keys.json"))
    execFileSync("tar", ["-czf", join(dir, "bundle.tgz"), "-C", dir, "notes.txt", "keys.json"])
    for (const bundle of ["keys.json.gz", "bundle.tgz"]) {
      await fresh()
      await open([capture, join(dir, bundle)])
      expect(await text("header"), bundle).toContain("3 of 3 secrets used")
    }
    // A capture in gzip is one still.
    writeFileSync(join(dir, "capture.pcap.gz"), gzipSync(readFileSync(capture)))
    await fresh()
    await open([join(dir, "capture.pcap.gz")])
    expect(await text("header")).toContain("128 frames")
  })

  it("ends key trials at once, and shows what was there before", async () => {
    await fresh()
    await open([fixture("v2-nat")[0]])
    const wrong = Array.from({ length: 30_000 }, (_, i) => (i + 1).toString(16).padStart(64, "0"))
    await page.evaluate(
      text => void (globalThis as unknown as Exposed).ikedump.openFiles([new File([text], "wrong.json")]),
      JSON.stringify({ ikedump_keys: 1, dh_shared: wrong }),
    )
    await page.waitForFunction(() => /key sets tried/.test(document.querySelector("header")!.textContent!))
    const milliseconds = await page.evaluate(async () => {
      const begun = performance.now()
      const button = [...document.querySelectorAll("header button")].find(b => b.textContent === "Cancel")
      ;(button as HTMLButtonElement).click()
      while (/key sets tried/.test(document.querySelector("header")!.textContent!))
        await new Promise(go => setTimeout(go, 1))
      return performance.now() - begun
    })
    expect(milliseconds).toBeLessThan(200)
    await page.waitForFunction(() => !document.querySelector("header [role=status]"))
    expect(await text("header")).toMatch(/128 frames.*no keys/)
    expect(await page.$("[role=alert]")).toBeNull()
  })

  it("draws of hundreds of SAs the rows in sight", async () => {
    await fresh()
    await open([initCapture(300) as string])
    expect(await text(".sas h2")).toContain("300")
    expect(await page.$$eval(".sas .vrow", rows => rows.length)).toBeLessThan(40)
    await page.focus(".salist")
    await page.keyboard.press("End")
    await page.waitForFunction(() => /ike\/299/.test(document.querySelector(".sas")!.textContent!))
  })

  it("compares two captures", async () => {
    await fresh("#v=compare")
    await open(fixture("v2-nat"))
    await page.setInputFiles(".page input[type=file]", fixture("v2-frag")[0])
    await page.waitForSelector(".grid")
    expect(await text(".grid caption")).toMatch(/\d+ differences/)
    expect(await text(".grid")).toMatch(/IKE SA 1[\s\S]*responder address\s*− 10\.2\.0\.2\s*\+ 10\.1\.0\.2/)
    // Keys open both: what only they show differs no more.
    await page.setInputFiles(".page input[type=file]", fixture("v2-nat")[0])
    await page.waitForSelector(".page p.ok")
    expect(await text(".page p.ok")).toBe("✔ both negotiated the same")
  })

  it("has no fault that axe finds, in both themes", async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    const violations = (runOnly: object) =>
      page.evaluate(async runOnly => {
        const { axe } = globalThis as unknown as {
          axe: { run(d: Document, o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
        const { violations } = await axe.run(document, { runOnly })
        const shown = (nodes: { html: string }[]) => nodes.slice(0, 2).map(n => n.html.slice(0, 160))
        return violations.map(v => `${v.id}: ${shown(v.nodes).join(" | ")}`)
      }, runOnly)
    // A theme changes colours and nothing else.
    const check = async (state: string) => {
      await page.emulateMedia({ colorScheme: "light" })
      expect(await violations({ type: "tag", values: tags }), `${state}, light`).toEqual([])
      await page.emulateMedia({ colorScheme: "dark" })
      const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] }
      expect(await violations(colours), `${state}, dark`).toEqual([])
    }
    await fresh()
    await page.evaluate(axe)
    await check("open")
    await open(fixture("v2-auth-failed"))
    for (const [key, state, selector] of [
      ["j", "ladder", ".row.on"],
      ["Enter", "inspector", "aside.right"],
      ["?", "help", "[role=dialog]"],
      ["Escape", "", ""],
      ["2", "packets", ".pk .r.on"],
      ["3", "keys", ".wide2"],
      ["4", "audit", ".page"],
      ["5", "compare", ".page"],
    ] as const) {
      await page.keyboard.press(key)
      if (!selector) continue
      await page.waitForSelector(selector)
      await check(state)
    }
    await page.emulateMedia({ colorScheme: null })
  })

  it("asked for nothing but its own file, and met no fault", () => {
    const { url } = builtPage()
    const others = requests.filter(
      r => !r.startsWith(url) && !r.endsWith("/out.html") && !r.startsWith("blob:") && r !== "about:blank",
    )
    expect(others).toEqual([])
    expect(requests.length).toBeGreaterThan(3)
    expect(faults).toEqual([])
  })
})

/** What is compared of a frame. */
interface Frame {
  readonly frame: number
  readonly tree: unknown
  readonly sources: unknown
  readonly info: string
}

/** Names of all members of a value. */
function namesIn(value: unknown, into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) namesIn(item, into)
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) namesIn(member, into.add(name))
  return into
}

/** SHA-256 of what the page computes of a frame: its members in the order of `names`. */
const digestOf = (frame: Frame, names: string[]): string =>
  createHash("sha256").update(JSON.stringify(frame, names)).digest("hex")
