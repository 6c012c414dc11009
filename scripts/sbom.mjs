// Writes sbom.cdx.json: the package and what is installed with it, from the lock file, as CycloneDX 1.6. Run by `npm run build`.
// `npm sbom` leaves out a dependency that a development tool also names as an optional peer (npm 11.19: yaml, of vite).
// There is no serial number and no time in it, so that building again changes nothing.
import { readFileSync, writeFileSync } from "node:fs"

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"))
const manifest = JSON.parse(readFileSync("package.json", "utf8"))

/** Where Node finds a dependency of the package at `from`: beside it, then in the folders above. */
function resolve(from, name) {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    const path = `${at ? `${at}/` : ""}node_modules/${name}`
    if (packages[path]) return path
    if (at === "") return undefined
  }
}

const dependenciesOf = path =>
  Object.keys({ ...packages[path].dependencies, ...packages[path].optionalDependencies })
    .map(name => resolve(path, name))
    .filter(found => found !== undefined)

/** All that the package reaches without its peers and tools, by path. */
const edges = new Map()
const waiting = [""]
for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
  if (edges.has(path)) continue
  edges.set(path, dependenciesOf(path))
  waiting.push(...edges.get(path))
}

const nameOf = path => (path === "" ? manifest.name : path.replace(/^.*node_modules\//, ""))
const versionOf = path => (path === "" ? manifest.version : packages[path].version)
const purl = path => `pkg:npm/${nameOf(path).replace("@", "%40")}@${versionOf(path)}`
const licenses = ({ license }) =>
  license ? [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }] : []
const hashes = ({ integrity }) =>
  (integrity ?? "").startsWith("sha512-")
    ? [{ alg: "SHA-512", content: Buffer.from(integrity.slice(7), "base64").toString("hex") }]
    : []

const component = path => ({
  type: path === "" ? "application" : "library",
  "bom-ref": purl(path),
  name: nameOf(path),
  version: versionOf(path),
  ...(path === ""
    ? { description: manifest.description }
    : { scope: packages[path].optional ? "optional" : "required" }),
  hashes: hashes(packages[path]),
  licenses: licenses(path === "" ? manifest : packages[path]),
  purl: purl(path),
})

const paths = [...edges.keys()].filter(path => path !== "").sort()
const sbom = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { lifecycles: [{ phase: "build" }], component: component("") },
  components: paths.map(component),
  dependencies: ["", ...paths].map(path => ({
    ref: purl(path),
    dependsOn: [...new Set(edges.get(path).map(purl))].sort(),
  })),
}
writeFileSync("sbom.cdx.json", `${JSON.stringify(sbom, null, 2)}\n`)
