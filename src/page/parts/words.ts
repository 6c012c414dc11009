/** Numbers and sizes in words. */

export const size = (n: number): string =>
  n < 1000
    ? `${n} B`
    : n < 1e6
      ? `${(n / 1000).toFixed(1)} kB`
      : n < 1e9
        ? `${(n / 1e6).toFixed(1)} MB`
        : `${(n / 1e9).toFixed(1)} GB`

export const seconds = (t: number): string => t.toFixed(t < 1000 ? 3 : 1)
