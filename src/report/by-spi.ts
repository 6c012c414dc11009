/** Looks data SAs and their counters up by SPI: a long capture has many. */

interface WithSpi {
  readonly protocol: string
  readonly spi: number
}

/** The items of a protocol and SPI, in their order. */
export type BySpi<T> = (protocol: string, spi: number) => readonly T[]

export function bySpi<T extends WithSpi>(items: readonly T[]): BySpi<T> {
  const index = new Map<string, T[]>()
  for (const item of items) {
    const key = `${item.protocol} ${item.spi}`
    const list = index.get(key)
    if (list) list.push(item)
    else index.set(key, [item])
  }
  return (protocol, spi) => index.get(`${protocol} ${spi}`) ?? []
}
