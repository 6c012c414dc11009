/** What ESP and AH SAs are looked up by: protocol and SPI as one number. RFC 4301 §4.1. */

export interface WithSpi {
  readonly protocol: "ESP" | "AH"
  /** Unsigned 32 bits. */
  readonly spi: number
}

export const spiKey = ({ protocol, spi }: WithSpi): number => (protocol === "AH" ? spi + 2 ** 32 : spi)
