/** The keys of a Child SA by direction: which of them packets with an SPI have, and what may be inside those. RFC 7296 §2.17, RFC 4301 §4.4.1. */
import { present } from "../bytes/typed.ts"
import { encrFromKeyLength } from "../crypto/encr.ts"
import type { DataSaKeys, EspKeys } from "../keys/data-sa-keys.ts"
import type { InnerSelectors } from "../keys/inner-selectors.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { rangesOf } from "../track/selector.ts"

/** Which of a Child SA's keys packets with this SPI have: SPIr stands in what the exchange's starter sends. */
export const wayOf = (child: ChildSa, spi: number): "i" | "r" => (child.spiR === spi ? "i" : "r")

export const spisOf = ({ spiI, spiR }: ChildSa): number[] => [spiI, spiR].filter(spi => spi !== null)

/** Whether the keys of packets with this SPI are known beyond doubt: by a mistake of their sender. */
export const isSettled = (child: ChildSa, spi: number): boolean =>
  child.mistakes?.some(m => (m.by === child.startedBy) === (wayOf(child, spi) === "i")) ?? false

/** Keys of the packets with this SPI: SPIr stands in what the exchange's starter sends. */
export function espKeys(
  child: ChildSa,
  spi: number,
  values: Readonly<Record<string, Uint8Array>>,
): EspKeys | undefined {
  const [key, integKey] = wayOf(child, spi) === "i" ? [values.encr_i, values.integ_i] : [values.encr_r, values.integ_r]
  if (child.protocol === "AH")
    return (
      child.integ && { encr: NULL, key: EMPTY, integ: child.integ, integKey: integKey ?? EMPTY, esn: child.suite.esn }
    )
  if (!child.encr) return undefined
  return {
    encr: child.encr,
    key: key ?? EMPTY,
    integ: child.integ ?? null,
    integKey: integKey ?? EMPTY,
    esn: child.suite.esn,
  }
}

const EMPTY = new Uint8Array(0)
const NULL = present(encrFromKeyLength("NULL", 0))

/** Its keys as the data plane takes them: one entry for each SPI whose keys are known. */
export function* directions(child: ChildSa): Generator<DataSaKeys> {
  if (child.keyStatus === "none") return
  const selectors = innerSelectors(child)
  for (const spi of spisOf(child)) {
    const known = !child.mistakes || child.keys[`encr_${wayOf(child, spi)}`] !== undefined
    const keys = known ? espKeys(child, spi, child.keys) : undefined
    if (keys)
      yield {
        id: child.id,
        protocol: child.protocol,
        spi,
        keys,
        selectors: spi === child.spiR ? selectors?.byStarter : selectors?.byOther,
        origin: child.keyStatus === "given" ? "given" : "derived",
      }
  }
}

/** What may be in packets that the side which started the exchange sends, and that the other sends; undefined where it is not known. */
function innerSelectors({
  mode,
  selectors,
}: ChildSa): { readonly byStarter: InnerSelectors; readonly byOther: InnerSelectors } | undefined {
  if (mode !== "tunnel") return undefined
  const [i, r] = [rangesOf(selectors.i), rangesOf(selectors.r)]
  if (i.length === 0 || r.length === 0) return undefined
  return { byStarter: { source: i, destination: r }, byOther: { source: r, destination: i } }
}
