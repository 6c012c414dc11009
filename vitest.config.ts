// How tests run: files share one set of modules, since loading them costs more than most tests do. A file that puts a stand-in
// in a module's place ("vi.mock") has modules of its own.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const root = import.meta.dirname
const testFiles = ["test", "examples"].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(".test.ts"))
    .map(name => `${folder}/${name.replaceAll("\\", "/")}`),
)
const withStandIns = testFiles.filter(name => readFileSync(join(root, name), "utf8").includes("vi.mock("))

const common = { testTimeout: 60_000, pool: "threads" as const }

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      { test: { ...common, name: "together", isolate: false, include: ["test/**/*.test.ts", "examples/**/*.test.ts"], exclude: withStandIns } },
      { test: { ...common, name: "apart", include: withStandIns } },
    ],
  },
})
