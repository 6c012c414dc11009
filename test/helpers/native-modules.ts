/**
 * `src` as Node loads it, for tests: Vite's own form of a module reads every import through a getter, and takes four times as long
 * where much is decoded. Each file is compiled into `node_modules/.cache`, and tests get that in its place.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { pathToFileURL } from "node:url"
import { transform } from "esbuild"
import type { Plugin } from "vite"

const root = join(import.meta.dirname, "../..")
const compiled = join(root, "node_modules/.cache/ikedump-test")
const TYPESCRIPT = /\.tsx?$/

const compiledPath = (source: string) => join(compiled, relative(root, source)).replace(TYPESCRIPT, ".js")

/** Compiles what is in `src`; what is there already and the same is left alone, since other runs may be reading it. */
async function compile(): Promise<void> {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter(name => TYPESCRIPT.test(name))
    .map(name => join(root, "src", name))
  const wanted = new Set(sources.map(compiledPath))
  if (existsSync(compiled))
    for (const name of readdirSync(compiled, { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".js") && !wanted.has(join(compiled, name))) rmSync(join(compiled, name))
  await Promise.all(sources.map(source => compileFile(source)))
}

async function compileFile(source: string): Promise<void> {
  const { code } = await transform(readFileSync(source, "utf8"), {
    sourcefile: source,
    loader: source.endsWith("x") ? "tsx" : "ts",
    jsx: "automatic",
    jsxImportSource: "preact",
    format: "esm",
    target: "node20.19",
    sourcemap: "inline",
    sourcesContent: false,
    // Files beside it are looked for where it was written.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(source).href) },
  })
  const text = code.replace(/((?:\bfrom|\bimport|\bimport\()\s*"\.[^"\n]*)\.tsx?"/g, '$1.js"')
  const path = compiledPath(source)
  if (existsSync(path) && readFileSync(path, "utf8") === text) return
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, text)
  renameSync(beside, path)
}

/** Gives tests the compiled modules. */
export async function nativeModules(): Promise<Plugin> {
  await compile()
  return {
    name: "native-modules",
    enforce: "pre",
    async resolveId(id, importer) {
      if (!/\bsrc\b/.test(id) || !importer) return null
      const found = await this.resolve(id, importer, { skipSelf: true })
      if (!found?.id.startsWith(join(root, "src") + sep) || !TYPESCRIPT.test(found.id)) return null
      return { id: compiledPath(found.id), external: true }
    },
  }
}
