// Builds the page: one HTML file with its style, its script and its worker in it, which needs nothing else. Run by `npm run build`;
// `node scripts/build-page.mjs FILE` writes elsewhere.
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { build } from "esbuild"

const root = join(import.meta.dirname, "..")
/**
 * What only `ikedump registry` and `ikedump explain` print stays out of the page: the title of a table, which document defines a
 * number, its status, the address of a profile, where a Vendor ID was seen, what a code means, how grave it is and where its rule is written.
 */
const TEXT = String.raw`"(?:[^"\\\n]|\\.)*"`
const DECLARED = new RegExp(
  String.raw`(\bdeclare\(\s*)\[[^\]]*\](,\s*)${TEXT}(,\s*(?:${TEXT}|null),\s*)(?:${TEXT}|null)`,
  "g",
)
/** Vendor IDs that are the MD5 of their name are made of it in the page: 16 bytes that nothing can compress for each. `row` finds the rows. */
const hashed = row => source => {
  const rows = source.replace(row, text => {
    const [id] = /"[0-9a-f]{32}"/.exec(text) ?? []
    const name = (text.match(/"[^"\n\\]*"/g) ?? []).find(t => `"${md5(JSON.parse(t))}"` === id)
    return name ? text.replace(id, `md5Of(${name})`) : text
  })
  return `import { md5Of } from ${JSON.stringify(join(root, "src/page/md5-of.ts"))}\n${rows}`
}
const md5 = text => createHash("md5").update(text).digest("hex")
const UNSEEN = [
  [/src[/\\]registry[/\\]vendor-id-table\.ts$/, /,\s*from: "[^"\n]*"/g, "", hashed(/\{ *\n? *id: [^{}]*\}/g)],
  [/src[/\\]registry[/\\]vendor-id-wireshark\.ts$/, /^$/g, "", hashed(/\["[0-9a-f]{32}",[^\]]*\]/g)],
  [
    /src[/\\]registry[/\\].*\.ts$/,
    /(\bregistry\(\s*|\b[A-Z]\w*:\s*\[\s*\d+,\s*)"[^"\n]*"|,\s*status: "\w+"/g,
    // A table that nobody in the page reads is left out.
    (_, before) => (before ? `${before.startsWith("registry") ? "/* @__PURE__ */ " : ""}${before}""` : ""),
  ],
  [/src[/\\]audit[/\\]profiles[/\\].*\.ts$/, /(\b(?:url|date): )"[^"\n]*"/g, '$1""'],
  [/src[/\\]diagnostics[/\\].*\.ts$/, DECLARED, '$1[]$2""$3null'],
]
const withoutUnseen = {
  name: "without what the page does not show",
  setup({ onLoad }) {
    for (const [filter, text, left, before = source => source] of UNSEEN)
      onLoad({ filter }, ({ path }) => ({
        contents: before(readFileSync(path, "utf8")).replace(text, left),
        loader: "ts",
      }))
  },
}

const common = {
  bundle: true,
  write: false,
  minify: true,
  platform: "browser",
  format: "iife",
  target: ["chrome123", "firefox128", "safari17.5"],
  legalComments: "none",
  plugins: [withoutUnseen],
  logLevel: "warning",
}

const textOf = async (entry, more = {}) => {
  const { outputFiles } = await build({ ...common, entryPoints: entry && [join(root, entry)], ...more })
  return outputFiles[0].text.trim()
}

/** Script text inside HTML: no end tag and no comment may begin in it. */
const inside = text => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")

const hash = text => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

// The worker is most of the page. zstd sees repetitions that are further apart than gzip's 32 KiB, which saves an eighth of the whole.
const { init, compress } = createRequire(import.meta.url)("@bokuweb/zstd-wasm")
await init()
const packed = text => Buffer.from(compress(Buffer.from(text), 19)).toString("base64")

// fzstd stands in the page once, in a script before those of page and worker: both take it from there.
const shared = {
  alias: { fzstd: join(root, "src/page/shared-zstd.ts"), chalk: join(root, "src/page/plain-chalk.ts") },
}
const zstdSource = { contents: 'import * as fzstd from "fzstd"; globalThis.fzstd = { ...fzstd }', resolveDir: root }

// What most captures never need is left to the command: the page has no room for all.
const LEFT_OUT =
  /\/(crypto\/(ciphers\/rare|verify-pqc)|fold\/(group-v[12]|sip|tls-inside)|ike\/v2\/notify\/rohc|net\/headers\/(sip|vendor-tcp)|keys\/mistaken-keymat|open\/(early-plane|waiting-packets)|report\/verdict\/live-world|segment\/open-segments|unlock\/(mistaken-candidates|cut-icv|crossed-entry)|verify\/(mistakes\/(auth(-proof)?|int-auth)|tls-inside))\.ts$/
const leftOut = {
  name: "left-out",
  setup: it =>
    it.onResolve(
      {
        filter:
          /\/(rare|verify-pqc|group-v[12]|sip|tls-inside|rohc|vendor-tcp|mistaken-keymat|early-plane|waiting-packets|live-world|open-segments|mistaken-candidates|cut-icv|crossed-entry|mistakes\/auth|mistakes\/int-auth|auth-proof)\.ts$/,
      },
      ({ path, resolveDir, importer }) =>
        LEFT_OUT.test(join(resolveDir, path)) && !importer.endsWith("left-out.ts")
          ? { path: join(root, "src/page/left-out.ts") }
          : undefined,
    ),
}

const [zstd, worker, script, style] = await Promise.all([
  textOf(undefined, { stdin: zstdSource }).then(inside),
  textOf("src/page/worker.ts", { ...shared, plugins: [...common.plugins, leftOut] }).then(packed),
  textOf("src/page/main.tsx", { jsx: "automatic", jsxImportSource: "preact", ...shared }).then(inside),
  textOf("src/page/style.css", { format: undefined }),
])

// What the page may do is said once: its own script and style, its own worker, and no connection at all.
const policy = [
  "default-src 'none'",
  `script-src ${hash(zstd)} ${hash(script)} 'wasm-unsafe-eval'`,
  `style-src ${hash(style)}`,
  "worker-src blob:",
  "connect-src 'none'",
  "img-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ")

const exampleFile = name => readFileSync(join(root, "fixtures/v2-auth-failed", name))
const example = { capture: exampleFile("capture.pcap").toString("base64"), keys: JSON.parse(exampleFile("keys.json")) }

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>ikedump</title>
<style>${style}</style>
</head>
<body>
<div id="ikedump"></div>
<!--data-->
<script type="application/json" id="ikedump-example">${inside(JSON.stringify(example))}</script>
<script type="text/plain" id="ikedump-worker">${worker}</script>
<script id="ikedump-zstd">${zstd}</script>
<script>${script}</script>
</body>
</html>
`
const target = process.argv[2] ?? join(root, "dist/ikedump.html")
mkdirSync(dirname(target), { recursive: true })
writeFileSync(target, html)
