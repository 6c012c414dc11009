/** `flow`: ladders and life lines in ASCII, SVG and Mermaid. */
import { describe, expect, it } from "vitest"
import { renderFlow } from "../../src/render/flow.ts"
import { buildLadder, dataSasOf } from "../../src/render/ladder.ts"
import type { MessageReport } from "../../src/report/types.ts"
import { expectGolden, sample, sampleSizes } from "./golden.ts"

const STORIES = [
  "v2-dpd",
  "v2-dpd-nokeys",
  "v2-psk-modp2048",
  "v2-cookie",
  "v2-frag",
  "v2-retrans",
  "v1-main-psk",
  "v1-xauth-psk-cfg",
]

const flow = (
  name: string,
  ...[format, options]: Parameters<typeof renderFlow> extends [unknown, ...infer R] ? R : never
) => [...renderFlow(sample(name), format, { sizes: sampleSizes(name), ...options })].join("")

describe("flow", () => {
  for (const name of STORIES) {
    for (const width of [80, 120, 200])
      it(`${name} at ${width} columns`, () => expectGolden(`flow/${name}-${width}.txt`, flow(name, "text", { width })))
    it(`${name} as Mermaid`, () => expectGolden(`flow/${name}.mmd`, flow(name, "mermaid")))
    it(`${name} as SVG`, () => expectGolden(`flow/${name}.svg`, flow(name, "svg")))
  }

  it("is drawn in ASCII", () => {
    const text = flow("v2-frag", "text", { width: 80, ascii: true })
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expectGolden("flow/v2-frag-80-ascii.txt", text)
  })
})

const ladderOf = (name: string, change: (report: ReturnType<typeof sample>) => void = () => {}) => {
  const report = sample(name)
  change(report)
  const sa = report.ike_sas[0]
  return buildLadder(sa, {
    zero: report.captures[0].first_time ?? undefined,
    data: dataSasOf(report.esp_sas).get(sa.id),
  })
}

describe("ladder", () => {
  it("folds fragments, and says which never came", () => {
    const whole = ladderOf("v2-frag").rows.filter(r => r.kind === "message" && r.fragments)
    expect(whole.map(r => r.kind === "message" && r.fragments)).toEqual([
      { total: 7, arrived: 7, missing: [] },
      { total: 10, arrived: 10, missing: [] },
    ])
    const lossy = ladderOf("v2-frag", r => {
      const auth = r.ike_sas[0].exchanges[1]
      auth.messages = auth.messages.filter(m => m.frame !== 5 && m.frame !== 9)
    })
    const row = lossy.rows.find(r => r.kind === "message" && r.fragments)
    expect(row).toMatchObject({ frames: [3, 8], fragments: { total: 7, arrived: 5, missing: [3, 7] } })
    expect(row?.kind === "message" && row.notation.inner).toBeUndefined()
  })

  it("folds liveness checks with their rhythm", () => {
    const row = ladderOf("v2-dpd").rows.find(r => r.kind === "liveness")
    expect(row).toMatchObject({ name: "liveness", from: "responder", count: 8, frames: [15, 106], unanswered: 0 })
  })

  it("calls encrypted ones what they are, and leaves out those of another size", () => {
    const sa = sample("v2-dpd-nokeys").ike_sas[0]
    const frames = sa.exchanges.flatMap(x => x.messages.map(m => m.frame))
    const sizes = new Map(frames.map(f => [f, f === 107 ? 68 : 60]))
    const rows = buildLadder(sa, { sizes }).rows
    expect(rows.find(r => r.kind === "liveness")).toMatchObject({ name: "INFORMATIONAL", count: 8, frames: [15, 106] })
  })

  it("folds IKEv1 DPD, R-U-THERE and its ACK being exchanges of their own", () => {
    const ladder = ladderOf("v1-main-psk", r => {
      const sa = r.ike_sas[0]
      const info = (n: number, from: MessageReport["from"], notify: string) => ({
        ...sa.exchanges[sa.exchanges.length - 1],
        message_id: n,
        started_by: from,
        messages: [
          {
            frame: 200 + n,
            time: `2026-09-01T08:00:${10 + n}.000000000Z`,
            from,
            payloads: ["HASH", "N"],
            notifies: [notify],
            fragment: null,
            retransmission_of: null,
            encrypted: true,
          },
        ],
      })
      sa.exchanges = [0, 2, 4].flatMap(n => [
        info(n, "initiator", "R-U-THERE"),
        info(n + 1, "responder", "R-U-THERE-ACK"),
      ])
      sa.child_sas = []
      r.esp_sas = []
    })
    expect(ladder.rows).toHaveLength(1)
    expect(ladder.rows[0]).toMatchObject({ kind: "liveness", name: "DPD", count: 3, every: [2, 2], answered: [1, 1] })
  })

  it("draws key epochs and rekeys as bands", () => {
    const ladder = ladderOf("v2-psk-modp2048", r => {
      const sa = r.ike_sas[0]
      sa.rekeys = "ike/7"
      sa.keys.epochs.push({ from_message_id: 2, values: {} })
      sa.child_sas[0].rekeys = "child/9"
    })
    expect(ladder.rows.filter(r => r.kind === "band").map(r => r.kind === "band" && [r.band, r.words[0]])).toEqual([
      ["replaces", "ike/0 replaces ike/7"],
      ["epoch", "new keys: epoch 1"],
      ["child", "child/0 replaces child/9 ESP tunnel"],
    ])
  })

  it("keeps pictures and diagrams free of what they would take for syntax", () => {
    const report = sample("v2-no-proposal")
    report.ike_sas[0].exchanges[0].messages[0].notifies[0] = "<script>;#end%%\u001b"
    const svg = [...renderFlow(report, "svg")].join("")
    expect(svg).not.toMatch(/<script|\u001b/)
    const mermaid = [...renderFlow(report, "mermaid")].join("")
    expect(mermaid).toContain("#60;script#62;#59;#35;#101;nd#37;#37;#92;x1b")
  })
})
