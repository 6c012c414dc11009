/** What one thread of the tests has computed: the others of the process do not count. */
import { readFileSync } from "node:fs"

/** The kernel's unit of a thread's times. */
const TICKS = 100

/** Seconds of CPU that this thread has taken in its own code; of the whole process where the kernel does not say. */
export function threadSeconds(): number {
  try {
    // The name, in parentheses, may hold spaces; `utime` is the twelfth field behind it.
    const fields = readFileSync("/proc/thread-self/stat", "utf8").split(") ")[1].split(" ")
    return Number(fields[11]) / TICKS
  } catch {
    return process.cpuUsage().user / 1e6
  }
}
