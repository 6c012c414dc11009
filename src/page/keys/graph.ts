/** The key schedule as a graph: what was given, seeds, keys, what they are used for, and the data SAs that prove them. */
import type { IkeSaReport, Report } from "../../report/types.ts"
import type { KeyDerivation, KeyStep } from "../../session/types.ts"
import { isOpening, isProof } from "../../track/check-ids.ts"

export interface Node {
  readonly id: string
  readonly column: 0 | 1 | 2 | 3 | 4
  readonly kind: "given" | "derived" | "proven" | "elsewhere"
  readonly title: string
  readonly lines: readonly string[]
  /** What the panel beside it says. */
  readonly step?: KeyStep
  readonly given?: KeyDerivation["given"][number]
  /** A secret by which its holder proves who it is. */
  readonly proves?: boolean
  readonly derivation?: KeyDerivation
  readonly proof?: string
  x: number
  y: number
  width: number
  height: number
}

interface Zone {
  readonly title: string
  readonly note: string
  readonly y: number
  readonly height: number
}

export interface Graph {
  readonly nodes: readonly Node[]
  readonly edges: readonly (readonly [string, string])[]
  readonly zones: readonly Zone[]
  readonly height: number
}

export const COLUMNS = [
  { title: "GIVEN", x: 10, width: 152 },
  { title: "SEED", x: 188, width: 222 },
  { title: "KEYS", x: 436, width: 172 },
  { title: "USED FOR", x: 630, width: 238 },
  { title: "DATA SAS", x: 896, width: 280 },
] as const

/** SAs drawn; more would be a wall. */
const MOST = 24
const LINE = 17
const ROW_GAP = 14

/** Draws the derivations of a tunnel. `report` says what proves them. */
export function keyGraph(derivations: readonly KeyDerivation[], report: Report): Graph {
  const builder = new Builder(report)
  const ids = new Set(report.ike_sas.map(sa => sa.id))
  const ike = derivations.filter(d => ids.has(d.sa))
  for (const d of ike.slice(0, MOST)) {
    const children = derivations.filter(c => ownerOf(report, c.sa) === d.sa)
    builder.zone(d, d.epoch === null || d.epoch === 0 ? children.slice(0, MOST) : [])
  }
  const loose = derivations.filter(c => !ids.has(c.sa) && !ike.some(d => ownerOf(report, c.sa) === d.sa))
  if (loose.length > 0) builder.children("keys given for data SAs", loose.slice(0, MOST))
  return builder.graph()
}

const ownerOf = (report: Report, child: string): string | undefined =>
  report.ike_sas.find(sa => sa.child_sas.some(c => c.id === child))?.id

class Builder {
  readonly #nodes: Node[] = []
  readonly #edges: [string, string][] = []
  readonly #zones: Zone[] = []
  /** Where the next node of each column stands. */
  readonly #heads = [0, 0, 0, 0, 0]
  #y = 30

  constructor(private readonly report: Report) {}

  zone(d: KeyDerivation, children: readonly KeyDerivation[]): void {
    const top = this.#y
    this.#heads.fill(top + 34)
    const id = `${d.sa}${d.epoch === null ? "" : ` ${d.epoch}`}`
    const sa = this.report.ike_sas.find(s => s.id === d.sa)
    const given = d.given.map((g, i) => this.#given(`${id} given ${i}`, g))
    const seeds = d.steps.filter(s => s.use === "seed")
    const seedNodes = seeds.map(s => this.#step(id, 1, [s], d))
    for (const g of given) if (g.column === 0) for (const seed of seedNodes) if (isFor(g, seeds)) this.#edge(g, seed)
    const groups = groupKeys(d.steps.filter(s => !seeds.includes(s)))
    const keys = groups.map(group => this.#step(id, 2, group, d, rangeOf(group)))
    for (const seed of seedNodes) for (const key of keys) this.#edge(seed, key)
    if (seedNodes.length === 0) for (const g of given) for (const key of keys) this.#edge(g, key)
    const psks = seeds.some(takesPsk) ? [] : this.#psks(id, d)
    const root = keys.find(k => k.step?.use === "derive") ?? keys[0] ?? given[0]
    // Keys stand in the order SK_d, SK_a, SK_e, SK_p: what they are used for in the same, so that few lines cross.
    for (const child of children.slice(0, 1)) this.#child(child, root)
    this.#uses(id, sa, d, keys, [...given, ...psks])
    for (const child of children.slice(1)) this.#child(child, root)
    const bottom = Math.max(...this.#heads)
    const prf = sa?.suite.prf ?? (sa?.suite.hash ? `HMAC-${sa.suite.hash}` : null)
    const notes = [prf && `prf is ${prf}`, sa?.rekeys ? `replaces ${sa.rekeys}` : d.proof]
    const note = notes.filter(Boolean).join(" · ")
    this.#zones.push({ title: d.epoch ? `${d.sa}, epoch ${d.epoch}` : d.sa, note, y: top, height: bottom - top })
    this.#y = bottom + 18
  }

  children(title: string, list: readonly KeyDerivation[]): void {
    const top = this.#y
    this.#heads.fill(top + 34)
    for (const child of list) {
      const given = child.given.map((g, i) => this.#given(`${child.sa} given ${i}`, g))
      this.#child(child, given[0])
    }
    const bottom = Math.max(...this.#heads)
    this.#zones.push({ title, note: "", y: top, height: bottom - top })
    this.#y = bottom + 18
  }

  graph(): Graph {
    return { nodes: this.#nodes, edges: this.#edges, zones: this.#zones, height: this.#y + 30 }
  }

  #given(id: string, g: KeyDerivation["given"][number]): Node {
    const elsewhere = g.kind === null
    return this.#add({
      id,
      column: 0,
      kind: elsewhere ? "elsewhere" : "given",
      title: g.name,
      lines: [elsewhere ? `of ${g.source}` : `${g.source} · ${g.bytes} B`],
      given: g,
      proves: g.kind === "psks" || g.kind === "ppks",
    })
  }

  /** Pre-shared keys that proved AUTH: of IKEv2 they stand in no seed. RFC 7296 §2.15. */
  #psks(id: string, d: KeyDerivation): Node[] {
    const used = this.report.secrets.filter(s => s.kind === "psks" && s.used_by.includes(d.sa))
    // Below all keys: their lines pass behind none.
    if (used.length > 0) this.#heads[0] = Math.max(...this.#heads.slice(0, 3))
    return used.slice(0, 4).map(s => {
      const source = `psks[${s.index}]`
      const title = "pre-shared key"
      return this.#add({ id: `${id} ${source}`, column: 0, kind: "given", title, lines: [source], proves: true })
    })
  }

  #step(id: string, column: 1 | 2, steps: readonly KeyStep[], derivation: KeyDerivation, range?: string): Node {
    const [first] = steps
    const title = steps.length === 1 ? first.name : steps.map(s => s.name).join("  ")
    const bytes = steps.reduce((n, s) => n + s.bytes, 0)
    const formula = range ?? first.formula
    const lines = column === 1 ? [clip(formula, 31), `${bytes} B · ${first.rfc}`] : [clip(formula, 22)]
    return this.#add({
      id: `${id} ${first.name}`,
      column,
      kind: "derived",
      title: clip(title, 22),
      lines,
      step: first,
      derivation,
    })
  }

  /** What the keys of an IKE SA open and prove. */
  #uses(
    id: string,
    sa: IkeSaReport | undefined,
    d: KeyDerivation,
    keys: readonly Node[],
    given: readonly Node[],
  ): void {
    const passed = (sa?.checks ?? []).filter(c => c.status === "pass")
    const opened = passed.filter(isOpening)
    const enc = keys.filter(k => k.step?.use === "integrity" || k.step?.use === "encrypt")
    if (opened.length > 0) {
      const frames = opened.map(c => c.frame ?? 0)
      const node = this.#add({
        id: `${id} opens`,
        column: 3,
        kind: "proven",
        title: `messages of ${d.sa} open`,
        lines: [`✔ ${opened[0].id}, frames ${Math.min(...frames)}–${Math.max(...frames)}`],
        proof: `${opened.length} messages hold under these keys`,
      })
      for (const key of enc) this.#edge(key, node)
    }
    const auth = passed.filter(isProof)
    if (auth.length === 0) return
    const node = this.#add({
      id: `${id} auth`,
      column: 3,
      kind: "proven",
      title: auth.length > 1 ? "AUTH of both ends holds" : "AUTH holds",
      lines: auth.slice(0, 3).map(c => `✔ ${c.id}, frame ${c.frame}`),
      proof: "who speaks has the key of this identity",
    })
    const auths = keys.filter(k => k.step?.use === "prove")
    for (const key of auths) this.#edge(key, node)
    for (const g of given) if (g.proves) this.#edge(g, node)
  }

  #child(d: KeyDerivation, root: Node | undefined): void {
    const keymat = d.steps.find(s => s.use === "keymat")
    // Its data SAs stand beside it.
    this.#heads[3] = this.#heads[4] = Math.max(this.#heads[3], this.#heads[4])
    const node = this.#add({
      id: `${d.sa} KEYMAT`,
      column: 3,
      kind: "derived",
      title: `KEYMAT ${d.sa}`,
      lines: [keymat ? `${clip(keymat.formula, 28)} · ${keymat.bytes} B` : "given for its SPI"],
      step: keymat,
      derivation: d,
    })
    if (root) this.#edge(root, node)
    const data = this.report.esp_sas.filter(e => e.child_sa === d.sa)
    for (const e of data) {
      const held = e.icv_ok > 0
      const text = held ? `✔ ICV ${e.icv_ok} of ${e.packets}` : e.icv_failed > 0 ? `✖ ICV fails` : "no packet verified"
      const leaf = this.#add({
        id: `${d.sa} ${e.spi}`,
        column: 4,
        kind: held ? "proven" : "derived",
        title: `→ SPI ${e.spi}`,
        lines: [text],
        derivation: d,
        proof: text,
      })
      this.#edge(node, leaf)
    }
  }

  #edge(a: Node, b: Node): void {
    this.#edges.push([a.id, b.id])
  }

  #add(node: Omit<Node, "x" | "y" | "width" | "height">): Node {
    const { x, width } = COLUMNS[node.column]
    const height = 27 + node.lines.length * LINE
    const placed: Node = { ...node, x, y: this.#heads[node.column], width, height }
    this.#heads[node.column] += height + ROW_GAP
    this.#nodes.push(placed)
    return placed
  }
}

/** A pre-shared key stands in no seed of IKEv2, but begins IKEv1's. */
const isFor = ({ given }: Node, seeds: readonly KeyStep[]): boolean => given?.kind !== "psks" || seeds.some(takesPsk)

const takesPsk = ({ inputs }: KeyStep): boolean => inputs.some(i => i.name === "pre-shared-key")

/** Keys of both directions are one node: SK_ai and SK_ar. */
function groupKeys(steps: readonly KeyStep[]): KeyStep[][] {
  const groups = new Map<string | undefined, KeyStep[]>()
  for (const step of steps) {
    const key = step.way ? step.use : step.name
    groups.set(key, [...(groups.get(key) ?? []), step])
  }
  return [...groups.values()]
}

/** Where keys lie in the output of their prf+, in bytes. RFC 7296 §2.14. */
function rangeOf(group: readonly KeyStep[]): string | undefined {
  const [first, last] = [group[0], group[group.length - 1]]
  return first.at === undefined || last.at === undefined ? undefined : `prf+ [${first.at}, ${last.at + last.bytes})`
}

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
