/** `report --format html`: a page with the report in it, without secrets unless asked; and what `view` serves. */
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { serveView, type ViewServer } from "../../src/node/view-server.ts"
import { ViewThread } from "../../src/node/view-thread.ts"
import type { Timeline } from "../../src/session/types.ts"
import { fromWire, toWire } from "../../src/session/wire.ts"
import { viewWorker } from "../helpers/browser.ts"
import { runCommand, spawnCommand } from "../helpers/run-command.ts"

const root = resolve(import.meta.dirname, "../..")
const [capture, keys] = ["capture.pcap", "keys.json"].map(f => join(root, "fixtures/v2-nat", f))
const built = existsSync(join(root, "dist/ikedump.html"))
if (!built) console.log("skipped: the page is not built (npm run build)")

const dataOf = (html: string): Record<string, never> =>
  fromWire(/<script type="application\/json" id="ikedump-data">([\s\S]*?)<\/script>/.exec(html)![1]) as never

const secretsOf = async (): Promise<string[]> => {
  const { out } = await runCommand("keys", capture, "--keys", keys, "--show-keys", "--format", "json")
  const { derivations } = JSON.parse(out) as {
    derivations: { steps: { value: string }[]; given: { value: string }[] }[]
  }
  return derivations.flatMap(d => [...d.steps, ...d.given]).map(s => s.value)
}

describe.skipIf(!built)("report --format html", () => {
  const dir = mkdtempSync(join(tmpdir(), "ikedump-html-"))

  it("holds the report, the trees of IKE frames and no secret", async () => {
    const path = join(dir, "out.html")
    const { code } = spawnCommand("report", capture, "--keys", keys, "--format", "html", "-o", path)
    expect(code).toBe(0)
    const html = readFileSync(path, "utf8")
    const { recording } = dataOf(html) as unknown as {
      recording: { report: object; frames: Record<string, { tree: object }> }
    }
    expect(Object.keys(recording.frames)).toHaveLength(18)
    expect(JSON.stringify(recording.frames["92"].tree)).toContain("Decrypted Data")
    const { out } = await runCommand("report", capture, "--keys", keys, "--format", "json")
    expect((recording.report as { ike_sas: object }).ike_sas).toEqual((JSON.parse(out) as { ike_sas: object }).ike_sas)
    for (const value of await secretsOf()) expect(html).not.toContain(value)
    expect(html).toContain("connect-src 'none'")
    expect(html).not.toContain('ikedump-worker">')
  })

  it("says in a banner what it holds beside", async () => {
    const path = join(dir, "keys.html")
    spawnCommand("report", capture, "--keys", keys, "--format", "html", "-o", path, "--embed-capture", "--show-keys")
    const { banner, files } = dataOf(readFileSync(path, "utf8")) as unknown as {
      banner: string
      files: { name: string; base64: string }[]
    }
    expect(banner).toContain("who has it can open the traffic")
    expect(Buffer.from(files[0].base64, "base64").equals(readFileSync(capture))).toBe(true)
    expect(files.length).toBeGreaterThan(1)
    expect(statSync(path).mode & 0o077).toBe(0)
    const plain = join(dir, "plain.html")
    spawnCommand("report", capture, "--keys", keys, "--format", "html", "-o", plain, "--embed-capture")
    const without = readFileSync(plain, "utf8")
    expect(dataOf(without).banner).toContain("no key")
    for (const value of await secretsOf()) expect(without).not.toContain(value)
  })

  it("of a capture that is cut off, or none, is made as far as it goes, and exits with 3", async () => {
    const cut = join(dir, "cut.pcap")
    writeFileSync(cut, readFileSync(capture).subarray(0, 9000))
    const made = await runCommand("report", cut, "--format", "html")
    expect(made.code).toBe(3)
    expect(made.out).toContain("bytes are missing at offset")
    const none = await runCommand("report", join(root, "README.md"), "--format", "html")
    expect(none.code).toBe(3)
    expect(none.out).toContain("neither a pcap nor a pcapng file")
  })

  it("refuses a pipe", async () => {
    const { code, err } = await runCommand("report", "-", "--format", "html")
    expect(code).not.toBe(0)
    expect(err).toContain("not as -")
  })
})

describe.skipIf(!built)("what view serves", () => {
  let view: ViewServer
  let session: ViewThread
  beforeAll(async () => {
    const { secrets } = await loadSecrets([keys])
    session = await ViewThread.open({ paths: [capture], secrets }, viewWorker)
    view = await serveView(session)
  })
  afterAll(async () => {
    view?.server.closeAllConnections()
    view?.server.close()
    await session?.close()
  })

  const post = (what: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(view.url + what, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: toWire(body),
    })

  it("is the page, which may talk to nothing else", async () => {
    const html = await (await fetch(view.url)).text()
    expect(html).toContain("connect-src 'self'")
    expect(dataOf(html)).toMatchObject({ server: true })
  })

  it("answers for the session", async () => {
    const { result } = fromWire(await (await post("call", { method: "frame", args: [92] })).text()) as {
      result: { info: string }
    }
    expect(result.info).toContain("CREATE_CHILD_SA")
    const asked = { method: "timeline", args: ["ike/0", { bins: 10 }] }
    const timeline = fromWire<{ result: Timeline }>(await (await post("call", asked)).text())
    expect(timeline.result.lanes[1].up).toBeInstanceOf(Float32Array)
    const lines = (await (await post("filter", { text: "isakmp" })).text()).trim().split("\n")
    expect(fromWire(lines[0])).toMatchObject({ part: { from: 1, matches: 18 } })
  })

  it("answers nobody else", async () => {
    const other = new URL(view.url)
    other.pathname = "/0123/"
    expect((await fetch(other)).status).toBe(404)
    expect((await post("call", { method: "close", args: [] })).status).toBe(400)
    expect((await post("call", { method: "info", args: [] }, { origin: "http://evil.example" })).status).toBe(403)
    const { request } = await import("node:http")
    const status = await new Promise(resolve => {
      request(view.url, { headers: { host: "evil.example" } }, r => resolve(r.statusCode)).end()
    })
    expect(status).toBe(403)
  })
})
