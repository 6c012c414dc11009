/** "Did you mean": the known name nearest to a misspelt one. */

/** The name with the fewest edits to `word`, or undefined when none is near enough to be meant. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  // Of one letter, or two, nearly everything is near.
  let least = word.length < 3 ? word.length : Math.max(2, Math.floor(word.length / 3)) + 1
  const wanted = fold(word)
  for (const name of names) {
    const distance = edits(wanted, fold(name), least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

const fold = (name: string): string => name.toLowerCase().replaceAll("-", "_").slice(0, 100)

/** Damerau-Levenshtein distance (adjacent letters swapped count once). */
function edits(a: string, b: string, stop: number): number {
  if (Math.abs(a.length - b.length) >= stop) return stop
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}
