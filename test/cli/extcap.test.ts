/** `ikedump extcap`: what Wireshark asks and gets, through tshark itself where its extcap folder can be written. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, describe, expect, it } from "vitest"
import { ARGUMENTS, DECRYPTED } from "../../src/cli/extcap/interface.ts"
import { configText, dltsText, interfacesText } from "../../src/cli/extcap/protocol.ts"
import { runCommand } from "../helpers/run-command.ts"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const fixture = resolve(import.meta.dirname, "../../fixtures/v2-psk-modp2048")
const folder = mkdtempSync(join(tmpdir(), "ikedump-extcap-"))
afterAll(() => rmSync(folder, { recursive: true }))

const ikedump = (...args: string[]) => spawnSync(process.execPath, [bin, "extcap", ...args], { encoding: "utf8" })

describe("the sentences", () => {
  it("name one interface, its link type, and its options", () => {
    expect(interfacesText("1.2", "help", [DECRYPTED]).split("\n")).toEqual([
      "extcap {version=1.2}{help=help}{display=ikedump}",
      "interface {value=ikedump}{display=IKE and ESP, decrypted by ikedump}",
      "",
    ])
    expect(dltsText(DECRYPTED)).toBe("dlt {number=101}{name=RAW}{display=Raw IP}\n")
    const lines = configText(ARGUMENTS).split("\n")
    expect(lines[0]).toMatch(/^arg \{number=0\}\{call=--source\}.*\{required=true\}\{mustexist=true\}$/)
    expect(lines.filter(l => l.startsWith("value {arg=2}"))).toHaveLength(2)
  })

  it("cannot be broken by a text with braces or line ends", () => {
    const odd = { ...DECRYPTED, display: "a}{b=c\nd" }
    expect(interfacesText("1", "h", [odd])).toContain("{display=a  b=c d}")
  })
})

describe("the command", () => {
  const here = (...args: string[]) => runCommand("extcap", ...args)

  it("answers what Wireshark asks", async () => {
    expect((await here("--extcap-interfaces", "--extcap-version=4.0")).out).toMatch(/^extcap .*\ninterface /)
    expect((await here("--extcap-dlts", "--extcap-interface", "ikedump")).out).toBe(dltsText(DECRYPTED))
    expect((await here("--extcap-config", "--extcap-interface", "ikedump")).out).toBe(configText(ARGUMENTS))
  })

  it("refuses an interface that it does not have", async () => {
    const { code, err } = await here("--extcap-dlts", "--extcap-interface", "eth0")
    expect([code, err]).toEqual([2, expect.stringContaining("no interface eth0")])
  })

  it("installs a starter that runs it, whole", () => {
    const { status } = ikedump("--install", folder)
    expect(status).toBe(0)
    const starter = join(folder, "ikedump")
    expect(statSync(starter).mode & 0o111).toBe(0o111)
    expect(readFileSync(starter, "utf8")).toMatch(/^#!\/bin\/sh\n/)
    expect(spawnSync(starter, ["--extcap-interfaces"], { encoding: "utf8" }).stdout).toMatch(/^extcap /)
  })

  it("writes inner packets and IKE messages to the pipe; a wrong key gives no inner packet", async () => {
    const capture = async (keys: string) => {
      const out = join(folder, "out.pcapng")
      const flags = [
        "--capture",
        "--extcap-interface",
        "ikedump",
        "--fifo",
        out,
        "--source",
        join(fixture, "capture.pcap"),
      ]
      expect((await here(...flags, "--keys", keys)).code).toBe(0)
      return readFileSync(out)
    }
    const right = await capture(join(fixture, "keys.json"))
    const inner = (bytes: Buffer) => bytes.toString("latin1").split(", ESP SPI 0x").length - 1
    expect(inner(right)).toBe(86)
    const wrong = resolve(fixture, "../v2-auth-failed/keys.json")
    if (existsSync(wrong)) expect(inner(await capture(wrong))).toBe(0)
  })
})

/** A named pipe that a capture runs through, and a keylog beside it that grows meanwhile. */
class Live {
  readonly pipe: string
  readonly keys: string
  #fd = -1

  constructor(readonly name: string) {
    this.pipe = join(folder, `${name}.fifo`)
    this.keys = join(folder, `${name}.keylog`)
    spawnSync("mkfifo", [this.pipe])
    writeFileSync(this.keys, "# ikedump keylog 1\n", { mode: 0o600 })
  }

  /** Plays the packets of a capture without the last two, which end its IKE SA; then the pipe stays open. */
  play(capture: string): void {
    this.#fd = openSync(this.pipe, "w")
    const bytes = readFileSync(capture)
    const ends: number[] = []
    for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) ends.push(at)
    writeSync(this.#fd, bytes.subarray(0, ends.at(-2)))
  }

  /** A daemon writes its secrets a while behind its packets. */
  learn(keylog: string): void {
    appendFileSync(this.keys, keylog)
  }

  end(): void {
    closeSync(this.#fd)
  }
}

/** Waits until `done` is true, or so long. */
async function until(done: () => boolean, ms = 20_000): Promise<void> {
  for (const end = performance.now() + ms; !done() && performance.now() < end; ) await sleep(50)
}

const ended = (child: ChildProcess) =>
  new Promise<void>(resolve => (child.exitCode === null ? child.once("exit", () => resolve()) : resolve()))

/** The DH secret and the PSK of a fixture, as a daemon would append them: all else follows from them. */
function keylogOf(from: string): string {
  const [capture, keys] = [join(from, "capture.pcap"), join(from, "keys.json")]
  const args = [bin, "keys", capture, "--keys", keys, "--export", "keylog", "-"]
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" })
  return stdout.replaceAll(/^(?!PSK |DH ).*\n/gm, "")
}

describe.skipIf(process.platform === "win32")("keys that follow a live pipe", () => {
  const inner = (path: string) =>
    existsSync(path) ? readFileSync(path).toString("latin1").split(", ESP SPI 0x").length - 1 : 0
  const capturing = (live: Live, out: string) =>
    spawn(
      process.execPath,
      [bin, "extcap", "--capture", "--extcap-interface", "ikedump", "--fifo", out, "--source", live.pipe].concat([
        "--keys",
        live.keys,
      ]),
      { stdio: "ignore" },
    )

  it("open what waited for them, while the pipe runs", async () => {
    const live = new Live("right")
    const out = join(folder, "live.pcapng")
    const child = capturing(live, out)
    live.play(join(fixture, "capture.pcap"))
    await until(() => existsSync(out) && readFileSync(out).includes("frame 2"))
    expect(inner(out)).toBe(0)
    live.learn(keylogOf(fixture))
    await until(() => inner(out) === 86)
    expect(inner(out)).toBe(86)
    expect(readFileSync(out).toString("latin1").split(", decrypted").length - 1).toBe(2)
    live.end()
    await ended(child)
    expect(child.exitCode).toBe(0)
  }, 60_000)

  it("open nothing when they are those of another tunnel", async () => {
    const live = new Live("wrong")
    const out = join(folder, "live-wrong.pcapng")
    const child = capturing(live, out)
    live.play(join(fixture, "capture.pcap"))
    live.learn(keylogOf(resolve(fixture, "../v2-auth-failed")))
    await until(() => existsSync(out) && readFileSync(out).includes("frame 2"))
    live.end()
    await ended(child)
    expect([child.exitCode, inner(out)]).toEqual([0, 0])
  }, 60_000)
})

const extcapFolder = spawnSync("tshark", ["-G", "folders"], { encoding: "utf8" }).stdout?.match(
  /^Extcap path:\s*(.+)$/m,
)?.[1]
const canInstall = extcapFolder !== undefined && writable(extcapFolder) && !existsSync(join(extcapFolder, "ikedump"))
if (!canInstall) console.log("skipped: no tshark here, or its extcap folder cannot be written")

describe.skipIf(!canInstall)("tshark", () => {
  const starter = join(extcapFolder as string, "ikedump")
  afterAll(() => rmSync(starter, { force: true }))

  it("lists the interface and captures from it, a file and a live pipe", async () => {
    expect(ikedump("--install").status).toBe(0)
    expect(spawnSync("tshark", ["-D"], { encoding: "utf8" }).stdout).toContain(
      "ikedump (IKE and ESP, decrypted by ikedump)",
    )
    const set = (name: string, value: string) => ["-o", `extcap.ikedump.${name}:${value}`]
    const { stdout } = spawnSync(
      "tshark",
      ["-i", "ikedump", ...set("source", join(fixture, "capture.pcap")), ...set("keys", join(fixture, "keys.json"))],
      { encoding: "utf8", timeout: 60_000 },
    )
    const lines = stdout.trim().split("\n")
    expect(lines).toHaveLength(92)
    expect(lines[2]).toContain("ISAKMP")
    expect(lines.filter(l => l.includes("10.10.1.1"))).toHaveLength(86)

    const live = new Live("tshark")
    const child = spawn("tshark", ["-l", "-i", "ikedump", ...set("source", live.pipe), ...set("keys", live.keys)])
    let seen = ""
    child.stdout.on("data", text => {
      seen += text
    })
    live.play(join(fixture, "capture.pcap"))
    live.learn(keylogOf(fixture))
    const pings = () => seen.split("\n").filter(l => l.includes("10.10.1.1")).length
    await until(() => pings() === 86)
    expect(pings()).toBe(86)
    live.end()
    await ended(child)
  }, 90_000)
})

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
