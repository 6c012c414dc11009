/**
 * How V8's heap grows: by its flags, which can change while it runs. Each is put back at exit, since what V8 compiled is kept for the next start
 * (`cli/kept-code.ts`) and fits only a process of the same flags.
 */
import { setFlagsFromString } from "node:v8"
import { isMainThread } from "node:worker_threads"

/** Flags that changed, and V8's own values of them. */
const changed = new Map<string, number>()

/** A flag is the whole process's: a command that is run in a thread leaves it to those who started the process. */
function set(flag: string, value: number, own: number): void {
  if (!isMainThread) return
  if (changed.size === 0) process.prependOnceListener("exit", putBack)
  changed.set(flag, own)
  setFlagsFromString(`--${flag}=${value}`)
}

/** Lets the heap grow as it did before: what comes next needs other bounds, or none. */
export function putBack(): void {
  for (const [flag, own] of changed) setFlagsFromString(`--${flag}=${own}`)
}

/**
 * Lets the heap grow by so many per cent before old objects are collected. V8 lets it grow fourfold, which a stream of SAs, each of which lives as
 * long as the caps allow, turns into 600 MB where 150 are in use.
 */
export const growSlowly = (percent = 80): void => set("heap-growing-percent", percent, 0)

/** Lets the heap grow as V8 finds right. */
export const growFreely = (): void => set("heap-growing-percent", 0, 0)

/**
 * Keeps the space of new objects as small as it begins, 1 MB. V8 lets it grow to two of 16 MB, which stay; what a report makes is either gone at
 * once or alive until its end, so the larger space saves no time: 25 MB less, the same CPU. Call it before there is work.
 */
export const keepYoungHeapSmall = (): void => set("semi-space-growth-factor", 1, 2)
