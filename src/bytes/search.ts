/** Binary search. */

/** Place of the first item that fits, where all behind it fit too; the number of items where none does. */
export function firstFrom<T>(items: readonly T[], fits: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (fits(items[middle])) high = middle
    else low = middle + 1
  }
  return low
}
