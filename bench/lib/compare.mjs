/** Whether figures fell from one run of `bench/all.mjs` to another. */

/** The part of a figure that may be lost: noise of a quiet machine is less. */
const TOLERANCE = 0.1

/** How many times as fast as its peer ikedump is in a result, or its speed where there is no peer; undefined without a result. `by`: wall or cpu. */
export function figureOf(result, by) {
  const own = result?.tools.ikedump?.[by].best
  if (!own) return undefined
  const peer = result.peer && result.tools[result.peer]?.[by].best
  return peer ? peer / own : 1 / own
}

/** The figures of `after` that are more than the tolerance below those of `before`; those that are in one only, or have other peers, are left out. */
export function compare(before, after, by = "wall") {
  return Object.entries(after).flatMap(([name, result]) => {
    if (before[name]?.peer !== result.peer) return []
    const was = figureOf(before[name], by)
    const is = figureOf(result, by)
    return was !== undefined && is !== undefined && is < (1 - TOLERANCE) * was ? [{ name, was, is }] : []
  })
}
