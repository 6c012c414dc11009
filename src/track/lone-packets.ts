/**
 * Large packets of a data SA that come after a pause: what a sender repeats because nobody acknowledges it looks so. The last few are kept in a
 * flat list behind the first large one of all, as 100,000 SAs may have one. And when an SA was silent for longest. RFC 6298 §5.5.
 */

/** Bytes from which a packet is large: more than requests and acknowledgements have, less than what fills a path. */
const LARGE = 1000
/** Seconds without a packet of the SA before it. */
const PAUSE = 0.15

/** Numbers of one packet: its frame, its time in seconds, its bytes, and how many large packets the SA had before it. */
export const LONE_NUMBERS = 4
export type Lone = readonly number[]
export const NO_LONE: Lone = []
const KEPT = 8

/** What is counted of an SA so far. */
interface Counted {
  readonly packets: number
  readonly lastSeconds: number
  readonly lastNanos: number
  large: number
  lone: Lone
  quiet: Lone
}

/** Packets that were summed up elsewhere. */
interface Summed {
  readonly firstSeconds: number
  readonly firstNanos: number
  readonly large: number
  readonly lone: Lone
  readonly quiet: Lone
}

const withLone = (lone: Lone, ...next: number[]): Lone => [
  ...lone.slice(0, LONE_NUMBERS),
  ...[...lone.slice(LONE_NUMBERS), ...next].slice(-KEPT * LONE_NUMBERS),
]

/** The longest silence is kept: when it began, and when it ended. */
function noteQuiet(to: Counted, from: number, end: number): void {
  if (to.packets > 0 && end - from > (to.quiet.length > 0 ? to.quiet[1] - to.quiet[0] : 0)) to.quiet = [from, end]
}

/** Before the first packet there is a pause. */
const endOf = (t: Counted): number => (t.packets === 0 ? Number.NEGATIVE_INFINITY : t.lastSeconds + t.lastNanos / 1e9)

/** Before a packet is counted. */
export function noteLone(to: Counted, frame: number, seconds: number, nanos: number, bytes: number): void {
  // Whole seconds first: most packets go no further.
  if (seconds - to.lastSeconds > 1) noteQuiet(to, endOf(to), seconds + nanos / 1e9)
  if (bytes < LARGE) return
  const time = seconds + nanos / 1e9
  if (to.large === 0) to.lone = [frame, time, bytes, 0]
  if (time - endOf(to) >= PAUSE) to.lone = withLone(to.lone, frame, time, bytes, to.large)
  to.large++
}

/** Before packets are counted that were summed up elsewhere: whether a pause lies before the first of them shows here. */
export function takeLone(to: Counted, { lone, quiet, large, firstSeconds, firstNanos }: Summed): void {
  const first = firstSeconds + firstNanos / 1e9
  if (firstSeconds - to.lastSeconds > 1) noteQuiet(to, endOf(to), first)
  if (to.packets === 0) to.quiet = quiet
  else if (quiet.length > 0) noteQuiet(to, quiet[0], quiet[1])
  const isPause = first - endOf(to) >= PAUSE
  if (to.large === 0) to.lone = lone.slice(0, LONE_NUMBERS)
  for (let i = LONE_NUMBERS; i < lone.length; i += LONE_NUMBERS)
    if (isPause || lone[i + 1] !== first)
      to.lone = withLone(to.lone, lone[i], lone[i + 1], lone[i + 2], lone[i + 3] + to.large)
  to.large += large
}
