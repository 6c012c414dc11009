// Joins chunks that are always loaded together. esbuild makes a chunk for every set of commands that share something, some 70 for one command,
// and each file costs the loader as much as 20 kB of code. A group is what an entry loads statically, less what earlier groups have, so
// groups never import each other in a circle.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"

// What esbuild writes between files, with minifyWhitespace.
const IMPORT = /import(?:\{([^}]*)\}from)?"\.\/([^"]+)"/g
const EXPORT = /export\{([^}]*)\}/g
const names = list => list.split(",").map(item => item.split(" as "))

/** `groups` are `[file to write, entries]`: entries by their names without a hash. They stay files of their own. */
export async function joinChunks(folder, groups) {
  const files = new Map(
    readdirSync(folder)
      .filter(file => file.endsWith(".js"))
      .map(file => [file, readFileSync(join(folder, file), "utf8")]),
  )
  const home = new Map()
  for (const [target, entries] of groups) {
    const chunks = [...loadedBy(files, entries)].filter(file => file.startsWith("chunk-") && !home.has(file))
    for (const chunk of chunks) home.set(chunk, target)
  }
  for (const [file, text] of files) if (!home.has(file)) writeFileSync(join(folder, file), rewritten(text, home))
  for (const [target] of groups) {
    const own = [...home].filter(([, group]) => group === target).map(([chunk]) => chunk)
    const joined = await build({
      stdin: { contents: own.map(chunk => exportsOf(files.get(chunk), chunk)).join("\n") },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      minifySyntax: true,
      minifyWhitespace: true,
      plugins: [fromMemory(files, home, target)],
    })
    writeFileSync(join(folder, target), joined.outputFiles[0].contents)
  }
  for (const chunk of home.keys()) rmSync(join(folder, chunk))
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

const exportsOf = (text, chunk) =>
  [...text.matchAll(EXPORT)]
    .flatMap(([, list]) => names(list))
    .map(([own, name = own]) => `export { ${name} as ${joinedName(chunk, name)} } from "./${chunk}"`)
    .join("\n") || `import "./${chunk}"`

/** Imports of joined chunks as imports of the files that they are joined into. */
function rewritten(text, home, except) {
  return text.replace(IMPORT, (all, list, chunk) => {
    const target = home.get(chunk)
    if (!target || target === except) return all
    if (list === undefined) return `import"./${target}"`
    return `import{${names(list).map(([name, own = name]) => `${joinedName(chunk, name)} as ${own}`)}}from"./${target}"`
  })
}

/** Chunks of this group from memory; what others hold is external. */
const fromMemory = (files, home, target) => ({
  name: "chunks",
  setup(build) {
    build.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      const file = path.slice(2)
      return home.get(file) === target && kind === "import-statement"
        ? { path: file, namespace: "chunk" }
        : { path, external: true }
    })
    build.onResolve({ filter: /^[^.]/ }, ({ path }) => ({ path, external: true }))
    build.onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({
      contents: rewritten(files.get(path), home, target),
      loader: "js",
    }))
  },
})
