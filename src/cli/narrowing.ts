/** `-Y` for commands that analyze: the filter is loaded only when there is one. */
import type { CaptureSource } from "../analyze-options.ts"
import type { ReadingFlags } from "./captures.ts"
import type { CommonOptions } from "./options.ts"

/** Narrows a source to the frames that pass `-Y` (`narrowedBy` of filter-option.ts). */
export async function narrowing(
  paths: readonly string[],
  flags: Pick<CommonOptions, "keys" | "filter"> & ReadingFlags,
): Promise<(source: CaptureSource) => CaptureSource> {
  if (flags.filter === undefined) return source => source
  const { narrowedBy } = await import("./filter-option.ts")
  return narrowedBy(paths, flags)
}
