/** Import ranks of the folders, no `node:` in the core, and the core bundled for a browser. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { build } from "esbuild"
import { parseSync } from "oxc-parser"
import { describe, expect, it } from "vitest"
import { Kind } from "../src/net/packet-view.ts"

const root = resolve(import.meta.dirname, "../src")

/** Rank of a folder under src (design: a file imports only from folders of a lower rank, or its own folder). */
const RANK: Record<string, number> = {
  diagnostics: -1,
  bytes: 0,
  pki: 0,
  registry: 0,
  capture: 1,
  net: 1,
  ike: 1,
  ipsec: 1,
  crypto: 1,
  secrets: 2,
  keys: 3,
  track: 4,
  open: 5,
  unlock: 6,
  verify: 7,
  fold: 8,
  segment: 8,
  report: 8,
  dissect: 8,
  filter: 8,
  check: 8,
  audit: 8,
  render: 9,
  session: 9,
  node: 10,
  batch: 10,
  page: 10,
  cli: 11,
}
/** Files at the top of src, with the rank they may import up to. */
const TOP: Record<string, number> = {
  "analyze-options.ts": 8,
  "report-maker.ts": 8,
  "pipeline.ts": 8,
  "index.ts": 8,
  "vitest.ts": 11,
}
/** Neighbours of one rank that may import one another: bytes is below all of rank 0. */
const BELOW: Record<string, string[]> = {
  pki: ["bytes", "registry"],
  registry: ["bytes"],
  net: ["capture", "bytes"],
  capture: ["bytes"],
  ike: ["bytes", "pki", "registry"],
  ipsec: ["bytes", "registry", "net"],
  fold: ["report"],
  segment: ["fold", "report"],
  check: ["report"],
  audit: ["report"],
  dissect: ["report", "fold"],
  filter: ["report", "dissect"],
  session: ["render"],
  page: ["session"],
  cli: ["node", "render", "batch"],
  batch: ["node"],
}

/** `as`, `!` and `any` in src, `as const` not counted. Lower it with each one that goes. */
const MOST_CASTS = 43

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(f => /\.tsx?$/.test(f))
const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g,
    ),
  ].map(m => m[1] ?? m[2] ?? m[3])

/** Files of src that a file imports. */
const targetsOf = (file: string): string[] =>
  importsOf(file)
    .filter(i => i.startsWith("."))
    .map(i => relative(root, resolve(root, dirname(file), i)))
    .filter(i => files.includes(i))

/** What is read of a node of a syntax tree. */
interface AstNode {
  readonly type: string
  readonly start: number
  readonly definite?: boolean
  readonly typeAnnotation?: { readonly typeName?: { readonly name?: string } }
  readonly params?: readonly unknown[]
}

/** All nodes of the syntax tree of a file that a rule asks for. */
function nodesOf(name: string, text: string): AstNode[] {
  const found: AstNode[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    else if (typeof value === "object" && value !== null) {
      if ("type" in value) found.push(value as AstNode)
      for (const member of Object.values(value)) visit(member)
    }
  }
  visit(parseSync(name, text).program)
  return found
}

const isCast = (node: AstNode): boolean =>
  (node.type === "TSAsExpression" && node.typeAnnotation?.typeName?.name !== "const") ||
  ["TSNonNullExpression", "TSAnyKeyword", "TSTypeAssertion"].includes(node.type) ||
  node.definite === true
const isWide = (node: AstNode): boolean => (node.params?.length ?? 0) >= 6
const countIn = (text: string, rule: (node: AstNode) => boolean): number => nodesOf("x.ts", text).filter(rule).length

/** Casts and wide functions of each file. Every file is parsed once. */
let counts: { file: string; casts: number; wide: number }[] | undefined
const countsOfFiles = () =>
  (counts ??= files.map(file => {
    const nodes = nodesOf(file, readFileSync(join(root, file), "utf8"))
    return { file, casts: nodes.filter(isCast).length, wide: nodes.filter(isWide).length }
  }))

/** Groups of files each of which leads to all others of its group (Tarjan's strongly connected components), those with one file only if it imports itself. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file) ?? 0)
    stack.push(file)
    for (const to of graph.get(file) ?? []) {
      if (!index.has(to)) visit(to)
      if (stack.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0))
    }
    if (low.get(file) !== index.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    if (group.length > 1 || graph.get(file)?.includes(file)) found.push(group.sort().join(" "))
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return found.sort()
}

describe("architecture", () => {
  it("every folder has a rank", () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter(d => d.isDirectory())
      .map(d => d.name)
    expect(folders.filter(f => !(f in RANK))).toEqual([])
  })

  it("a file imports only from folders of a lower rank", () => {
    const wrong: string[] = []
    for (const file of files) {
      const folder = file.includes("/") ? file.split("/")[0] : file
      for (const to of importsOf(file).filter(i => i.startsWith("."))) {
        const target = relative(root, resolve(root, dirname(file), to))
        const targetFolder = target.includes("/") ? target.split("/")[0] : target
        if (folder === targetFolder) continue
        const mine = RANK[folder] ?? (TOP[folder] ?? 0) + 0.5
        const theirs = RANK[targetFolder] ?? TOP[targetFolder] ?? 99
        if (theirs < mine || BELOW[folder]?.includes(targetFolder)) continue
        wrong.push(`${file} imports ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it("no imports go in a circle, types included", () => {
    expect(circles(new Map(files.map(f => [f, targetsOf(f)])))).toEqual([])
  })

  it("a circle would be found, of two files or of a file with itself", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b", "d"]],
      ["d", ["d"]],
    ])
    expect(circles(graph)).toEqual(["b c", "d"])
  })

  it("nothing outside src/node and src/cli imports node:", () => {
    const wrong = files
      .filter(f => !f.startsWith("node/") && !f.startsWith("cli/") && !f.startsWith("batch/") && f !== "vitest.ts")
      .filter(f => importsOf(f).some(i => i.startsWith("node:")))
    expect(wrong).toEqual([])
  })

  it("unlock/, verify/ and report/ read SAs and write nothing into them", () => {
    // What rules remember (`V1State`, `V2State`), and the keys of an epoch by the names that they are taken out with, too.
    const live = "(?:sa|child|epoch|exchange|state|values|steps|conclusion\\.sa)"
    const writes = [
      new RegExp(`\\b${live}(?:\\.\\w+|\\[[^\\]]+\\])+ (?:\\?\\?|\\|\\||&&|[-+*])?= `),
      new RegExp(`\\b${live}(?:\\.\\w+)*\\.(?:push|unshift|splice|sort|reverse|fill|pop|shift)\\(`),
      new RegExp(`Object\\.assign\\(${live}\\b`),
      /\b(?:addFinding|keepFinding|addNatClaim|addNotice|addStrayDelete|addCheck)\(/,
    ]
    const wrongIn = (name: string, text: string) =>
      text.split("\n").flatMap((line, i) => (writes.some(w => w.test(line)) ? [`${name}:${i + 1} ${line.trim()}`] : []))
    // The rule can fail.
    expect(
      wrongIn(
        "x",
        'sa.state = "failed"\nsa.auth[from] ??= name\nsa.checks.push(c)\nvalues[name] = v\nsteps.push(s)\nif (sa.state === "failed") a()',
      ),
    ).toHaveLength(5)
    const readers = files.filter(f => /^(?:unlock|verify|report)\//.test(f))
    expect(readers.flatMap(f => wrongIn(f, readFileSync(join(root, f), "utf8")))).toEqual([])
  })

  it("no file remembers anything between two analyses", () => {
    // What is registered while modules load, what follows from constants alone, and registers of a cipher within one block.
    const allowed: Record<string, string> = {
      "bytes/field.ts all": "every field, registered at load",
      "net/layers.ts layers": "numbers of layers, given at load",
      "crypto/modp-groups.ts made": "one of 11 groups, from its constants",
      "crypto/ke-ecp.ts made": "one of 6 curves, from its constants",
      "crypto/ke-faults.ts lasts": "the last element of one of 11 groups",
      "crypto/sha1-block.ts W": "words of one block, written before they are read",
      "crypto/sha2-block.ts W": "words of one block, written before they are read",
      "ipsec/ah-covered.ts room": "what an ICV covers, written before it is read",
      "report/community-id.ts LINE": "what is hashed, written before it is read",
      "net/time.ts lastSeconds": "the second whose text is kept",
      "net/time.ts lastText": "the text of that second, from it alone",
      "net/time.ts lastWithDot": "the same with a dot behind it",
      "net/time.ts lastTime": "the last time and its text, from it alone",
      "report/time.ts lastWhole": "the text of a second that was read last",
      "report/time.ts lastSeconds": "that second, from its text alone",
      "crypto/ciphers/des.ts sp": "tables, from its constants",
      "crypto/ciphers/cast.ts sboxes": "tables, from its constants",
      "crypto/ciphers/blowfish.ts initial": "tables, from its constants",
      "crypto/wasm/kernel.ts shared": "the kernel of this thread: code, and places that are named once",
      "open/kernel-scratch.ts shared": "places in the kernel, written before they are read",
      "open/gcm-opener.ts shared": "places in the kernel, written before they are read",
      "crypto/ciphers/des.ts left": "half of one block",
      "crypto/ciphers/des.ts right": "half of one block",
      "crypto/ciphers/camellia.ts high": "half of one block",
      "crypto/ciphers/camellia.ts low": "half of one block",
    }
    const made = /^(?:export )?(?:(let) (\w+)|const (\w+)(?::[^=\n]*)? =\s+(?:new \w+|\[|\{))/gm
    const writtenIn = (text: string): string[] =>
      [...text.matchAll(made)].flatMap(([whole, isLet, variable, constant], i, all) => {
        const rest = text.slice((all[i].index ?? 0) + whole.length)
        const name = variable ?? constant
        const write = new RegExp(
          `\\b${name}(?:\\.\\w+|\\[[^\\]\\n]*\\])*\\.(?:set|add|delete|clear|push|splice|getOrMake|use|fill)\\(|` +
            `^ +${name}(?:\\.\\w+|\\[[^\\]\\n]*\\])+ (?:[-+|^]|\\?\\?)?= `,
          "m",
        )
        return isLet || write.test(rest) ? [name] : []
      })
    // The rule can fail.
    expect(
      writtenIn(
        "let n = 0\nlet late: X | undefined\nconst m = new Map<string, X>()\nconst c = [1]\nf = () => {\n  m.set(1, 2)\n  c[0]\n}",
      ),
    ).toEqual(["n", "late", "m"])
    const owners = /^(?:node|cli|batch|page)\//
    const found = files
      .filter(f => !owners.test(f))
      .flatMap(f => writtenIn(readFileSync(join(root, f), "utf8")).map(name => `${f} ${name}`))
    expect(found.filter(f => !(f in allowed))).toEqual([])
    expect(Object.keys(allowed).filter(f => !found.includes(f))).toEqual([])
  })

  it("no SPI or number is read back out of hex text, but where the text is somebody else's", () => {
    const reads = (text: string) => text.split("\n").filter(line => /\bparseInt\(.*,\s*16\)/.test(line)).length
    // The rule can fail.
    expect(reads("const spi = Number.parseInt(child.spiI, 16)\nNumber.parseInt(count, 10)")).toBe(1)
    // What users write (keys files, filters, addresses), tables that are written as hex, and bytes of the page's hex pane.
    const foreign = /^(?:secrets|filter|crypto)\//
    const allowed = ["net/address-bytes.ts", "open/eap-tls/suites.ts", "page/inspector/hex.tsx"]
    const found = files.filter(f => !foreign.test(f) && reads(readFileSync(join(root, f), "utf8")) > 0)
    expect(found.sort()).toEqual(allowed)
  })

  it("no function takes six parameters or more, but one in WebAssembly, which takes numbers alone", () => {
    // The rule can fail.
    expect(countIn("const f = (a, b, c, d, e, f) => a\nfunction g(a, b, c, d, e) {}", isWide)).toBe(1)
    const allowed: Record<string, number> = { "crypto/wasm/kernel.ts": 1 }
    const found = countsOfFiles().flatMap(({ file, wide }) => (wide > 0 ? [[file, wide] as const] : []))
    expect(Object.fromEntries(found)).toEqual(allowed)
  })

  it("casts become fewer, never more", () => {
    // The rule can fail, and counts no words.
    const code =
      "const a = b as C\nconst d = e!.f\nlet g: any\nlet i!: J\n// as it is\nconst h = `as $" + "{i as J}` // as K"
    expect(countIn(`${code}\nconst k = [1] as const`, isCast)).toBe(5)
    expect(countsOfFiles().reduce((sum, { casts }) => sum + casts, 0)).toBeLessThanOrEqual(MOST_CASTS)
  })

  it("the core, bundled for a browser, reads a capture", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `export { walkCapture } from "./net/walk-capture.ts"`,
        resolveDir: root,
        loader: "ts",
      },
      bundle: true,
      write: false,
      platform: "browser",
      format: "esm",
    })
    const bundle = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
    const { walkCapture } = (await import(/* @vite-ignore */ bundle)) as typeof import("../src/net/walk-capture.ts")
    const capture = new Uint8Array(readFileSync(resolve(root, "../fixtures/v2-psk-modp2048/capture.pcap")))
    let messages = 0
    const result = walkCapture(capture, {
      packet: view => {
        if (view.kind === Kind.ISAKMP) messages++
      },
      diagnostic: () => {},
    })
    expect(result).toMatchObject({ format: "pcap", frames: 92, complete: true })
    expect(messages).toBe(6)
  })
})
