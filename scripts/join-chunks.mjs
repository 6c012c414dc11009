// Joins chunks that are always loaded together. esbuild makes a chunk for every set of commands that share something, some 70 for one command,
// and each file costs the loader as much as 20 kB of code. A group is what an entry loads statically, less what earlier groups have, so
// groups never import each other in a circle. Each becomes a script, and a module of the same names that runs it with what V8 kept of it
// (src/cli/kept-code.ts): only a script can be compiled from a cache by Node 20.
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { parseSync } from "oxc-parser"

// What esbuild writes between files, with minifyWhitespace.
const IMPORT = /import(?:\{([^}]*)\}from)?"\.\/([^"]+)"/g
const EXPORT = /export\{([^}]*)\}/g
const names = list => list.split(",").map(item => item.split(" as "))

/**
 * `groups` are `[file to write, entries]`: entries by their names without a hash. They stay files of their own. `banner` is what every chunk begins
 * with and a script does not need.
 */
export async function joinChunks(folder, groups, banner) {
  const files = new Map(
    readdirSync(folder)
      .filter(file => file.endsWith(".js"))
      .map(file => [file, lateRequires(readFileSync(join(folder, file), "utf8").replace(banner, ""))]),
  )
  const home = new Map()
  for (const [target, entries] of groups) {
    const chunks = [...loadedBy(files, entries)].filter(file => file.startsWith("chunk-") && !home.has(file))
    for (const chunk of chunks) home.set(chunk, target)
  }
  for (const [file, text] of files)
    if (!home.has(file)) writeFileSync(join(folder, file), `${needsBanner(text) ? banner : ""}${rewritten(text, home)}`)
  for (const [at, [target]] of groups.entries()) {
    const own = [...home].filter(([, group]) => group === target).map(([chunk]) => chunk)
    for (const chunk of own) onceOnly(files.get(chunk))
    const exported = own.flatMap(chunk => exportsOf(files.get(chunk), chunk))
    const made = exported.flatMap(([name]) => name ?? [])
    const others = groups.slice(0, at).map(([group]) => group)
    const joined = await build({
      stdin: { contents: `${exported.map(([, text]) => text).join("\n")}\n__made = {${made}}` },
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      target: "node20.19",
      minifySyntax: true,
      minifyWhitespace: true,
      define: { "import.meta.url": "__url" },
      plugins: [fromMemory(files, home, target)],
    })
    // A script may not import: the module does it for it.
    const text = joined.outputFiles[0].text.replaceAll('import("./', '__import("./')
    const script = ascii(`(function(require,__import,__given,__url){var __made;${text};return __made})`)
    writeFileSync(join(folder, target.replace(/js$/, "cjs")), script)
    writeFileSync(join(folder, target), moduleOf(target, others, made, script))
  }
  for (const chunk of home.keys()) rmSync(join(folder, chunk))
}

/** The module that runs a group's script and exports what it made, once: so nothing of that may be assigned later. */
function moduleOf(target, others, names, script) {
  const given = others.map((other, at) => [
    `import*as other${at} from"./${other}";`,
    `${JSON.stringify(other)}:other${at}`,
  ])
  const digest = createHash("sha256").update(script).digest("hex").slice(0, 16)
  return `import{runKept}from"./kept-code.js";${given.map(([text]) => text).join("")}const made=runKept(new URL("./${target.replace(/js$/, "cjs")}",import.meta.url).href,"${digest}",file=>import(file),{${given.map(([, text]) => text)}});export const ${names.map(name => `${name}=made.${name}`)};`
}

/** The files that entries load when they are loaded. */
function loadedBy(files, entries) {
  const seen = new Set()
  const waiting = [...files.keys()].filter(file => entries.includes(file.replace(/-\w{8}\.js$/, "")))
  while (waiting.length > 0) {
    const file = waiting.pop()
    if (seen.has(file)) continue
    seen.add(file)
    for (const [, , imported] of files.get(file).matchAll(IMPORT)) waiting.push(imported)
  }
  return seen
}

/** A name of a chunk in the file that it is joined into. */
const joinedName = (chunk, name) => `${chunk.replace(/\W/g, "_")}_${name}`

/** What a chunk exports, `[name in the joined file, text]`. */
const exportsOf = (text, chunk) => {
  const list = [...text.matchAll(EXPORT)].flatMap(([, all]) => names(all))
  if (list.length === 0) return [[undefined, `import "./${chunk}"`]]
  return list.map(([own, name = own]) => {
    const joined = joinedName(chunk, name)
    return [joined, `import { ${name} as ${joined} } from "./${chunk}"`]
  })
}

/** Imports of joined chunks as imports of the files that they are joined into. */
function rewritten(text, home, except) {
  return text.replace(IMPORT, (all, list, chunk) => {
    const target = home.get(chunk)
    if (!target || target === except) return all
    if (list === undefined) return `import"./${target}"`
    return `import{${names(list).map(([name, own = name]) => `${joinedName(chunk, name)} as ${own}`)}}from"./${target}"`
  })
}

/** Chunks of this group from memory; other groups as they are given to the script; Node's modules by `require`; the rest is external. */
const fromMemory = (files, home, target) => ({
  name: "chunks",
  setup(build) {
    const texts = [...home]
      .filter(([, group]) => group === target)
      .map(([chunk]) => rewritten(files.get(chunk), home, target))
    build.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      const file = path.slice(2)
      if (kind !== "import-statement") return { path, external: true }
      if (home.get(file) === target) return { path: file, namespace: "chunk" }
      return { path: file, namespace: "given" }
    })
    build.onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
      path.startsWith("node:") && kind === "import-statement" ? { path, namespace: "node" } : { path, external: true },
    )
    build.onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({
      contents: rewritten(files.get(path), home, target),
      loader: "js",
    }))
    build.onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => ({
      contents: variables(`__given[${JSON.stringify(path)}]`, importedFrom(`./${path}`, texts)),
    }))
    build.onLoad({ filter: /.*/, namespace: "node" }, ({ path }) => ({
      contents: builtin(path, importedFrom(path, texts)),
    }))
  },
})

/** The names that texts import from a module. */
const importedFrom = (path, texts) => {
  const imports = new RegExp(`import(?:\\w+,)?\\{([^}]*)\\}from"${path}"`, "g")
  return [
    ...new Set(
      texts.flatMap(text => [...text.matchAll(imports)].flatMap(([, list]) => names(list).map(([name]) => name))),
    ),
  ]
}

/** A module whose exports are variables: esbuild would look each of an object's members up at each use. */
const variables = (made, taken) =>
  `const made=${made};export default made;${taken.map(name => `export const ${name}=made.${name};`).join("")}`

/** Node's modules that few captures need, and that take a millisecond each. */
const LATE = ["node:child_process", "node:worker_threads", "node:zlib"]

/** CommonJS dependencies get an object that asks the module for each member. */
const lateRequires = text =>
  text.replace(/\b__require\d*\(("[\w:]+")\)/g, (all, path) =>
    LATE.includes(JSON.parse(path)) ? `new Proxy({},{get:(_,name)=>${all}[name]})` : all,
  )

/** A module of Node: a late one is loaded when one of its functions, or classes, is called. */
const builtin = (path, taken) => {
  const load = `require(${JSON.stringify(path)})`
  if (!LATE.includes(path)) return variables(load, taken)
  return taken
    .map(name => `export function ${name}(...a){const{${name}:f}=${load};return new.target?new f(...a):f(...a)}`)
    .join("\n")
}

/** Whether a text calls `require`, which modules do not have. */
const needsBanner = text => /\brequire\b/.test(text)

/** The text in ASCII, so that V8 holds a character in a byte: esbuild escapes all but what stands in regular expressions. */
const ascii = text => text.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** Throws if an exported variable of a module's text is assigned after its declaration: those who import it have the first value. */
function onceOnly(text) {
  const { program } = parseSync("joined.js", text)
  const exported = new Set(
    program.body.flatMap(node =>
      node.type === "ExportNamedDeclaration" ? node.specifiers.map(s => s.local.name) : [],
    ),
  )
  const walk = node => {
    if (typeof node !== "object" || node === null) return
    const target =
      node.type === "AssignmentExpression" ? node.left : node.type === "UpdateExpression" ? node.argument : undefined
    if (target?.type === "Identifier" && exported.has(target.name))
      throw new Error(`${target.name} is exported and assigned`)
    for (const child of Object.values(node)) walk(child)
  }
  walk(program)
}
