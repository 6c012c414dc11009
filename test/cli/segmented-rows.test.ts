/** `fields` by segments: cut anywhere, every byte of rows and findings is that of one reading. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { afterEach, describe, expect, it, vi } from "vitest"
import { commandSource } from "../../src/cli/analyze.ts"
import { FieldRows } from "../../src/cli/field-rows.ts"
import { visitFrames } from "../../src/cli/frames.ts"
import { RowMaker } from "../../src/cli/segment-rows.ts"
import { type RowWorkers, SegmentedRows } from "../../src/cli/segmented-rows.ts"
import { countSegment } from "../../src/node/segment-count.ts"
import type { RowSettings } from "../../src/node/segment-jobs.ts"
import { planSegments } from "../../src/node/segmented-files.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const captures = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter(f => /\.(pcap|pcapng)$/.test(f) && statSync(join(FIXTURES, f)).size < 1 << 20)
  .sort()

const NAMES =
  "frame.number frame.time_delta frame.time_relative frame.protocols frame.len ip.src ipv6.src udp.srcport tcp.seq isakmp.ispi isakmp.exchangetype isakmp.messageid isakmp.typepayload isakmp.notify.msgtype isakmp.vid_string esp.spi esp.sequence ah.spi _ws.col.protocol _ws.col.info".split(
    " ",
  )

const SETTINGS: readonly RowSettings[] = [
  { names: NAMES, format: "text" },
  { names: ["isakmp.ispi", "frame.time_delta"], format: "json", filter: "isakmp || esp.sequence > 3" },
  { names: ["frame.number", "isakmp.length"], format: "ndjson", filter: "!isakmp.flag_r" },
]

class Collected {
  readonly closed = false
  text = ""
  write(text: string): void {
    this.text += text
  }
  writeBytes(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString()
  }
  flush(): void {}
}

afterEach(() => vi.restoreAllMocks())

/** What is written, and what is said on standard error. */
async function collect(settings: RowSettings, work: (rows: FieldRows, output: Collected) => Promise<void>) {
  const told: string[] = []
  const spy = vi.spyOn(process.stderr, "write").mockImplementation(text => told.push(String(text)) > 0)
  const output = new Collected()
  const rows = new FieldRows(settings, output)
  rows.begin()
  await work(rows, output)
  rows.end()
  spy.mockRestore()
  return { text: output.text, told: told.join("") }
}

const plain = (path: string, settings: RowSettings) => collect(settings, rows => visitFrames([path], {}, rows))

/** In this thread, but what goes between threads is copied. */
function inline(): RowWorkers & { rows: number; held: number } {
  let maker: RowMaker | undefined
  const workers = {
    threads: 2,
    rows: 0,
    held: 0,
    run: async (job: Parameters<RowWorkers["run"]>[0]) => {
      if (job.kind === "count") return structuredClone(await countSegment(job))
      maker ??= new RowMaker(job.settings)
      const made = structuredClone(await maker.run(structuredClone(job)))
      workers.rows++
      workers.held += made.held.n
      return made
    },
  }
  return workers as RowWorkers & typeof workers
}

const cut = (path: string, settings: RowSettings, bytes: number, workers = inline()) =>
  collect(settings, async (rows, output) => {
    const source = commandSource([path], { all: true, stop: rows.stop })
    await new SegmentedRows(planSegments([path], bytes), workers, { rows, output, source }).run()
  })

describe("rows of segments", () => {
  it.each(captures)("are those of one reading of %s", async file => {
    const path = join(FIXTURES, file)
    // One of them for each capture; IKEDUMP_CUTS=20 tries all.
    const one = captures.indexOf(file) % SETTINGS.length
    for (const [i, settings] of SETTINGS.entries()) {
      if (i !== one && !process.env.IKEDUMP_CUTS) continue
      const whole = await plain(path, settings)
      expect(await cut(path, settings, [900, 2600, 7000][i])).toEqual(whole)
    }
  })

  it("are made apart, but for frames that need others", async () => {
    const { rows: made, held } = await workersOf("v2-nat")
    expect(made).toBeGreaterThan(5)
    expect(held).toBe(0)
    expect((await workersOf("v2-ipfrag-bigcert")).held).toBeGreaterThan(0)
    expect((await workersOf("v2-tcp-rewrap")).held).toBeGreaterThan(0)
  })

  it("differ where a frame that needs others is drawn by itself", async () => {
    const path = join(FIXTURES, "v2-ipfrag-bigcert/capture.pcap")
    const workers = inline()
    const { run } = workers
    workers.run = async job => {
      const made = await run(job)
      return "held" in made ? { ...made, held: { ...made.held, n: 0 } } : made
    }
    expect(await cut(path, SETTINGS[0], 900, workers)).not.toEqual(await plain(path, SETTINGS[0]))
  })
})

async function workersOf(fixture: string) {
  const workers = inline()
  const path = join(FIXTURES, fixture, "capture.pcap")
  expect(readFileSync(path).length).toBeGreaterThan(2000)
  await cut(path, SETTINGS[0], 900, workers)
  return workers
}
