// How tests run: files share one set of modules, since loading them costs more than most tests do, and those of `src` are as Node
// loads them. So no test puts a stand-in in the place of a module ("vi.mock").
import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { nativeModules } from "./test/helpers/native-modules.ts"

export default defineConfig({
  plugins: [await nativeModules()],
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "threads",
    isolate: false,
    // One more than there are cores: tests also wait, for browsers and for other programs.
    maxWorkers: availableParallelism() + 1,
  },
})
