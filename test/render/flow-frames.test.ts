/** `flow --frames`: the ladder with frames in columns. */
import { describe, expect, it } from "vitest"
import { type FlowRow, flowLines } from "../../src/render/flow-frames.ts"
import { penFor } from "../../src/render/pen.ts"
import { displayWidth } from "../../src/render/text.ts"
import { expectGolden } from "./golden.ts"

const row = (
  frame: number,
  time: number,
  source: string,
  destination: string,
  label: string,
  comment: string,
): FlowRow => ({
  frame,
  time,
  source,
  destination,
  sourcePort: label === "ESP" ? null : 500,
  destinationPort: label === "ESP" ? null : 4500,
  label,
  comment,
})

const ROWS = [
  row(1, 0, "10.1.0.1", "10.1.0.2", "IKE_SA_INIT", "HDR, SAi1, KEi, Ni"),
  row(2, 0.004342, "10.1.0.2", "10.1.0.1", "IKE_SA_INIT", "HDR, SAr1, KEr, Nr"),
  row(3, 0.0096, "10.1.0.3", "10.1.0.1", "IKE_AUTH", "HDR, SK{IDi, AUTH, SAi2, TSi, TSr, N(MOBIKE_SUPPORTED)}"),
  row(4, 0.1, "10.1.0.1", "10.1.0.3", "ESP", "ESP (SPI=0xd7131556)"),
  row(5, 123456.7, "2001:db8::1234:5678:9abc:def0", "10.1.0.1", "ESP", "日本 \u001b[31m"),
]

describe("flow --frames", () => {
  for (const width of [80, 120, 200])
    it(`at ${width} columns`, () => {
      const lines = [...flowLines(ROWS, penFor({ width }))]
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
      expectGolden(`flow/frames-${width}.txt`, `${lines.join("\n")}\n`)
    })

  it("puts what does not fit into the last column", () => {
    const rows = Array.from({ length: 12 }, (_, n) => row(n + 1, n, `10.0.0.${n}`, `10.0.1.${n}`, "ESP", "x"))
    const lines = [...flowLines(rows, penFor({ width: 80 }))]
    expect(lines[0]).toContain("others")
    expect(lines[12]).toContain("10.0.0.11 → 10")
  })
})
