/** What types cannot say by themselves, each in one place: names of members, membership, presence. */

/** The names of an object's members. It has no others than its type says. */
export const keysOf = <T extends object>(of: T): (keyof T & string)[] => Object.keys(of) as (keyof T & string)[]

/** An object with a member for each name. */
export const recordOf = <K extends string, V>(names: readonly K[], value: (name: K, i: number) => V): Record<K, V> =>
  Object.fromEntries(names.map((name, i) => [name, value(name, i)])) as Record<K, V>

/** Whether a value is one of these. */
export function isOneOf<T>(list: readonly T[], value: unknown): value is T {
  const all: readonly unknown[] = list
  return all.includes(value)
}

/** A value that is there because of what went before. Throws when it is not. */
export function present<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new TypeError("a value is missing")
  return value
}

/** What a text of JSON says, of a type that its writer vouches for. */
export const parseJson = <T>(text: string): T => JSON.parse(text)
