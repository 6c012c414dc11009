/** The text of a rules file as a tree that knows where everything stands. JSON is read as the YAML that it is. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from "yaml"
import { type Place, RulesError } from "./rules.ts"

/** A value of the file and the offset where it stands. */
export type SourceNode = ScalarNode | ListNode | MapNode

interface ScalarNode {
  readonly kind: "scalar"
  readonly at: number
  readonly value: string | number | boolean | null
}

interface ListNode {
  readonly kind: "list"
  readonly at: number
  readonly items: readonly SourceNode[]
}

interface MapNode {
  readonly kind: "map"
  readonly at: number
  readonly entries: ReadonlyMap<string, MapEntry>
}

export interface MapEntry {
  /** Where the key stands. */
  readonly at: number
  readonly value: SourceNode
}

/** One rules file: its tree, and how an offset becomes a place. */
export class Source {
  readonly root: SourceNode
  readonly #lines = new LineCounter()

  /** Parses the text. Throws RulesError. */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    if (text.length > MAX_LENGTH) throw this.error(0, `a rules file is at most ${MAX_LENGTH >> 20} MiB`)
    this.root = this.#parse()
  }

  place(at: number): Place {
    const { line, col } = this.#lines.linePos(at)
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) }
  }

  error(at: number, fault: string, ...hints: string[]): RulesError {
    return new RulesError(this.place(at), fault, hints)
  }

  /** The offset in the file of character `index` of a text value, past quotes, escapes and the folds of block scalars. */
  offsetIn(node: SourceNode, index: number): number {
    if (node.kind !== "scalar" || typeof node.value !== "string") return node.at
    let at = node.at
    for (let i = 0; i <= Math.min(index, node.value.length - 1); i++) {
      const wanted = node.value[i]
      if (/\s/.test(wanted)) continue
      let next = at
      while (next < this.text.length && this.text[next] !== wanted) next++
      if (next === this.text.length) return at
      at = next + 1
      if (i === index) return next
    }
    return at
  }

  #parse(): SourceNode {
    const { root, errors } = this.#document()
    const [first] = errors
    if (first) throw this.error(first.pos[0], firstLine(first.message))
    if (root === null) throw this.error(0, "an empty rules file", 'a rules file begins with "ikedump_rules: 1"')
    return this.#node(root, 0)
  }

  #document() {
    try {
      const options = { lineCounter: this.#lines, uniqueKeys: true, maxAliasCount: 0 }
      const document = parseDocument(this.text, options)
      return { root: document.contents, errors: document.errors }
    } catch (e) {
      if (e instanceof RangeError) throw this.error(0, "nested too deep")
      throw e
    }
  }

  #node(node: unknown, depth: number): SourceNode {
    const at = startOf(node) ?? 0
    if (depth > MAX_DEPTH) throw this.error(at, "nested too deep")
    if (node === null) return { kind: "scalar", at, value: null }
    if (isAlias(node)) throw this.error(at, "aliases are not used in rules files", "vars: names a value once")
    if (isSeq(node)) return { kind: "list", at, items: node.items.map(item => this.#node(item, depth + 1)) }
    if (isScalar(node)) return { kind: "scalar", at: this.#contentStart(node), value: scalarValue(node) }
    if (!isMap(node)) throw this.error(at, "not a value of a rules file")
    const entries = new Map<string, MapEntry>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "?"
      const keyAt = startOf(key) ?? at
      const item = value === null ? ({ kind: "scalar", at: keyAt, value: null } as const) : this.#node(value, depth + 1)
      entries.set(name, { at: keyAt, value: item })
    }
    return { kind: "map", at, entries }
  }

  /** A block scalar's text begins on the line after its `|` or `>`. */
  #contentStart(node: Scalar): number {
    const at = node.range?.[0] ?? 0
    if (node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED") return at
    const line = this.text.indexOf("\n", at)
    return line === -1 ? at : line + 1 + (/^\s*/.exec(this.text.slice(line + 1))?.[0].length ?? 0)
  }
}

/** Where a node begins. */
const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

const MAX_LENGTH = 1 << 20
const MAX_DEPTH = 20

function scalarValue(node: Scalar): string | number | boolean | null {
  const { value } = node
  if (typeof value === "bigint") return Number(value)
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null
}

/** The library's message without its excerpt and position, which we print ourselves. */
const firstLine = (message: string): string => message.split("\n")[0].replace(/ at line \d+, column \d+:?$/, "")
