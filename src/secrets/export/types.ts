/** What the exporters write: SAs with their keys, neutral of where they came from. */
import { hex8 } from "../../bytes/hex.ts"
import type { IkeSecretName, Secrets } from "../secrets.ts"

/** Keys in force from one point of an IKE SA on; several where IKE_INTERMEDIATE changed them under the same SPIs. */
export interface ExportEpoch {
  readonly values: Readonly<Partial<Record<IkeSecretName, Uint8Array>>>
}

export interface ExportIkeSa {
  /** 16 hex digits. */
  readonly spiI: string
  readonly spiR: string
  readonly version: "1.0" | "2.0"
  /** In order of time. */
  readonly epochs: readonly ExportEpoch[]
  /** Contract names. */
  readonly encr?: string
  readonly integ?: string
  readonly prf?: string
}

/** One direction of a Child SA. */
export interface ExportChild {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly source?: string
  readonly destination?: string
  /** Contract names; `encr` is undefined for AH. */
  readonly encr?: string
  /** With its salt. */
  readonly key: Uint8Array
  readonly integ?: string
  readonly integKey: Uint8Array
  readonly esn?: boolean
  readonly mode?: "tunnel" | "transport" | "beet"
}

export interface ExportInput {
  readonly ike: readonly ExportIkeSa[]
  readonly children: readonly ExportChild[]
  /** What the user gave: PSKs and the like, which belong to no one SA. */
  readonly pool: Secrets
}

/** Something that the target format cannot say. */
export interface Skipped {
  /** `IKE SA 23f2acdb7d9b9274/ea30d877d0fdfa23`, `ESP SA fa5608e0`. */
  readonly what: string
  readonly why: string
}

interface ExportFile {
  /** File name in the folder that is written, or a suggestion. */
  readonly name: string
  readonly text: string
}

export interface Exported {
  readonly files: readonly ExportFile[]
  readonly skipped: readonly Skipped[]
}

export const ikeName = (sa: ExportIkeSa): string => `IKE SA ${sa.spiI}/${sa.spiR}`
export const childName = (sa: ExportChild): string => `${sa.protocol} SA ${hex8(sa.spi)}`

/** The last epoch; the earlier ones are reported as skipped, for formats that hold one set of keys for an SPI pair. */
export function lastEpoch(sa: ExportIkeSa, skipped: Skipped[]): ExportEpoch["values"] {
  for (let n = 0; n < sa.epochs.length - 1; n++)
    skipped.push({ what: `${ikeName(sa)}, key epoch ${n}`, why: "the format holds one set of keys for an SPI pair" })
  return sa.epochs.at(-1)?.values ?? {}
}
