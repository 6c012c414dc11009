/** Looks data SAs and their counters up by SPI: a long capture has many. */
import { grouped } from "../bytes/grouped.ts"
import { spiKey, type WithSpi } from "../ipsec/spi-key.ts"

/** The items of a protocol and SPI, in their order. */
export type BySpi<T> = (protocol: "ESP" | "AH", spi: number) => readonly T[]

export const bySpi = <T extends WithSpi>(items: readonly T[]): BySpi<T> => bySpiOf(items, item => item)

/** The same for items of which `of` says what SPI they have. */
export function bySpiOf<T>(items: readonly T[], of: (item: T) => WithSpi): BySpi<T> {
  const index = grouped(items, item => spiKey(of(item)))
  return (protocol, spi) => index.get(spiKey({ protocol, spi })) ?? []
}
