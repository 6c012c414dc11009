/**
 * The page in Chromium (`npm run build` before; CHROMIUM names another): what a viewer waits for, and what it takes.
 *
 *   node bench/page.mjs [--frames 1000000] [--sas 50000] [--packets 50000] [--only ladder|frames|sas|esp]
 *
 * Captures are made in bench/data. Lines that begin with `holds` or `FAILS` are requirements; one that fails sets the exit code. Beside other
 * work on the machine trust the CPU seconds of the browser, which are shown too.
 */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { chromium } from "playwright-core"
import { makeCapture } from "./esp-data.mjs"
import { initCapture } from "./lib/exchanges.mjs"
import { scanCapture } from "./lib/scan-capture.mjs"

const { values: opt } = parseArgs({
  options: {
    frames: { type: "string", default: "1000000" },
    sas: { type: "string", default: "50000" },
    packets: { type: "string", default: "50000" },
    only: { type: "string" },
  },
})
const page = pathToFileURL(join(import.meta.dirname, "../dist/ikedump.html")).href
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"],
})
const held = []

/** CPU seconds that processes below this one used so far. */
function cpu() {
  const pids = tree(process.pid)
  return pids.reduce((n, pid) => n + ticksOf(pid), 0) / 100
}

function tree(root) {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, "utf8").trim().split(" ").filter(Boolean)
  return children.flatMap(pid => [pid, ...attempt(() => tree(pid), [])])
}

const ticksOf = pid =>
  attempt(() => {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13)
    return Number(user) + Number(system)
  }, 0)

function attempt(make, otherwise) {
  try {
    return make()
  } catch {
    return otherwise
  }
}

async function timed(run) {
  const before = cpu()
  const start = performance.now()
  const result = await run()
  return { result, seconds: (performance.now() - start) / 1000, cpu: cpu() - before }
}

function say(what, { seconds, cpu: used }, most) {
  const verdict = most === undefined ? "     " : seconds <= most ? "holds" : used <= most ? "holds (CPU)" : "FAILS"
  held.push(verdict !== "FAILS")
  console.log(
    `${verdict} ${what}: ${seconds.toFixed(2)} s, CPU ${used.toFixed(2)} s${most === undefined ? "" : `, at most ${most} s`}`,
  )
}

async function withPage(run) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const tab = await context.newPage()
  tab.setDefaultTimeout(300_000)
  await tab.goto(page)
  // A capture is dropped once the page is there: its worker answers.
  await tab.evaluate(() => globalThis.ikedump.call("info").catch(() => {}))
  await run(tab)
  await context.close()
}

/** Bytes that the process of the page has in memory, with its worker's, after collections; what is freed goes back to the system a little later. */
async function resident(tab) {
  for (let i = 0; i < 3; i++) {
    for (const worker of tab.workers())
      await worker.evaluate(() => globalThis.gc({ type: "major", flavor: "last-resort" }))
    await tab.evaluate(() => globalThis.gc())
    await new Promise(go => setTimeout(go, 2000))
  }
  const renderers = tree(process.pid).filter(pid =>
    attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer"), false),
  )
  return Math.max(...renderers.map(residentOf))
}

const residentOf = pid =>
  attempt(() => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]), 0)

/** `before`: what the empty page took. */
async function memoryHeld(tab, what, before, most) {
  const mb = ((await resident(tab)) - before) / 1e6
  held.push(mb <= most)
  console.log(
    `${mb <= most ? "holds" : "FAILS"} ${what}: ${mb.toFixed(0)} MB more than the empty page, at most ${most}`,
  )
}

/** Scrolls the packet list by pages and by thousands of rows, and counts the pictures drawn. */
async function scrolls(tab) {
  await tab.keyboard.press("2")
  await tab.waitForSelector(".pk .vlist .r")
  for (const rows of [3, 40, 4000]) {
    const run = await timed(() =>
      tab.evaluate(
        step =>
          new Promise(done => {
            const list = document.querySelector(".pk .vlist")
            let drawn = 0
            const draw = () => {
              list.dispatchEvent(new WheelEvent("wheel", { deltaY: 24 * step, cancelable: true }))
              if (++drawn === PICTURES) done(drawn)
              else requestAnimationFrame(draw)
            }
            const PICTURES = 240
            requestAnimationFrame(draw)
          }),
        rows,
      ),
    )
    const rate = run.result / run.seconds
    const verdict = rate >= 55 ? "holds" : run.cpu / run.result <= 1 / 55 ? "holds (CPU)" : "FAILS"
    held.push(verdict !== "FAILS")
    console.log(
      `${verdict} scrolling by ${rows} rows a picture: ${rate.toFixed(0)} pictures a second, ${((1000 * run.cpu) / run.result).toFixed(1)} ms of CPU each, at least 55`,
    )
  }
}

/** Opens files; resolves when the ladder (or that there is none) is painted. */
const open = (tab, files) =>
  timed(async () => {
    await tab.setInputFiles("input[type=file]", files)
    await tab.waitForSelector(".bar")
    await tab.waitForFunction(() => document.querySelector("main")?.textContent)
  })

const filter = (tab, text) => timed(() => tab.evaluate(asked => globalThis.ikedump.countOf(asked), text))

const wanted = name => !opt.only || opt.only === name

if (wanted("ladder")) {
  say("the empty page, its worker ready", await timed(() => withPage(async () => {})))
  await withPage(async tab => {
    const { capture } = makeCapture("gcm-256", 34_000, 1)
    console.log(`${(statSync(capture).size / 1e6).toFixed(0)} MB`)
    say("ladder of 50 MB", await open(tab, [capture]), 1)
  })
}

if (wanted("frames"))
  await withPage(async tab => {
    const frames = Number(opt.frames)
    const capture = scanCapture(frames)
    const before = await resident(tab)
    console.log(`${frames} frames, ${(statSync(capture).size / 1e6).toFixed(0)} MB`)
    say("ladder", await open(tab, [capture]), 3)
    const one = await timed(() =>
      tab.evaluate(async n => {
        for (let i = 0; i < 50; i++) await globalThis.ikedump.call("frame", 1 + ((i * 7919) % n))
      }, frames),
    )
    say("a frame", { seconds: one.seconds / 50, cpu: one.cpu / 50 }, 0.03)
    for (const text of ["ip.src == 10.0.1.1", "isakmp", "frame.len > 1000"]) {
      const run = await filter(tab, text)
      say(`filter ${text} (${run.result})`, run, 2)
    }
    say("filter udp.port == 53, which reads again", await filter(tab, "udp.port == 53"))
    await memoryHeld(tab, `${frames} frames`, before, 250)
    await scrolls(tab)
  })

if (wanted("sas"))
  await withPage(async tab => {
    const capture = initCapture(Number(opt.sas), "default")
    const before = await resident(tab)
    say(`${opt.sas} IKE SAs`, await open(tab, [capture]))
    await memoryHeld(tab, `${opt.sas} IKE SAs`, before, 300)
  })

if (wanted("esp"))
  for (const suite of ["gcm-256", "cbc-sha256", "chacha"])
    await withPage(async tab => {
      const { capture, keys } = makeCapture(suite, Number(opt.packets), 1)
      await open(tab, [capture])
      const text = readFileSync(keys)
      await tab.evaluate(
        bytes =>
          globalThis.ikedump.call(
            "addSecretsText",
            "keys.json",
            Uint8Array.from(atob(bytes), c => c.charCodeAt(0)),
          ),
        text.toString("base64"),
      )
      // The control plane knows the keys: what goes on is reading and opening.
      const run = await timed(() =>
        tab.evaluate(async () => {
          const { call } = globalThis.ikedump
          while ((await call("info")).stage !== "done") await new Promise(go => setTimeout(go, 20))
          return (await call("report")).esp_sas.reduce((n, sa) => n + sa.icv_ok, 0)
        }),
      )
      const rate = statSync(capture).size / 1e6 / run.cpu
      held.push(rate >= 40 && run.result === Number(opt.packets))
      console.log(
        `${held.at(-1) ? "holds" : "FAILS"} ESP of ${suite}: ${run.result} packets, ${rate.toFixed(0)} MB/s of CPU, reading included; at least 40`,
      )
    })

await browser.close()
process.exitCode = held.every(Boolean) ? 0 : 1
