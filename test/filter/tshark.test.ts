/** Our display filters beside `tshark -Y`, frame by frame. `scripts/filter-expected.mjs` asked tshark and wrote expected.json. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { filterOf, matchingFrames } from "../../src/cli/filter-option.ts"
import type { FrameFilter } from "../../src/filter/frame-filter.ts"

const root = resolve(import.meta.dirname, "../..")

interface Answers {
  readonly capture: string
  readonly keyed?: boolean
  /** By filter the frames, as `1-4,91`. */
  readonly frames: Readonly<Record<string, string>>
}

const { answers }: { answers: readonly Answers[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, "expected.json"), "utf8"),
)

/** Filters that we answer otherwise on purpose; docs/filter.md says why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  // A field without a byte is not drawn.
  'isakmp.notify.data == ""': "",
  // Frame 8 is sent again; tshark takes it for the next message, decrypts it with the wrong IV and calls it malformed.
  "isakmp.id.type == 9 or isakmp.hash": "7-10",
  "isakmp.flag_e == 1 and isakmp.typepayload == 5": "5-9",
}

const pathOf = (capture: string): string =>
  capture.startsWith("fixtures/") ? join(root, capture) : join(root, "../shared/captures", capture)

const MAX_FRAMES = 1000

async function framesOf(filter: string, path: string, keys: string[]): Promise<string> {
  const set = await matchingFrames([path], { keys, filter }, filterOf({ filter }) as FrameFilter)
  const runs: [number, number][] = []
  for (let frame = 1; frame <= MAX_FRAMES; frame++) {
    if (!set.has(frame)) continue
    const last = runs.at(-1)
    if (last?.[1] === frame - 1) last[1] = frame
    else runs.push([frame, frame])
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(",")
}

describe.each(answers)("$capture keyed: $keyed", ({ capture, keyed, frames }) => {
  const path = pathOf(capture)
  const here = existsSync(path)
  if (!here) console.log(`skipped: ${capture} is not here`)

  it.skipIf(!here)("lets the same frames through as tshark", async () => {
    const keys = keyed ? readdirSync(`${path}.keys`).map(table => join(`${path}.keys`, table)) : []
    const ours: Record<string, string> = {}
    for (const filter of Object.keys(frames)) ours[filter] = await framesOf(filter, path, keys)
    expect(ours).toEqual({ ...frames, ...pick(DIFFERENT, Object.keys(frames)) })
  })
})

const pick = (of: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.filter(name => Object.hasOwn(of, name)).map(name => [name, of[name]]))
