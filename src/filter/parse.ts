/** The display filter's grammar: precedence climbing over the tokens, by hand, so that every error knows its column. */
import { nearest } from "../bytes/nearest.ts"
import { type FieldNames, unknownField } from "./field-names.ts"
import { type Span, wrong } from "./filter-error.ts"
import { FUNCTION_NAMES } from "./function-names.ts"
import { layerRanges, sliceRanges } from "./ranges.ts"
import type { ArithmeticOp, CompareOp, Quantifier, SetElement, TestNode, ValueNode } from "./syntax.ts"
import { type Token, tokenize } from "./token.ts"

const LOGIC: Readonly<Record<string, { readonly type: "and" | "or" | "xor"; readonly precedence: number }>> = {
  or: { type: "or", precedence: 1 },
  "||": { type: "or", precedence: 1 },
  xor: { type: "xor", precedence: 2 },
  "^^": { type: "xor", precedence: 2 },
  and: { type: "and", precedence: 3 },
  "&&": { type: "and", precedence: 3 },
}
const COMPARE: Readonly<Record<string, CompareOp>> = {
  "==": "==",
  eq: "==",
  any_eq: "==",
  "!=": "!=",
  ne: "!=",
  all_ne: "!=",
  "===": "===",
  all_eq: "===",
  "!==": "!==",
  any_ne: "!==",
  "~=": "!==",
  "<": "<",
  lt: "<",
  "<=": "<=",
  le: "<=",
  ">": ">",
  gt: ">",
  ">=": ">=",
  ge: ">=",
  contains: "contains",
  matches: "matches",
  "~": "matches",
}
const ARITHMETIC: Readonly<Record<string, { readonly op: ArithmeticOp; readonly precedence: number }>> = {
  "&": { op: "&", precedence: 1 },
  bitwise_and: { op: "&", precedence: 1 },
  "+": { op: "+", precedence: 2 },
  "-": { op: "-", precedence: 2 },
  "*": { op: "*", precedence: 3 },
  "/": { op: "/", precedence: 3 },
  "%": { op: "%", precedence: 3 },
}
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.keys(LOGIC),
  ...Object.keys(COMPARE),
  "bitwise_and",
  "not",
  "in",
  "any",
  "all",
])
/** Parentheses, negations and calls within one another; more is nobody's filter. */
const MAX_DEPTH = 200

/** Parses a filter; an empty one is undefined. Throws FilterError. */
export function parseFilter(text: string, names: FieldNames): TestNode | undefined {
  const tokens = tokenize(text, name => names.has(name))
  if (tokens.length === 1) return undefined
  return new Parser(tokens, names).filter()
}

class Parser {
  #i = 0
  #depth = 0
  constructor(
    private readonly tokens: readonly Token[],
    private readonly names: FieldNames,
  ) {}

  filter(): TestNode {
    const test = this.#logic(0)
    if (this.#now.type !== "end") throw this.#unexpected()
    return test
  }

  get #now(): Token {
    return this.tokens[this.#i]
  }

  /** The current operator or keyword, in the given table. */
  #lookUp<T>(table: Readonly<Record<string, T>>): T | undefined {
    const { type, text } = this.#now
    return (type === "op" || type === "word") && Object.hasOwn(table, text) ? table[text] : undefined
  }

  #take(): Token {
    return this.tokens[this.#i++]
  }

  /** Takes the operator or keyword if it is the current one. */
  #accept(text: string): boolean {
    const { type, text: found } = this.#now
    if ((type !== "op" && type !== "word") || found !== text) return false
    this.#i++
    return true
  }

  #expect(text: string, open: Span): Span {
    if (this.#now.text === text && this.#now.type === "op") return this.#take()
    if (this.#now.type === "end") throw wrong(`this has no closing ${text}`, { at: open.at, end: open.at + 1 })
    throw this.#unexpected()
  }

  #unexpected(): Error {
    const { type, text, at, end } = this.#now
    if (type === "end") return wrong("the filter ends too early", { at, end: at + 1 })
    const lower = text.toLowerCase()
    const hints = type === "word" && text !== lower && RESERVED.has(lower) ? [`did you mean ${lower}?`] : []
    return wrong(`${JSON.stringify(text)} was unexpected here`, { at, end }, ...hints)
  }

  /** Guards the stack against hostile nesting. */
  #deeper<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw wrong("the filter is nested too deeply", this.#now)
    const result = parse()
    this.#depth--
    return result
  }

  #logic(above: number): TestNode {
    let left = this.#not()
    for (;;) {
      const operator = this.#lookUp(LOGIC)
      if (!operator || operator.precedence <= above) return left
      this.#take()
      const right = this.#logic(operator.precedence)
      left = { type: operator.type, left, right, at: left.at, end: right.end }
    }
  }

  #not(): TestNode {
    const { at } = this.#now
    if (!this.#accept("!") && !this.#accept("not")) return this.#test()
    const test = this.#deeper(() => this.#not())
    return { type: "not", test, at, end: test.end }
  }

  #test(): TestNode {
    if (this.#now.type === "op" && this.#now.text === "(") return this.#parentheses()
    return this.#relation(this.#quantifier(), this.#value(0))
  }

  /** Parentheses hold a test, or the beginning of a relation: `(frame.number & 1) == 1`. */
  #parentheses(): TestNode {
    const open = this.#take()
    const inner = this.#deeper(() => this.#logic(0))
    const { end } = this.#expect(")", open)
    const goesOn = this.#lookUp(COMPARE) || this.#lookUp(ARITHMETIC) || this.#now.type === "slice" || this.#inAhead()
    if (inner.type !== "exists" || !goesOn) return { ...inner, at: open.at, end }
    const value = { ...inner.value, at: open.at, end }
    return this.#relation(undefined, this.#arithmetic(this.#postfix(value), 0))
  }

  #quantifier(): Quantifier | undefined {
    const { type, text } = this.#now
    if (type !== "word" || (text !== "any" && text !== "all")) return undefined
    this.#take()
    return text
  }

  #inAhead(): boolean {
    const { type, text } = this.#now
    if (type !== "word") return false
    return text === "in" || (text === "not" && this.tokens[this.#i + 1].text === "in")
  }

  /** What may follow a value. `a < b < c` is `a < b and b < c`. */
  #relation(quantifier: Quantifier | undefined, first: ValueNode): TestNode {
    if (this.#inAhead()) return this.#membership(quantifier, first)
    let left = first
    let test: TestNode | undefined
    for (;;) {
      const op = this.#lookUp(COMPARE)
      if (!op) break
      this.#take()
      const right = this.#value(0)
      const one: TestNode = { type: "compare", op, quantifier, left, right, at: left.at, end: right.end }
      test = test ? { type: "and", left: test, right: one, at: test.at, end: one.end } : one
      left = right
    }
    if (test) return test
    if (quantifier) throw wrong(`a comparison must follow "${quantifier}"`, this.#now)
    return { type: "exists", value: first, at: first.at, end: first.end }
  }

  #membership(quantifier: Quantifier | undefined, left: ValueNode): TestNode {
    const negated = this.#accept("not")
    this.#take()
    const open = this.#now
    if (!this.#accept("{")) throw wrong('a set in braces must follow "in"', this.#now, "as in udp.port in {500, 4500}")
    const set = [this.#element()]
    while (this.#accept(",")) set.push(this.#element())
    const { end } = this.#expect("}", open)
    const test: TestNode = { type: "in", quantifier, left, set, at: left.at, end }
    return negated ? { type: "not", test, at: left.at, end } : test
  }

  #element(): SetElement {
    const low = this.#value(0)
    return this.#accept("..") ? { low, high: this.#value(0) } : { low }
  }

  #value(above: number): ValueNode {
    return this.#arithmetic(this.#unary(), above)
  }

  #arithmetic(first: ValueNode, above: number): ValueNode {
    let left = first
    for (;;) {
      const operator = this.#lookUp(ARITHMETIC)
      if (!operator || operator.precedence <= above) return left
      this.#take()
      const right = this.#value(operator.precedence)
      left = { type: "arithmetic", op: operator.op, left, right, at: left.at, end: right.end }
    }
  }

  #unary(): ValueNode {
    const { at } = this.#now
    if (this.#accept("-")) {
      const of = this.#deeper(() => this.#unary())
      return { type: "negate", of, at, end: of.end }
    }
    if (this.#accept("+")) return this.#deeper(() => this.#unary())
    return this.#postfix(this.#primary())
  }

  #postfix(value: ValueNode): ValueNode {
    let result = value
    while (this.#now.type === "slice" || this.#now.type === "layers") {
      const { type, text, at, end } = this.#take()
      if (type === "slice")
        result = { type: "slice", of: result, ranges: sliceRanges(text, { at, end }), at: result.at, end }
      else if (result.type === "field") result = { ...result, layers: layerRanges(text, { at, end }), end }
      else throw wrong("only a field has layers", { at, end })
    }
    return result
  }

  #primary(): ValueNode {
    const token = this.#now
    const { type, text, at, end } = token
    if (type === "string" || type === "char") {
      this.#take()
      return { type: "literal", form: type, text, at, end }
    }
    if (type === "op") return this.#group(token)
    if (type !== "word" || RESERVED.has(text)) throw this.#unexpected()
    this.#take()
    if (this.#now.type === "op" && this.#now.text === "(") return this.#call(token)
    if (this.names.has(text)) return { type: "field", name: text, raw: false, at, end }
    if (text.startsWith(".") && !/^\.\d/.test(text)) return this.#dotted(token)
    return { type: "literal", form: "word", text, at, end }
  }

  /** `{…}` and `(…)` around arithmetic, and `@field`. */
  #group(open: Token): ValueNode {
    if (this.#accept("@")) {
      const field = this.#primary()
      if (field.type !== "field") throw wrong('a field must follow "@"', field)
      return { ...field, raw: true, at: open.at }
    }
    const close = open.text === "(" ? ")" : open.text === "{" ? "}" : undefined
    if (!close) throw this.#unexpected()
    this.#take()
    const inner = this.#deeper(() => this.#value(0))
    const { end } = this.#expect(close, open)
    return { ...inner, at: open.at, end }
  }

  /** `.isakmp` is a field whatever else the word could be. */
  #dotted({ text, at, end }: Token): ValueNode {
    const name = text.slice(1)
    if (this.names.has(name)) return { type: "field", name, raw: false, at, end }
    throw unknownField(name, { at, end }, this.names)
  }

  #call({ text: name, at, end }: Token): ValueNode {
    if (!FUNCTION_NAMES.includes(name)) {
      const near = nearest(name, FUNCTION_NAMES)
      throw wrong(`no function is named "${name}"`, { at, end }, ...(near ? [`did you mean ${near}?`] : []))
    }
    const open = this.#take()
    const args = [this.#deeper(() => this.#value(0))]
    while (this.#accept(",")) args.push(this.#deeper(() => this.#value(0)))
    return { type: "call", name, args, at, end: this.#expect(")", open).end }
  }
}
