/** A session's frame, decoded from its bytes alone, is what `show` draws after reading all that is before it. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import type { FrameJson } from "../../src/render/frame-view.ts"
import type { TreeNodeJson } from "../../src/render/tree.ts"
import { memoryFile } from "../../src/session/file.ts"
import { openSession, type Session } from "../../src/session/session.ts"
import type { FieldView } from "../../src/session/types.ts"
import { runCommand } from "../helpers/run-command.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

/** Folders with a capture, by path below `fixtures/`. */
const folders = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter(file => /(^|\/)capture\.pcap(ng)?$/.test(file))
  .map(file => file.replace(/\/capture\.pcap(ng)?$/, ""))
  .sort()

const captureOf = (folder: string): string =>
  ["capture.pcap", "capture.pcapng"].map(name => join(FIXTURES, folder, name)).find(existsSync)!

const open = async (path: string, keys?: string): Promise<Session> =>
  openSession([memoryFile("capture", readFileSync(path))], {
    provider: nodeProvider,
    secrets: keys === undefined ? undefined : (await loadSecrets([keys])).secrets,
    data: { createOpener: createNodeEspOpener, inflate },
  })

const plain = (node: FieldView): TreeNodeJson => {
  const { title, family, rfc, secret, filter, children, ...json } = node
  return { ...json, children: children.map(plain) }
}

const NOTHING: ReadonlySet<string> = new Set()
/** What a frame, and a node of its tree, have beside what is shown. */
const MORE: ReadonlySet<string> = new Set(["length", "seconds", "sa", "checks", "companions"])
const MORE_OF_NODE: ReadonlySet<string> = new Set(["title", "family", "rfc", "secret", "filter"])

/**
 * Whether two values are one JSON, in whatever order their members are, but for what views have beside it: quicker than an assertion, or
 * text of both.
 */
function isSame(view: unknown, shown: unknown, top = false): boolean {
  if (view === shown) return true
  if (typeof view !== "object" || typeof shown !== "object" || !view || !shown) return false
  if (Array.isArray(view) !== Array.isArray(shown)) return false
  const x = view as Readonly<Record<string, unknown>>
  const y = shown as Readonly<Record<string, unknown>>
  const more = top ? MORE : "children" in x ? MORE_OF_NODE : NOTHING
  for (const name in x) if (!more.has(name) && !isSame(x[name], y[name])) return false
  for (const name in y) if (y[name] !== undefined && (x[name] === undefined || more.has(name))) return false
  return true
}

async function expectSameFrames(path: string, keys?: string): Promise<number> {
  const session = await open(path, keys)
  await session.finished
  const { out } = await runCommand("show", path, "1-", "--format", "json", ...(keys ? ["--keys", keys] : []))
  const shown = JSON.parse(out) as FrameJson[]
  // Backwards: nothing may depend on what was drawn before.
  for (const frame of [...shown].reverse()) {
    const detail = await session.frame(frame.frame)
    if (isSame(detail, frame, true)) continue
    expect(detail, `frame ${frame.frame}`).toBeDefined()
    // What differs is shown member by member.
    const { length, seconds, sa, checks, companions, tree, ...json } = detail!
    expect({ ...json, tree: tree.map(plain) }, `frame ${frame.frame}`).toEqual(frame)
  }
  expect(session.info().frames).toBe(shown.length)
  return shown.length
}

describe("frame(n) equals show", () => {
  for (const folder of folders) {
    const keys = join(FIXTURES, folder, "keys.json")
    if (existsSync(keys))
      it(`${folder} with keys`, async () => {
        await expectSameFrames(captureOf(folder), keys)
      })
  }
  for (const folder of folders.filter(f => !f.includes("/")))
    it(`${folder} without keys`, async () => {
      expect(await expectSameFrames(captureOf(folder))).toBeGreaterThan(0)
    })
})
