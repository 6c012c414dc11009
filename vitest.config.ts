// How tests run: files share one set of modules, since loading them costs more than most tests do, and those of `src` are as Node
// loads them. So no test puts a stand-in in the place of a module ("vi.mock").
import { availableParallelism } from "node:os"
import { setFlagsFromString } from "node:v8"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { nativeModules } from "./test/helpers/native-modules.ts"

// For the threads that tests run in. Most of what a test makes dies young; and most code runs too seldom to be worth an optimizer, which took
// a third of all CPU where V8 calls it as soon as it does for a program that runs on and on (67,584).
setFlagsFromString("--max-semi-space-size=64")
setFlagsFromString("--interrupt-budget=270336")

/** The page's tests take longest, most of it waiting for browsers: begun last, they would go on alone when all others are done. */
class BrowsersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inBrowser = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith("/page/page.test.ts")
    return (await super.sort(files)).sort((a, b) => Number(inBrowser(b)) - Number(inBrowser(a)))
  }
}

export default defineConfig({
  plugins: [await nativeModules()],
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    sequence: { sequencer: BrowsersFirst },
    pool: "threads",
    isolate: false,
    // One more than there are cores: tests also wait, for browsers and for other programs.
    maxWorkers: availableParallelism() + 1,
  },
})
