// An esbuild plugin: modules that the command evaluates when one of their functions is called for the first time, not when it starts.
// Each is replaced by a stand-in of the same functions, which loads late.cjs; that file holds them all, and each is evaluated by itself.
// What a module exports is looked up in dist/, so a stand-in is never behind its module. Functions and objects of functions can wait; a module
// that exports anything else, a class say, may be in the list as long as nobody in the bundle imports that as a value.
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"

/** What takes long to evaluate (tables, curves) and most captures never call, under src/. */
const LATE = [
  "crypto/symmetric",
  "crypto/gcm-salt",
  "crypto/ke-ecp",
  "crypto/ke-ml-kem",
  "crypto/key-faults",
  "crypto/verify-dsa",
  "crypto/verify-pqc",
  "crypto/verify-rsa",
]
const FILE = "./late.cjs"

export const lateModules = {
  name: "late-modules",
  setup(build) {
    build.onResolve({ filter: /^\.\/late\.cjs$/ }, ({ path }) => ({ path, external: true }))
    const sources = new Map(LATE.map(module => [resolve("src", `${module}.ts`), module]))
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const module = sources.get(path)
      return module && { contents: standIn(module, await exportsOf(module)), loader: "js" }
    })
  },
}

/** Builds the file that the stand-ins load. `options` are those of the bundle. */
export function buildLate({ outdir, banner: _, splitting: __, ...options }) {
  const getters = LATE.map(module => `get ${JSON.stringify(module)}() { return require("./src/${module}.ts") }`)
  return build({
    ...options,
    stdin: { contents: `module.exports = { ${getters.join(", ")} }`, resolveDir: "." },
    entryPoints: undefined,
    outfile: `${outdir}/${FILE}`,
    format: "cjs",
  })
}

const exportsOf = module => import(pathToFileURL(resolve("dist", `${module}.js`)).href)

/** A module of the same functions, each of which calls the one of the module. */
export function standIn(module, exported) {
  const named = Object.entries(exported).flatMap(([name, value]) => {
    const text = callable(value, `.${name}`)
    return text ? [`export const ${name} = ${text}`] : []
  })
  return `let loaded\nconst late = () => (loaded ??= require("${FILE}")[${JSON.stringify(module)}])\n${named.join("\n")}\n`
}

/** The text of a function, or of an object of functions, that calls what stands at `path` in the module; undefined for other values. */
function callable(value, path) {
  if (typeof value === "function") return /^class\b/.test(String(value)) ? undefined : `(...a) => late()${path}(...a)`
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const members = Object.entries(value).map(([key, member]) => [
    key,
    callable(member, `${path}[${JSON.stringify(key)}]`),
  ])
  if (members.some(([, text]) => text === undefined)) return undefined
  return `{ ${members.map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(", ")} }`
}
