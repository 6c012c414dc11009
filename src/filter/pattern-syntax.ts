/**
 * Regular expressions of `matches`: the part of PCRE2's syntax that can be searched for in linear time, over bytes, letter case
 * ignored as in Wireshark. References back, looking around and atomic groups are refused: with them a pattern can take endless time.
 */

/** A set of byte values: `set[b]` is 1 for those that match. */
export type ByteSet = Uint8Array

export type Assertion = "start" | "end" | "line-start" | "line-end" | "final-end" | "word-edge" | "no-word-edge"

export type PatternNode =
  | { readonly type: "set"; readonly set: ByteSet }
  | { readonly type: "assert"; readonly what: Assertion }
  | { readonly type: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly type: "choice"; readonly items: readonly PatternNode[] }
  | { readonly type: "repeat"; readonly of: PatternNode; readonly min: number; readonly max: number }

/** What is wrong with a pattern. */
export class PatternError extends Error {
  override readonly name = "PatternError"
}

const MAX_DEPTH = 50
const MAX_REPEAT = 1000
const utf8 = new TextEncoder()

/** The tree of a pattern. Throws PatternError. */
export function parsePattern(pattern: string): PatternNode {
  return new PatternParser(utf8.encode(pattern)).parse()
}

interface Flags {
  readonly ignoreCase: boolean
  readonly dotAll: boolean
  readonly multiline: boolean
}

const range = (...pairs: readonly (readonly [number, number])[]): ByteSet => {
  const set = new Uint8Array(256)
  for (const [from, to] of pairs) set.fill(1, from, to + 1)
  return set
}
const ascii = (first: string, last: string): readonly [number, number] => [first.charCodeAt(0), last.charCodeAt(0)]
const not = (set: ByteSet): ByteSet => set.map(b => 1 - b)

const DIGIT = range(ascii("0", "9"))
export const WORD = range(ascii("0", "9"), ascii("A", "Z"), ascii("a", "z"), ascii("_", "_"))
const SPACE = range([9, 13], [32, 32])
const BLANK = range([9, 9], [32, 32])
const ANY = range([0, 255])
const NO_NEWLINE = range([0, 9], [11, 255])

const CLASSES: Readonly<Record<string, ByteSet>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
  h: BLANK,
  H: not(BLANK),
  N: NO_NEWLINE,
}
const POSIX: Readonly<Record<string, ByteSet>> = {
  alpha: range(ascii("A", "Z"), ascii("a", "z")),
  digit: DIGIT,
  alnum: range(ascii("0", "9"), ascii("A", "Z"), ascii("a", "z")),
  upper: range(ascii("A", "Z")),
  lower: range(ascii("a", "z")),
  xdigit: range(ascii("0", "9"), ascii("A", "F"), ascii("a", "f")),
  space: SPACE,
  blank: BLANK,
  punct: range([33, 47], [58, 64], [91, 96], [123, 126]),
  print: range([32, 126]),
  graph: range([33, 126]),
  cntrl: range([0, 31], [127, 127]),
  word: WORD,
}
const CONTROL: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 }
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: "start",
  z: "end",
  Z: "final-end",
  b: "word-edge",
  B: "no-word-edge",
}

class PatternParser {
  #i = 0
  #depth = 0
  #flags: Flags = { ignoreCase: true, dotAll: false, multiline: false }
  constructor(private readonly p: Uint8Array) {}

  parse(): PatternNode {
    const node = this.#choice()
    if (this.#i < this.p.length) throw new PatternError("a group is closed that was not opened")
    return node
  }

  /** The character at the position (each byte a character); "" at the end. */
  get #c(): string {
    return this.#i < this.p.length ? String.fromCharCode(this.p[this.#i]) : ""
  }

  #ahead(text: string): boolean {
    for (let k = 0; k < text.length; k++) if (this.p[this.#i + k] !== text.charCodeAt(k)) return false
    return true
  }

  #accept(text: string): boolean {
    if (!this.#ahead(text)) return false
    this.#i += text.length
    return true
  }

  /** What `regexp` (without anchors) finds at the position, which moves past it. */
  #scan(regexp: RegExp): RegExpExecArray | undefined {
    const rest = String.fromCharCode(...this.p.subarray(this.#i, this.#i + 64))
    const found = new RegExp(`^(?:${regexp.source})`).exec(rest)
    if (!found) return undefined
    this.#i += found[0].length
    return found
  }

  #choice(): PatternNode {
    if (++this.#depth > MAX_DEPTH) throw new PatternError("groups are nested too deeply")
    const items = [this.#sequence()]
    while (this.#accept("|")) items.push(this.#sequence())
    this.#depth--
    return items.length === 1 ? items[0] : { type: "choice", items }
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = []
    while (this.#c !== "" && this.#c !== "|" && this.#c !== ")") {
      const atom = this.#atom()
      if (atom) items.push(this.#repeated(atom))
    }
    return items.length === 1 ? items[0] : { type: "sequence", items }
  }

  #repeated(atom: PatternNode): PatternNode {
    let of = atom
    for (;;) {
      const times = this.#times()
      if (!times) return of
      if (this.#accept("+")) throw new PatternError("possessive repeats are not supported")
      // A lazy repeat finds the same matches; only which part it takes would differ.
      this.#accept("?")
      of = { type: "repeat", of, min: times[0], max: times[1] }
    }
  }

  #times(): readonly [number, number] | undefined {
    if (this.#accept("*")) return [0, Infinity]
    if (this.#accept("+")) return [1, Infinity]
    if (this.#accept("?")) return [0, 1]
    const found = this.#scan(/\{(\d+)(,(\d*))?\}/)
    if (!found) return undefined
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === "" ? Infinity : Number(found[3])
    if (min > MAX_REPEAT || (max !== Infinity && (max > MAX_REPEAT || max < min)))
      throw new PatternError(`${found[0]} is no count from 0 to ${MAX_REPEAT}`)
    return [min, max]
  }

  #atom(): PatternNode | undefined {
    const c = this.#c
    this.#i++
    switch (c) {
      case "(":
        return this.#group()
      case "[":
        return this.#class()
      case ".":
        return { type: "set", set: this.#flags.dotAll ? ANY : NO_NEWLINE }
      case "^":
        return { type: "assert", what: this.#flags.multiline ? "line-start" : "start" }
      case "$":
        return { type: "assert", what: this.#flags.multiline ? "line-end" : "final-end" }
      case "\\":
        return this.#escape()
      case "*":
      case "+":
      case "?":
        throw new PatternError(`nothing stands before "${c}"`)
      default:
        return this.#byte(c.charCodeAt(0))
    }
  }

  #byte(b: number): PatternNode {
    return { type: "set", set: this.#folded(range([b, b])) }
  }

  /** With both cases of each letter. */
  #folded(set: ByteSet): ByteSet {
    if (!this.#flags.ignoreCase) return set
    const both = set.slice()
    for (let upper = 65; upper <= 90; upper++) if (set[upper] || set[upper + 32]) both[upper] = both[upper + 32] = 1
    return both
  }

  #group(): PatternNode | undefined {
    const before = this.#flags
    if (this.#accept("?") && !this.#groupHead()) return undefined
    const inner = this.#choice()
    if (!this.#accept(")")) throw new PatternError("a group is not closed")
    this.#flags = before
    return inner
  }

  /** What follows `(?`; false when it is flags for the rest of the group around. */
  #groupHead(): boolean {
    if (this.#accept("#")) {
      while (this.#c !== "" && this.#c !== ")") this.#i++
      if (!this.#accept(")")) throw new PatternError("a comment is not closed")
      return false
    }
    if (this.#scan(/P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'/)) return true
    const flags = this.#scan(/([imsUJ]*)(?:-([imsUJ]*))?([:)])/)
    if (!flags) throw new PatternError("looking around, atomic groups and recursion are not supported")
    this.#set(flags[1], true)
    this.#set(flags[2] ?? "", false)
    return flags[3] === ":"
  }

  #set(letters: string, on: boolean): void {
    const { ignoreCase, dotAll, multiline } = this.#flags
    this.#flags = {
      ignoreCase: letters.includes("i") ? on : ignoreCase,
      dotAll: letters.includes("s") ? on : dotAll,
      multiline: letters.includes("m") ? on : multiline,
    }
  }

  #escape(): PatternNode | undefined {
    const c = this.#c
    if (c === "") throw new PatternError("the pattern ends in a backslash")
    if (Object.hasOwn(ASSERTIONS, c)) {
      this.#i++
      return { type: "assert", what: ASSERTIONS[c] }
    }
    if (this.#accept("Q")) return this.#quoted()
    if (/[1-9gk]/.test(c)) throw new PatternError("references back are not supported")
    return { type: "set", set: this.#folded(this.#escapedSet()) }
  }

  /** `\Q…\E`. */
  #quoted(): PatternNode {
    const items: PatternNode[] = []
    while (this.#i < this.p.length && !this.#accept("\\E")) items.push(this.#byte(this.p[this.#i++]))
    return { type: "sequence", items }
  }

  /** The bytes that an escape stands for; the position is behind the backslash. */
  #escapedSet(): ByteSet {
    const hex = this.#scan(/x\{([0-9a-fA-F]{1,2})\}|x([0-9a-fA-F]{0,2})/)
    if (hex) return single(Number.parseInt(hex[1] ?? (hex[2] || "0"), 16))
    const octal = this.#scan(/0[0-7]{0,2}/)
    if (octal) return single(Number.parseInt(octal[0], 8))
    const c = this.#c
    this.#i++
    if (Object.hasOwn(CLASSES, c)) return CLASSES[c]
    if (Object.hasOwn(CONTROL, c)) return single(CONTROL[c])
    if (/[A-Za-z0-9]/.test(c)) throw new PatternError(`\\${c} is not supported`)
    return single(c.charCodeAt(0))
  }

  #class(): PatternNode {
    const negated = this.#accept("^")
    const set = new Uint8Array(256)
    let first = true
    while (first || this.#c !== "]") {
      if (this.#c === "") throw new PatternError("a character class is not closed")
      this.#classItem(set)
      first = false
    }
    this.#i++
    const folded = this.#folded(set)
    return { type: "set", set: negated ? not(folded) : folded }
  }

  #classItem(set: ByteSet): void {
    const posix = this.#scan(/\[:(\^?)([a-z]+):\]/)
    merge(set, posix ? posixSet(posix[2], posix[1] !== "") : this.#classRange())
  }

  /** One member, or a range of them. */
  #classRange(): ByteSet {
    const low = this.#classMember()
    const from = only(low)
    const last = this.#i + 1 >= this.p.length || this.p[this.#i + 1] === CLOSE
    if (from === undefined || last || !this.#accept("-")) return low
    const to = only(this.#classMember())
    if (to === undefined || to < from) throw new PatternError("a range of a character class is out of order")
    return range([from, to])
  }

  #classMember(): ByteSet {
    if (!this.#accept("\\")) return single(this.p[this.#i++])
    if (this.#accept("b")) return single(8)
    const octal = this.#scan(/[1-7][0-7]{0,2}/)
    return octal ? single(Number.parseInt(octal[0], 8) & 0xff) : this.#escapedSet()
  }
}

const CLOSE = "]".charCodeAt(0)

function posixSet(name: string, negated: boolean): ByteSet {
  const named = POSIX[name]
  if (!named) throw new PatternError(`no character class is named ${name}`)
  return negated ? not(named) : named
}

const single = (b: number): ByteSet => range([b, b])

/** The one byte of a set, or undefined when it has more. */
function only(set: ByteSet): number | undefined {
  const first = set.indexOf(1)
  return first >= 0 && set.indexOf(1, first + 1) < 0 ? first : undefined
}

function merge(into: ByteSet, set: ByteSet): void {
  for (let b = 0; b < 256; b++) if (set[b]) into[b] = 1
}
