/** One number table: IANA's, or our short one. Numbers stay data; an unassigned number has no name, which is no error. */

export interface RegistryEntry {
  readonly value: number
  /** IANA's name. */
  readonly name: string
  /** `RFC 7296`, a draft, or a vendor. */
  readonly rfc: string
  readonly status?: "deprecated" | "private" | "reserved" | "obsolete"
  /** The name that the contract fixes for reports (`AES-CBC`), where it differs from IANA's (`ENCR_AES_CBC`). */
  readonly alias?: string
}

/** `[name, rfc, status?, alias?]` */
export type RegistryRow = readonly [name: string, rfc: string, status?: RegistryEntry["status"] | "", alias?: string]

export class Registry {
  readonly entries: ReadonlyMap<number, RegistryEntry>
  constructor(
    /** IANA's title of the table. */
    readonly title: string,
    rows: Readonly<Record<number, RegistryRow>>,
    /** Named ranges, such as private use: `[first, last, name]`. */
    readonly ranges: readonly (readonly [number, number, string])[] = [],
  ) {
    this.entries = new Map(
      Object.entries(rows).map(([key, [name, rfc, status, alias]]) => [
        Number(key),
        { value: Number(key), name, rfc, status: status || undefined, alias },
      ]),
    )
  }

  get(value: number): RegistryEntry | undefined {
    return this.entries.get(value)
  }

  /** IANA's name, or undefined. */
  name(value: number): string | undefined {
    return this.entries.get(value)?.name
  }

  /** The report's name: the alias, IANA's name, or the number as text. */
  alias(value: number): string {
    const e = this.entries.get(value)
    return e?.alias ?? e?.name ?? String(value)
  }

  /** The name, else the range's name with the number, else `Unknown (n)`. */
  label(value: number): string {
    const known = this.name(value)
    if (known) return known
    const range = this.ranges.find(([first, last]) => value >= first && value <= last)
    return range ? `${range[2]} (${value})` : `Unknown (${value})`
  }

  /** The number of a name or alias, letter case ignored. */
  value(name: string): number | undefined {
    const wanted = name.toLowerCase()
    for (const e of this.entries.values())
      if (e.name.toLowerCase() === wanted || e.alias?.toLowerCase() === wanted) return e.value
    return undefined
  }
}

/** Declares a table. */
export const registry = (
  title: string,
  rows: Readonly<Record<number, RegistryRow>>,
  ranges?: Registry["ranges"],
): Registry => new Registry(title, rows, ranges)
