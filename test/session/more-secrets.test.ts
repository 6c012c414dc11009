/** Secrets that come later: the result is that of a session that had them from the start, and files are hardly read for it. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { CaptureRecord } from "../../src/capture/record.ts"
import { FrameFindings } from "../../src/net/frame-findings.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"
import type { SessionOptions } from "../../src/session/analyses.ts"
import type { SessionFile } from "../../src/session/file.ts"
import { KeptControl } from "../../src/session/kept-control.ts"
import { openSession, type Session } from "../../src/session/session.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const NODE: SessionOptions = { provider: nodeProvider, data: { createOpener: createNodeEspOpener, inflate } }

/** Folders with a capture and keys, by path below `fixtures/`. */
const folders = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter(file => /(^|\/)capture\.pcap(ng)?$/.test(file) && existsSync(join(FIXTURES, file, "../keys.json")))
  .sort()

const secretsOf = async (file: string) => (await loadSecrets([join(FIXTURES, file, "../keys.json")])).secrets

/** Ranges that were read of a file. */
class Counted implements SessionFile {
  readonly name = "capture"
  readonly reads: [number, number][] = []
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  async bytes(from: number, to: number): Promise<Uint8Array> {
    this.reads.push([from, to])
    return this.#bytes.slice(from, to)
  }

  /** Bytes read since the last call. */
  taken(): number {
    return this.reads.splice(0).reduce((n, [from, to]) => n + to - from, 0)
  }
}

async function open(file: string | Counted, secrets: Secrets): Promise<Session> {
  const capture = typeof file === "string" ? new Counted(readFileSync(join(FIXTURES, file))) : file
  const session = await openSession([capture], { ...NODE, secrets })
  await session.finished
  return session
}

async function add(session: Session, secrets: Secrets): Promise<void> {
  await session.addSecrets(secrets)
  await session.finished
}

/** All that a session says of its SAs, in plain data. */
const said = (session: Session) => ({
  report: session.report(),
  sas: session.sas(),
  derivations: session.derivations({ showKeys: true }),
  audit: session.audit(),
  verdict: session.verdict(),
  lanes: session.timeline(null, { bins: 50 }),
})

/** Every list of secrets in two halves. */
function halves(secrets: Secrets): [Secrets, Secrets] {
  const half = (second: boolean) =>
    Object.fromEntries(
      Object.entries(secrets).map(([name, list]) =>
        Array.isArray(list) ? [name, list.filter((_, i) => (i % 2 === 1) === second)] : [name, list],
      ),
    ) as unknown as Secrets
  return [half(false), half(true)]
}

/** Fixtures whose secrets also come one half after the other. */
const TWICE = new Set(["v2-nat", "v2-rekey-lifetimes", "v1-main-psk", "v2-ppk", "v2-frag", "v2-two-children"])

describe("secrets that come later", () => {
  for (const file of folders)
    it(`give what they give from the start: ${file}`, async () => {
      const secrets = await secretsOf(file)
      const early = await open(file, secrets)
      const late = await open(file, NO_SECRETS)
      await add(late, secrets)
      expect(said(late)).toEqual(said(early))
      if (!TWICE.has(file.split("/")[0])) return
      const [one, other] = halves(secrets)
      const twice = await open(file, one)
      await add(twice, other)
      // Secrets stand in another order then.
      expect(twice.report().esp_sas).toEqual(early.report().esp_sas)
      expect(twice.timeline(null, { bins: 50 })).toEqual(early.timeline(null, { bins: 50 }))
    })
})

it("give it for captures that are merged packet by packet, and for compressed ones", async () => {
  const bytes = readFileSync(join(FIXTURES, "v2-nat/capture.pcap"))
  const secrets = await secretsOf("v2-nat/capture.pcap")
  for (const files of [[new Counted(bytes), new Counted(bytes)], [new Counted(gzipSync(bytes))]]) {
    const early = await openSession(files, { ...NODE, secrets })
    await early.finished
    const late = await openSession(files, NODE)
    await late.finished
    await add(late, secrets)
    expect(said(late)).toEqual(said(early))
    // As the pipeline has it that reads captures in order.
    const { captures, ...report } = early.report()
    const plain = await openSession(files, { ...NODE, secrets, anyPort: true })
    await plain.finished
    expect(report).toEqual({ ...plain.report(), captures: undefined })
    expect(captures).toHaveLength(files.length)
  }
})

it("may come all at once", async () => {
  const secrets = await secretsOf("v2-nat/capture.pcap")
  const session = await open("v2-nat/capture.pcap", NO_SECRETS)
  await Promise.all(halves(secrets).map(half => session.addSecrets(half)))
  await session.finished
  const early = await open("v2-nat/capture.pcap", secrets)
  expect(session.report().esp_sas).toEqual(early.report().esp_sas)
  expect(session.info().secrets).toMatchObject({ given: 3, used: 3 })
})

it("what would be too much is not kept", () => {
  const kept = new KeptControl(undefined, 1000)
  const record = Object.assign(new CaptureRecord(), { bytes: new Uint8Array(3 << 20), end: 3 << 20, linkType: 1 })
  expect(kept.bytes(1)).toBeUndefined()
  // A fragment is kept whole.
  const fragment = Object.assign(new FrameFindings(), { inPieces: true })
  kept.record(record, fragment)
  kept.record(record, fragment)
  kept.end()
  expect(kept.overflowed).toBe(true)
  expect(kept.segmented([], async () => {})).toBeUndefined()
  expect(kept.bytes(1)).toBeUndefined()
})

describe("files", () => {
  const PATH = "v2-nat/capture.pcap"

  it("are not read again for IKE", async () => {
    const secrets = await secretsOf(PATH)
    const capture = new Counted(readFileSync(join(FIXTURES, PATH)))
    const session = await open(capture, NO_SECRETS)
    // Once for the digest at both ends, once in order.
    expect(capture.taken()).toBeGreaterThanOrEqual(capture.size)
    expect(await session.frame(92)).toBeDefined()
    expect(capture.taken(), "frames of IKE are kept").toBe(0)
    await session.addSecrets({ ...NO_SECRETS, psks: secrets.psks })
    await session.finished
    expect(capture.taken()).toBe(0)
  })

  it("are read for the ESP of SAs that a key opens, and for no other", async () => {
    const secrets = await secretsOf(PATH)
    const capture = new Counted(readFileSync(join(FIXTURES, PATH)))
    const session = await open(capture, NO_SECRETS)
    const frames = session.report().esp_sas.map(sa => sa.packets)
    capture.taken()
    await add(session, secrets)
    const all = capture.taken()
    expect(all).toBeGreaterThan(0)
    expect(all).toBeLessThan(capture.size)
    const before = session.report()
    expect(before.esp_sas.map(sa => sa.icv_ok)).toEqual(frames)
    // The same once more, and a key that fits nothing: nobody has to read.
    await add(session, { ...NO_SECRETS, psks: [{ ...secrets.psks[0], value: new Uint8Array([1, 2, 3]) }] })
    expect(capture.taken()).toBe(0)
    expect(session.report().esp_sas).toEqual(before.esp_sas)
  })

  it("are read where the ESP of new keys stands", async () => {
    const capture = new Counted(readFileSync(join(FIXTURES, PATH)))
    const early = await open(capture, await secretsOf(PATH))
    const lines = await early.lines(Array.from({ length: early.info().frames }, (_, i) => i + 1))
    const espSa = early.exportKeys("wireshark").find(f => f.name === "esp_sa")!.text
    const lineOf = (spi: string) => new TextEncoder().encode(espSa.split("\n").find(l => l.includes(spi)))
    const opened = (session: Session) => session.report().esp_sas.map(sa => sa.icv_ok)
    // Where a frame's record begins in the file, and where the next one does.
    let end = 24
    const starts = [end, ...lines.map(l => (end += 16 + l.length))]
    const session = await open(capture, NO_SECRETS)
    await session.addSecretsText("esp_sa", lineOf("ef3ddc4d"))
    await session.finished
    expect(opened(session)).toEqual([43, 0, 0, 0])
    capture.taken()
    await session.addSecretsText("esp_sa", lineOf("3633b398"))
    await session.finished
    expect(opened(session)).toEqual([43, 0, 0, 10])
    const own = lines.filter(l => l.spi === "3633b398").map(l => l.frame)
    expect(capture.reads).toEqual([[starts[own[0] - 1] + 16, starts[own.at(-1)!]]])
  })
})
