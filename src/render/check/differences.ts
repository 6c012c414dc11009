/** Differences between two reports for people: each member with what it was and what it is. */
import { plural } from "../../bytes/words.ts"
import type { Difference } from "../../check/difference.ts"
import { type Pen, type PenOptions, penFor } from "../pen.ts"
import { wrap } from "../text.ts"

/** The differences as pieces of text, then their number; `name` is what was compared. */
export function* differenceText(
  differences: readonly Difference[],
  options: PenOptions,
  name: string,
): Generator<string> {
  const pen = penFor(options)
  const { theme, glyphs } = pen
  if (differences.length === 0) {
    yield `${theme.ok(glyphs.ok)} ${pen.text(name)}\n`
    return
  }
  yield `${theme.bad(glyphs.bad)} ${theme.strong(pen.text(name))}  ${theme.dim(plural(differences.length, "difference"))}\n`
  for (const difference of differences) yield `${differenceLines(difference, pen).join("\n")}\n`
}

function differenceLines({ path, before, after }: Difference, pen: Pen): string[] {
  const { theme } = pen
  return [
    `    ${pen.text(path)}`,
    ...sideLines("-", before, pen).map(line => theme.bad(line)),
    ...sideLines("+", after, pen).map(line => theme.ok(line)),
  ]
}

function sideLines(mark: string, value: unknown, pen: Pen): string[] {
  if (value === undefined) return []
  const words = pen.text(JSON.stringify(value).replaceAll('","', '", "'))
  return wrap(words, pen.width - 8).map((line, i) => `      ${i === 0 ? mark : " "} ${line}`)
}
