/** Searches bytes for a pattern in time linear in both: all ways through the pattern are followed at once (Thompson 1968). */
import { type Assertion, type ByteSet, PatternError, type PatternNode, parsePattern, WORD } from "./pattern-syntax.ts"

/** Steps of a compiled pattern; a search costs at most this for each byte. */
const MAX_STEPS = 2000

type Step =
  | { readonly type: "set"; readonly set: ByteSet }
  | { readonly type: "assert"; readonly what: Assertion }
  | { readonly type: "split"; first: number; second: number }
  | { readonly type: "match" }

/** A pattern ready to be searched for. */
export class Pattern {
  readonly #steps: Step[] = []
  /** The steps alive before and behind the current byte, each at most once. */
  #now: StepSet
  #next: StepSet
  readonly #stack: number[] = []

  /** Throws PatternError when the pattern is wrong, too large, or cannot be searched for in linear time. */
  constructor(readonly source: string) {
    this.#emit(parsePattern(source))
    this.#add({ type: "match" })
    this.#now = new StepSet(this.#steps.length)
    this.#next = new StepSet(this.#steps.length)
  }

  /** Whether the pattern occurs in the bytes. */
  test(bytes: Uint8Array): boolean {
    this.#now.clear()
    for (let at = 0; ; at++) {
      if (this.#follow(0, bytes, at, this.#now)) return true
      if (at === bytes.length) return false
      this.#next.clear()
      for (let k = 0; k < this.#now.size; k++) {
        const i = this.#now.items[k]
        const step = this.#steps[i]
        if (step.type === "set" && step.set[bytes[at]] === 1 && this.#follow(i + 1, bytes, at + 1, this.#next))
          return true
      }
      const now = this.#now
      this.#now = this.#next
      this.#next = now
    }
  }

  /** Adds a step and all that are reached from it without a byte; true when the match is. */
  #follow(from: number, bytes: Uint8Array, at: number, into: StepSet): boolean {
    const stack = this.#stack
    stack.length = 0
    stack.push(from)
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      if (!into.add(i)) continue
      const step = this.#steps[i]
      if (step.type === "match") return true
      if (step.type === "split") stack.push(step.second, step.first)
      else if (step.type === "assert" && holds(step.what, bytes, at)) stack.push(i + 1)
    }
    return false
  }

  #add(step: Step): number {
    if (this.#steps.length >= MAX_STEPS) throw new PatternError("the pattern is too large")
    return this.#steps.push(step) - 1
  }

  #emit(node: PatternNode): void {
    if (node.type === "set" || node.type === "assert") this.#add(node)
    else if (node.type === "sequence") for (const item of node.items) this.#emit(item)
    else if (node.type === "choice") this.#emitChoice(node.items)
    else this.#emitRepeat(node.of, node.min, node.max)
  }

  #split(): Step & { type: "split" } {
    const step = { type: "split" as const, first: 0, second: 0 }
    step.first = step.second = this.#add(step) + 1
    return step
  }

  #emitChoice(items: readonly PatternNode[]): void {
    const exits: { first: number; second: number }[] = []
    for (const [k, item] of items.entries()) {
      const fork = k < items.length - 1 ? this.#split() : undefined
      this.#emit(item)
      if (fork) {
        exits.push(this.#split())
        fork.second = this.#steps.length
      }
    }
    for (const exit of exits) exit.first = exit.second = this.#steps.length
  }

  #emitRepeat(of: PatternNode, min: number, max: number): void {
    for (let k = 0; k < min; k++) this.#emit(of)
    if (max === Infinity) {
      const fork = this.#split()
      this.#emit(of)
      const back = this.#split()
      back.first = back.second = this.#steps.indexOf(fork)
      fork.second = this.#steps.length
      return
    }
    const forks = []
    for (let k = min; k < max; k++) {
      forks.push(this.#split())
      this.#emit(of)
    }
    for (const fork of forks) fork.second = this.#steps.length
  }
}

/** Numbers below a bound, each once, emptied without touching them all. */
class StepSet {
  size = 0
  readonly items: Uint16Array
  readonly #place: Uint16Array
  constructor(bound: number) {
    this.items = new Uint16Array(bound)
    this.#place = new Uint16Array(bound)
  }

  clear(): void {
    this.size = 0
  }

  /** False when it was there. */
  add(n: number): boolean {
    const place = this.#place[n]
    if (place < this.size && this.items[place] === n) return false
    this.#place[n] = this.size
    this.items[this.size++] = n
    return true
  }
}

const NEWLINE = 10

function holds(what: Assertion, bytes: Uint8Array, at: number): boolean {
  const { length } = bytes
  switch (what) {
    case "start":
      return at === 0
    case "end":
      return at === length
    case "final-end":
      return at === length || (at === length - 1 && bytes[at] === NEWLINE)
    case "line-start":
      return at === 0 || (bytes[at - 1] === NEWLINE && at < length)
    case "line-end":
      return at === length || bytes[at] === NEWLINE
    default:
      return (what === "word-edge") === (isWord(bytes, at - 1) !== isWord(bytes, at))
  }
}

const isWord = (bytes: Uint8Array, at: number): boolean => at >= 0 && at < bytes.length && WORD[bytes[at]] === 1
