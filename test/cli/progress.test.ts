/** Progress on a terminal: nothing at first, then one line that is written anew, and taken away. */
import { expect, it } from "vitest"
import { Progress } from "../../src/cli/progress.ts"

function terminal(isTTY: boolean) {
  const written: string[] = []
  let now = 0
  const progress = new Progress({ isTTY, write: text => written.push(text) }, () => now)
  return { progress, written, at: (ms: number) => (now = ms) }
}

it("says how much was read and how many secrets were tried, after a second", () => {
  const { progress, written, at } = terminal(true)
  progress.report(1e6, 4e6)
  progress.trials(1024)
  expect(written).toEqual([])
  at(1001)
  progress.report(2e6, 4e6)
  at(1100)
  progress.trials(2048)
  at(1300)
  progress.trials(4096)
  progress.clear()
  expect(written).toEqual(["\r\u001b[Kreading 50 % of 4.0 MB", "\r\u001b[Ktrying secrets, 4096 trials", "\r\u001b[K"])
})

it("writes nothing where nobody looks", () => {
  const { progress, written, at } = terminal(false)
  at(5000)
  progress.trials(1024)
  progress.clear()
  expect(written).toEqual([])
})
