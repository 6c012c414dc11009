/** How many threads there are where nobody says: never more than are worth it. */
import { expect, it } from "vitest"
import { defaultThreads } from "../../src/cli/workers.ts"

const MB = 1 << 20

it.each<[string, Parameters<typeof defaultThreads>[0], number]>([
  ["a capture of 150 MB is one thread's", { captures: 1, bytes: 150 * MB, cores: 16 }, 1],
  ["a large one is all cores'", { captures: 1, bytes: 1100 * MB, cores: 2 }, 2],
  ["of 600 MB two cores open no sooner than one", { captures: 1, bytes: 600 * MB, cores: 2 }, 1],
  ["but draw sooner", { captures: 1, bytes: 600 * MB, cores: 2, kind: "draw" }, 2],
  ["but one without secrets is one thread's", { captures: 1, bytes: 1500 * MB, cores: 2, kind: "scan" }, 1],
  ["unless it is larger yet", { captures: 1, bytes: 3000 * MB, cores: 2, kind: "scan" }, 2],
  ["with keys of 16 data SAs too", { captures: 1, bytes: 1100 * MB, cores: 2, rows: 16 }, 2],
  [
    "with keys of 1,000 data SAs two cores are slower than one",
    { captures: 1, bytes: 1100 * MB, cores: 2, rows: 1000 },
    1,
  ],
  ["and four are not", { captures: 1, bytes: 600 * MB, cores: 4, rows: 1000 }, 4],
  [
    "many small captures are worth all cores to who takes them one by one",
    { captures: 50, bytes: MB, cores: 8, worthCount: 8 },
    8,
  ],
])("%s", (_, work, threads) => {
  expect(defaultThreads(work)).toBe(threads)
})
