/** Fields that several IKEv1 payloads name alike. */
import { field } from "../../bytes/field.ts"

export const spiSize = field("isakmp.spisize", "SPI Size")
export const spi = field("isakmp.spi", "SPI", { kind: "bytes" })

/** The SPI of a proposal or notification without one. */
export const NO_SPI: Uint8Array = new Uint8Array()
