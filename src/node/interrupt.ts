/** Ctrl-C ends the input, not the program: what came is reported, files are completed. A second one ends the program, and leaves no unfinished file. */

const ends = new Set<() => void>()
let watching = false
let pressed = false

/** From now on Ctrl-C and SIGTERM end the process as `process.exit` does, so that unfinished files are taken away. */
export function exitOnSignals(): void {
  if (watching) return
  watching = true
  process.on("SIGINT", () => {
    if (pressed || ends.size === 0) process.exit(130)
    pressed = true
    for (const end of ends) end()
  })
  process.once("SIGTERM", () => process.exit(143))
}

/** Calls `end` at the first Ctrl-C; the function that takes it back. */
export function onInterrupt(end: () => void): () => void {
  exitOnSignals()
  ends.add(end)
  return () => void ends.delete(end)
}
