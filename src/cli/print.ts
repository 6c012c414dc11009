/** Writes pieces of text to standard output until they end or nobody reads any more. */
import { Output } from "./output.ts"

export function print(pieces: Iterable<string>): void {
  const output = new Output()
  for (const piece of pieces) {
    output.write(piece)
    if (output.closed) return
  }
  output.flush()
}
