// Bundles the command: a few files load in a third of the time that hundreds of modules take.
// Every command stays a chunk of its own, loaded when it is called. Run by `npm run build`.
import { renameSync, rmSync } from "node:fs"
import { build } from "esbuild"
import { joinChunks } from "./join-chunks.mjs"
import { buildLate, lateModules } from "./late-modules.mjs"

const final = "dist/bin"
const outdir = "dist/bin.new"
rmSync(outdir, { recursive: true, force: true })
// CommonJS dependencies ask for Node's modules by `require`.
const banner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
const options = {
  entryPoints: {
    main: "src/cli/main.ts",
    "triage-worker": "src/node/triage-worker.ts",
    "view-worker": "src/node/view-worker.ts",
    "fields-worker": "src/cli/fields-worker.ts",
  },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minifySyntax: true,
  // Names stay: stack traces in bug reports have to be readable.
  minifyWhitespace: true,
  legalComments: "linked",
  // Optional: installed by those who want `ikedump mcp`.
  external: ["@modelcontextprotocol/sdk", "bullmq", "ioredis"],
  banner: { js: banner },
}
await build({ ...options, plugins: [lateModules] })
await buildLate(options)
// What every command needs, and what all but the short ones do.
await joinChunks(
  outdir,
  [
    ["base.js", ["run", "brief"]],
    ["core.js", ["report"]],
  ],
  banner,
)
await build({ ...options, banner: undefined, entryPoints: { "kept-code": "src/cli/kept-code.ts" }, splitting: false })
// Every thread compiles what it loads: those that only scan and open have files of their own.
await build({
  ...options,
  entryPoints: {
    "data-worker": "src/node/data-worker.ts",
    "segment-worker": "src/node/segment-worker.ts",
  },
  chunkNames: "worker-[hash]",
  plugins: [lateModules],
})
// Swapped in one step: a command that runs meanwhile finds either all of the old files or all of the new.
rmSync("dist/bin.old", { recursive: true, force: true })
try {
  renameSync(final, "dist/bin.old")
} catch {
  // The first build has nothing to replace.
}
renameSync(outdir, final)
rmSync("dist/bin.old", { recursive: true, force: true })
