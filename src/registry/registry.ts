/**
 * One number table: IANA's, or our short one. A row is written once, by name, and the table gives the number: `NOTIFY.COOKIE`. Numbers
 * stay data: an unassigned number has no name, which is no error.
 */

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

/** `[value, where it is defined, what else there is to say]`. IANA's name is the row's key unless `name` has it. */
type RegistryRow = readonly [
  value: number,
  rfc: string,
  more?: { readonly name?: string; readonly alias?: string; readonly status?: RegistryEntry["status"] },
]
export type RegistryRows = Readonly<Record<string, RegistryRow>>
/** Named ranges, such as private use. */
export type RegistryRanges = readonly (readonly [first: number, last: number, name: string])[]

/** The numbers of a table by the names of its rows. */
export type Numbers<R extends RegistryRows> = { readonly [K in keyof R]: R[K][0] }

export class Registry {
  readonly #rows: RegistryRows
  #entries: ReadonlyMap<number, RegistryEntry> | undefined
  constructor(
    /** IANA's title of the table. */
    readonly title: string,
    rows: RegistryRows,
    readonly ranges: RegistryRanges = [],
  ) {
    this.#rows = rows
  }

  /** By value, ascending; made at first use. Where two rows have one number, the later row names it. */
  get entries(): ReadonlyMap<number, RegistryEntry> {
    return (this.#entries ??= this.#make())
  }

  #make(): ReadonlyMap<number, RegistryEntry> {
    const entries = new Map<number, RegistryEntry>()
    for (const [key, [value, rfc, more]] of Object.entries(this.#rows))
      entries.set(value, { value, name: more?.name ?? key, rfc, status: more?.status, alias: more?.alias })
    return new Map([...entries].sort(([a], [b]) => a - b))
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

/** Declares a table. The keys of its rows become numbers of the table; a key never begins in lower case, as the methods do. */
export const registry = <const R extends RegistryRows>(
  title: string,
  rows: R,
  ranges?: RegistryRanges,
): Registry & Numbers<R> => Object.assign(new Registry(title, rows, ranges), numbersOf(rows))

/** Only the numbers of some rows. A loop, for every start of the command runs it for each table. */
function numbersOf<const R extends RegistryRows>(rows: R): Numbers<R> {
  const numbers: Record<string, number> = {}
  for (const key in rows) numbers[key] = rows[key][0]
  return numbers as Numbers<R>
}
