/** Findings as lines of JSON: the bytes of `ndjsonLine`. Verdicts stand in the text of their SA (ike-sa-json.test.ts). */
import { expect, it } from "vitest"
import { TextBuffer } from "../../src/bytes/text-buffer.ts"
import { ndjsonLine } from "../../src/render/report-json.ts"
import { FindingsWriter } from "../../src/report/findings-json.ts"
import type { DiagnosticReport } from "../../src/report/types.ts"

const line = (d: DiagnosticReport) => {
  const to = new TextBuffer()
  new FindingsWriter(to).findingLine(d)
  return new TextDecoder().decode(to.bytes)
}

const finding: DiagnosticReport = {
  code: "no-answer",
  severity: "error",
  frame: 12,
  time: "2026-01-02T03:04:05.000000006Z",
  message: "nobody answers",
  sa: "ike/3",
  remedy: null,
  captures: [0],
}

it("writes a finding as JSON.stringify does, whatever is in it", () => {
  const variants: Partial<DiagnosticReport>[] = [
    {},
    { severity: "warning", frame: null, time: null, sa: null, captures: [] },
    { code: "peer-vendor", severity: "info", remedy: "Look.", captures: [0, 2, 11] },
    { message: 'says "x\\y"\u202e 日本', remedy: "…", frame: 2 ** 40 },
  ]
  for (const variant of variants) {
    const d = { ...finding, ...variant }
    expect(line(d)).toBe(ndjsonLine("diagnostic", d))
    expect(line(d)).toBe(ndjsonLine("diagnostic", d))
  }
})
