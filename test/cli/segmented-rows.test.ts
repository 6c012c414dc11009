/** `fields` by segments, with keys and without: cut anywhere, every byte of rows and findings is that of one reading. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { afterAll, afterEach, describe, expect, it, vi } from "vitest"
import { FieldRows } from "../../src/cli/field-rows.ts"
import { visitFrames } from "../../src/cli/frames.ts"
import { FrameWork } from "../../src/cli/segment-rows.ts"
import { planFiles, type RowWorkers, SegmentedRows } from "../../src/cli/segmented-rows.ts"
import type { RowSettings } from "../../src/node/segment-jobs.ts"
import { planSegments } from "../../src/node/segmented-files.ts"
import { cbcKeys, endpoint, espPacket, rowOf } from "../helpers/esp-fixtures.ts"
import { dhKeysFile, labFile, labScenarios } from "../helpers/lab-secrets.ts"
import { Tape } from "../play/tape.ts"

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
  const notes: string[] = []
  const spy = vi.spyOn(process.stderr, "write").mockImplementation(text => notes.push(String(text)) > 0)
  const output = new Collected()
  const rows = new FieldRows(settings, output)
  rows.begin()
  await work(rows, output)
  rows.end()
  spy.mockRestore()
  return { text: output.text, notes: notes.join("") }
}

const plain = (paths: readonly string[], settings: RowSettings, keys?: string[]) =>
  collect(settings, rows => visitFrames([...paths], { keys }, rows))

/** Two threads that take turns, in this one, but what goes between threads is copied. */
function inline(): RowWorkers & { rows: number; held: number } {
  const works = [new FrameWork(), new FrameWork()]
  const workers = {
    threads: 2,
    rows: 0,
    held: 0,
    share(keys: Parameters<RowWorkers["share"]>[0]) {
      for (const work of works) work.take({ kind: "keys", id: 0, keys: structuredClone(keys) })
      return 0
    },
    run: async (job: Parameters<RowWorkers["run"]>[0]) => {
      if (job.kind === "count") return structuredClone(await works[0].run(job))
      const made = structuredClone(await works[workers.rows++ % 2].run(structuredClone(job)))
      if ("held" in made) workers.held += made.held.n
      return made
    },
  }
  return workers as RowWorkers & typeof workers
}

const cut = (paths: readonly string[], settings: RowSettings, bytes: number, workers = inline(), keys?: string[]) =>
  collect(settings, (rows, output) =>
    visitFrames([...paths], { keys }, rows, async (source, keys) => {
      // The command leaves what cannot be cut, such as a capture without a record, to one reading; as one segment it is the same.
      const files = planFiles(paths, bytes) ?? [planSegments(paths, bytes)]
      await new SegmentedRows(files, workers, { rows, output, source, keys }).run()
      return true
    }),
  )

describe("rows of segments", () => {
  it.each(captures)("are those of one reading of %s", async file => {
    const path = join(FIXTURES, file)
    // One of them for each capture; IKEDUMP_CUTS=20 tries all.
    const one = captures.indexOf(file) % SETTINGS.length
    for (const [i, settings] of SETTINGS.entries()) {
      if (i !== one && !process.env.IKEDUMP_CUTS) continue
      const whole = await plain([path], settings)
      expect(await cut([path], settings, [900, 2600, 7000][i])).toEqual(whole)
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
    expect(await cut([path], SETTINGS[0], 900, workers)).not.toEqual(await plain([path], SETTINGS[0]))
  })
})

/** What only keys show, and what they make of a packet. */
const KEYED: RowSettings = {
  names:
    "frame.number frame.protocols ip.src isakmp.typepayload isakmp.tf.id.encr isakmp.id.data isakmp.notify.msgtype esp.spi esp.icv_good esp.protocol esp.pad_len ah.spi udp.dstport _ws.col.protocol _ws.col.info".split(
      " ",
    ),
  format: "text",
}

const folder = mkdtempSync(join(tmpdir(), "ikedump-rows-"))
afterAll(() => rmSync(folder, { recursive: true }))

describe("rows of segments under keys", () => {
  const keyed = captures.filter(file => existsSync(join(FIXTURES, dirname(file), "keys.json")))
  it.each(keyed)("are those of one reading of %s", async file => {
    const path = join(FIXTURES, file)
    const keys = [join(FIXTURES, dirname(file), "keys.json")]
    expect(await cut([path], KEYED, 1300, inline(), keys)).toEqual(await plain([path], KEYED, keys))
  })

  const scenarios = labScenarios().filter((_, i) => i % 10 === 0 || process.env.IKEDUMP_CUTS)
  it.skipIf(scenarios.length === 0).each(scenarios)("are those of one reading of the lab's %s", async scenario => {
    const path = labFile(scenario, "capture.pcap")
    const keys = join(folder, `${scenario}.keys`)
    writeFileSync(keys, dhKeysFile(scenario), { mode: 0o600 })
    expect(await cut([path], KEYED, 2000, inline(), [keys])).toEqual(await plain([path], KEYED, [keys]))
  })

  /** The fixture with the last byte of every tenth frame turned: ESP whose ICV fails between packets whose ICV holds. */
  function damaged(fixture: string): string {
    const bytes = readFileSync(join(FIXTURES, fixture, "capture.pcap"))
    for (let at = 24, n = 0; at < bytes.length; n++) {
      at += 16 + bytes.readUInt32LE(at + 8)
      if (n % 10 === 3) bytes[at - 1] ^= 1
    }
    const path = join(folder, `${fixture}-damaged.pcap`)
    writeFileSync(path, bytes)
    return path
  }

  it("are made apart, but for what only means something after others; packets that fail included", async () => {
    for (const path of [join(FIXTURES, "v2-nat", "capture.pcap"), damaged("v2-nat")]) {
      const keys = [join(FIXTURES, "v2-nat", "keys.json")]
      const workers = inline()
      const rows = await cut([path], KEYED, 5000, workers, keys)
      const whole = await plain([path], KEYED, keys)
      expect(rows).toEqual(whole)
      expect(workers.rows).toBeGreaterThan(3)
      expect(workers.held).toBeLessThan(whole.text.split("\n").length / 2)
      expect(whole.text).not.toEqual((await plain([path], KEYED)).text)
    }
  })

  it("are those of one reading where an SA has two keys, and failures of both go before", async () => {
    const tape = new Tape("two-keys")
    const [one, two, unknown] = [cbcKeys(tape), cbcKeys(tape), cbcKeys(tape)]
    const [from, to] = [endpoint(10, 1, 0, 1), endpoint(10, 1, 0, 2)]
    for (let sequence = 1; sequence <= 160; sequence++)
      tape.add(espPacket(tape, { keys: sequence <= 90 ? unknown : two, spi: 0xc0de0001, sequence, from, to }))
    const path = join(folder, "two-keys.pcap")
    writeFileSync(path, tape.capture())
    const keys = join(folder, "two-keys.json")
    writeFileSync(keys, JSON.stringify({ child_sas: [rowOf(0xc0de0001, one), rowOf(0xc0de0001, two)] }), {
      mode: 0o600,
    })
    expect(await cut([path], KEYED, 4000, inline(), [keys])).toEqual(await plain([path], KEYED, [keys]))
  })

  it("differ where frames that come back are left out", async () => {
    const path = damaged("v2-nat")
    const keys = [join(FIXTURES, "v2-nat", "keys.json")]
    const workers = inline()
    const { run } = workers
    workers.run = async job => {
      const made = await run(job)
      return "held" in made ? { ...made, held: { ...made.held, n: 0 } } : made
    }
    expect(await cut([path], KEYED, 5000, workers, keys)).not.toEqual(await plain([path], KEYED, keys))
  })
})

describe("rows of several captures", () => {
  /** Writes captures with the given records each of a fixture, by number. */
  function parts(fixture: string, name: string, ...lists: readonly (readonly number[])[]): string[] {
    const bytes = readFileSync(join(FIXTURES, fixture, "capture.pcap"))
    const records: Uint8Array[] = []
    for (let at = 24; at < bytes.length; ) {
      const end = at + 16 + bytes.readUInt32LE(at + 8)
      records.push(bytes.subarray(at, end))
      at = end
    }
    return lists.map((list, i) => {
      const path = join(folder, `${name}-${i}.pcap`)
      writeFileSync(path, Buffer.concat([bytes.subarray(0, 24), ...list.map(n => records[n])]))
      return path
    })
  }
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

  it("that follow one another are made apart, fragments and streams over their ends included", async () => {
    for (const fixture of ["v2-nat", "v2-ipfrag-bigcert", "v2-tcp-rewrap"]) {
      const paths = parts(fixture, fixture, range(0, 5), range(5, 8), range(8, 14))
      for (const settings of SETTINGS) {
        const workers = inline()
        expect(await cut(paths, settings, 900, workers)).toEqual(await plain(paths, settings))
        expect(workers.rows).toBeGreaterThanOrEqual(3)
      }
    }
  })
  it("of which one goes on when the next has begun are those of one reading, in the order of time", async () => {
    const paths = parts("v2-nat", "mingled", [0, 1, 2, 3, 4, 9], [5, 6, 7, 8], range(10, 14))
    const workers = inline()
    const whole = await plain(paths, SETTINGS[0])
    expect(await cut(paths, SETTINGS[0], 900, workers)).toEqual(whole)
    expect(whole).not.toEqual(await plain([paths[0]], SETTINGS[0]))
    const backwards = paths.toReversed()
    expect(await cut(backwards, SETTINGS[0], 900)).toEqual(await plain(backwards, SETTINGS[0]))
  })
})

async function workersOf(fixture: string) {
  const workers = inline()
  const path = join(FIXTURES, fixture, "capture.pcap")
  expect(readFileSync(path).length).toBeGreaterThan(2000)
  await cut([path], SETTINGS[0], 900, workers)
  return workers
}
