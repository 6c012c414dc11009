/** Compares two JSON values member by member; lists are aligned, so that one more item is one difference. */

export interface Difference {
  /** `ike_sas[0].suite.encr`; list items by their place on the side that has them. */
  readonly path: string
  /** Undefined where that side has nothing there. */
  readonly before: unknown
  readonly after: unknown
}

/** More tell nothing new. */
const MOST = 200
/** Longer lists are compared place by place: aligning them takes their product in time. */
const MOST_ALIGNED = 1_000

/** What of two objects in the same place is compared. */
export type Comparable = (before: JsonObject, after: JsonObject) => readonly [JsonObject, JsonObject]

interface Comparison {
  readonly found: Difference[]
  readonly comparable: Comparable
}

/** The differences in the order of the members. */
export function compareValues(
  before: unknown,
  after: unknown,
  comparable: Comparable = (a, b) => [a, b],
): Difference[] {
  const found: Difference[] = []
  compare(before, after, "", { found, comparable })
  return found
}

function compare(before: unknown, after: unknown, path: string, all: Comparison): void {
  if (all.found.length >= MOST || same(before, after)) return
  if (Array.isArray(before) && Array.isArray(after) && !isPlain(before, after)) compareLists(before, after, path, all)
  else if (isObject(before) && isObject(after)) compareObjects(all.comparable(before, after), path, all)
  else all.found.push({ path, before, after })
}

function compareObjects([before, after]: readonly [JsonObject, JsonObject], path: string, all: Comparison): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(before[key], after[key], path === "" ? key : `${path}.${key}`, all)
}

/** Items alike in both are passed over; those between them are held against each other in order. */
function compareLists(before: readonly unknown[], after: readonly unknown[], path: string, all: Comparison): void {
  const pairs = [...alike(before, after), [before.length, after.length] as const]
  let i = 0
  let j = 0
  for (const [nextI, nextJ] of pairs) {
    while (i < nextI || j < nextJ) {
      const at = `${path}[${i < nextI ? i : j}]`
      compare(i < nextI ? before[i] : undefined, j < nextJ ? after[j] : undefined, at, all)
      if (i < nextI) i++
      if (j < nextJ) j++
    }
    i = nextI + 1
    j = nextJ + 1
  }
}

/** The longest common subsequence of two lists, as pairs of places. */
function alike(before: readonly unknown[], after: readonly unknown[]): (readonly [number, number])[] {
  const a = before.map(item => JSON.stringify(item))
  const b = after.map(item => JSON.stringify(item))
  if (a.length > MOST_ALIGNED || b.length > MOST_ALIGNED)
    return a.flatMap((item, i) => (item === b[i] ? [[i, i] as const] : []))
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1])
  const pairs: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++
    else j++
  }
  return pairs
}

export type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Short lists of words read better whole. */
const isPlain = (before: readonly unknown[], after: readonly unknown[]): boolean =>
  [...before, ...after].every(item => typeof item !== "object")

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
