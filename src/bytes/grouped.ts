/** Lists of items that have a key in common. */

/** The items by a key, in their order; the first `most` of each. */
export function grouped<T, K>(items: Iterable<T>, keyOf: (item: T) => K, most?: number): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) addTo(groups, keyOf(item), item, most)
  return groups
}

/** The items by each of their keys. */
export function groupedByEach<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) for (const key of keysOf(item)) addTo(groups, key, item)
  return groups
}

/** Adds an item to the list of its key, unless that has `most`. */
export function addTo<K, T>(groups: Map<K, T[]>, key: K, item: T, most = Number.POSITIVE_INFINITY): void {
  const group = groups.get(key)
  if (!group) groups.set(key, [item])
  else if (group.length < most) group.push(item)
}
