/** A failure as plain text for machines' messages: no colour, no terminal. */

import { safeText } from "../../bytes/safe-text.ts"
import type { Failure } from "../../check/outcome.ts"
import { seenText } from "./text.ts"

/** One line: `ike/0, frame 2: suite.ke[0] = "MODP-2048"; expected …`. */
export function failureLine(failure: Failure): string {
  const place = [failure.subject?.label, frameText(failure)].filter(Boolean).join(", ")
  const seen = [failure.reason, ...failure.seen.map(seenText)].filter(Boolean).join(", ")
  return safeText([place, `${seen || "not so"}; expected ${oneLine(failure.expected)}`].filter(Boolean).join(": "))
}

/** Several lines: what was expected, what was seen, where. */
export function failureBlock(failure: Failure): string {
  const lines = [
    `expected  ${oneLine(failure.expected)}`,
    ...[failure.reason, ...failure.seen.map(seenText)]
      .filter(Boolean)
      .map((t, i) => `${i === 0 ? "seen" : "    "}      ${t}`),
  ]
  if (failure.note) lines.push(`          ${failure.note}`)
  const place = [failure.subject?.label, frameText(failure)].filter(Boolean).join(", ")
  if (place) lines.push(`at        ${place}`)
  return lines.map(safeText).join("\n")
}

const frameText = ({ frame, subject }: Failure): string =>
  frame === null || subject?.label.endsWith(`frame ${frame}`) ? "" : `frame ${frame}`

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()
