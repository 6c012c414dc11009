/** Ctrl-C ends the input, not the program: what came is reported, files are completed; a second one leaves no unfinished file. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { constants, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { EXIT } from "../../src/cli/exit.ts"

const root = resolve(import.meta.dirname, "../..")
const fixture = join(root, "fixtures/v2-psk-modp2048")
const capture = readFileSync(join(fixture, "capture.pcap"))
const keys = ["--keys", join(fixture, "keys.json")]
const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

const folder = mkdtempSync(join(tmpdir(), "ikedump-interrupt-"))
afterAll(() => rmSync(folder, { recursive: true }))

const pause = (ms: number) => new Promise<void>(r => setTimeout(r, ms))

/**
 * Waits until a process that waits for input has nothing more to do (Linux): all its threads sleep, and its CPU time stands still for half
 * a second. A thread that waits for a processor does not sleep.
 */
async function listening({ pid }: ChildProcess): Promise<void> {
  const tasks = `/proc/${pid}/task`
  if (!existsSync(tasks)) return pause(4000)
  const stats = () =>
    readdirSync(tasks).map(task => {
      const words = readFileSync(join(tasks, task, "stat"), "utf8")
        .split(") ")[1]
        .split(" ")
      return { sleeps: words[0] === "S", cpu: `${words[11]} ${words[12]}` }
    })
  const begun = performance.now()
  let still = 0
  for (let before = ""; still < 10 && performance.now() < begun + 60_000 && existsSync(tasks); ) {
    const now = stats()
    const cpu = now.map(t => t.cpu).join()
    still = cpu === before && now.every(t => t.sleeps) ? still + 1 : 0
    before = cpu
    await pause(50)
  }
}

function started(...args: string[]): {
  child: ChildProcess
  end: Promise<{ code: number; out: string; err: string }>
} {
  const child = spawn(process.execPath, ["bin/ikedump.js", ...args], { cwd: root })
  let [out, err] = ["", ""]
  child.stdout?.on("data", chunk => {
    out += chunk
  })
  child.stderr?.on("data", chunk => {
    err += chunk
  })
  // A death by signal n counts as 128 + n, as in a shell: while Node leaves, a signal already has its own action again.
  const status = (code: number | null, signal: NodeJS.Signals | null) =>
    code ?? 128 + (signal ? constants.signals[signal] : 0)
  return {
    child,
    end: new Promise(r => child.once("close", (code, signal) => r({ code: status(code, signal), out, err }))),
  }
}

describe.skipIf(!built)("Ctrl-C on standard input", { timeout: 60_000 }, () => {
  const interrupted = async (...args: string[]) => {
    const { child, end } = started(...args)
    child.stdin?.write(capture)
    await listening(child)
    child.kill("SIGINT")
    return end
  }

  it("ends the input of a report", async () => {
    const { code, out } = await interrupted("report", "-", "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out).counts.isakmp).toBe(6)
  })

  it("ends the input of the packet list", async () => {
    const { code, out } = await interrupted("packets", "-", "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(92)
  })
})

describe.skipIf(!built || process.platform === "win32")("Ctrl-C on a named pipe", { timeout: 60_000 }, () => {
  it.each(["report", "watch"])("ends the input of %s", async command => {
    const pipe = join(folder, `pipe-${command}`)
    execFileSync("mkfifo", [pipe])
    const { child, end } = started(command, pipe, "--format", command === "watch" ? "ndjson" : "json")
    const writer = createWriteStream(pipe)
    await new Promise(r => writer.once("open", r))
    writer.write(capture)
    await listening(child)
    child.kill("SIGINT")
    const { code, out } = await end
    writer.destroy()
    expect(code).toBe(0)
    if (command === "watch") expect(JSON.parse(out.split("\n")[0]).event).toBe("up")
    else expect(JSON.parse(out).counts).toMatchObject({ isakmp: 6, esp: 86 })
  })
})

describe.skipIf(!built)("Ctrl-C on a file", { timeout: 120_000 }, () => {
  /** A capture that takes seconds: the ESP packets of the fixture, over and over. */
  const large = join(folder, "large.pcap")
  writeFileSync(large, Buffer.concat([capture, ...Array.from({ length: 4000 }, () => capture.subarray(24))]))
  const total = 4001 * 92

  /** Waits until something of the output stands beside its place. */
  const begun = async (name: string) => {
    const part = () => readdirSync(folder).find(file => file.includes(name) && file.endsWith(".part"))
    for (let i = 0; i < 600; i++) {
      const found = part()
      if (found && statSync(join(folder, found)).size > 100_000) return
      await pause(50)
    }
    throw new Error("nothing was written")
  }

  /** A pcapng whose last block is whole. */
  const expectWhole = (written: Buffer) => {
    expect(written.readUInt32LE(0)).toBe(0x0a0d0d0a)
    const last = written.readUInt32LE(written.length - 4)
    expect(written.readUInt32LE(written.length - last + 4)).toBe(last)
  }

  it("completes what decrypt writes, and a second reading ends where the first did", async () => {
    const out = join(folder, "one.pcapng")
    const { child, end } = started("decrypt", large, ...keys, "--threads", "1", "-w", out)
    await begun("one.pcapng")
    child.kill("SIGINT")
    const { code, err } = await end
    const frames = Number(/interrupted: read up to frame (\d+)/.exec(err)?.[1])
    expect(code).toBe(3)
    expect(frames).toBeGreaterThan(92)
    expect(frames).toBeLessThan(total)
    expectWhole(readFileSync(out))
    expect(readdirSync(folder).filter(file => file.endsWith(".part"))).toEqual([])
  })

  it.each(["SIGINT", "SIGTERM"] as const)("leaves no unfinished file after %s that ends the program", async signal => {
    const name = `${signal}.pcapng`
    const { child, end } = started("decrypt", large, ...keys, "--threads", "1", "-w", join(folder, name))
    await begun(name)
    child.kill(signal)
    // The second Ctrl-C: signals that come at the same moment would count as one.
    const again = signal === "SIGINT" ? setInterval(() => child.kill(signal), 2) : undefined
    const { code } = await end
    clearInterval(again)
    const left = readdirSync(folder).filter(file => file.includes(name))
    // The first Ctrl-C completes the file: on a busy machine that is done before the second one comes.
    if (signal === "SIGINT" && left.length > 0) {
      expect(left).toEqual([name])
      expectWhole(readFileSync(join(folder, name)))
      expect([EXIT.CAPTURE, 130]).toContain(code)
    } else {
      expect(left).toEqual([])
      expect(code).toBe(signal === "SIGINT" ? 130 : 143)
    }
  })

  /** Waits until a process has read so many bytes: more than the program itself. */
  const hasRead = async (pid: number, bytes: number) => {
    for (let i = 0; i < 3000; i++) {
      if (Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]) > bytes) return
      await pause(10)
    }
  }

  it.skipIf(process.platform !== "linux").each(["1", "2"])("reports what was read, with %s threads", async threads => {
    const { child, end } = started("report", large, "--threads", threads, "--format", "json")
    await hasRead(child.pid as number, 20 << 20)
    child.kill("SIGINT")
    const { code, out, err } = await end
    const { counts, captures } = JSON.parse(out)
    expect(err).toContain(`interrupted: read up to frame ${counts.frames}\n`)
    expect([code, captures[0].frames]).toEqual([3, counts.frames])
    expect(counts.frames).toBeGreaterThan(92)
    expect(counts.frames).toBeLessThan(total)
  })
})
