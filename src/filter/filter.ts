/** Display filters: Wireshark's syntax over our fields. `docs/filter.md` says what is understood. */

import { allFields, type Field } from "../bytes/field.ts"
import { grouped } from "../bytes/grouped.ts"
import { nearestField } from "../bytes/nearest-field.ts"
// Every module that declares fields must be loaded before names are looked up.
import "../dissect/field-names.ts"
import { compileTest, type Test } from "./compile.ts"
import type { FieldNames } from "./field-names.ts"
import { OperandCompiler, type WantedField } from "./operand.ts"
import type { Seen } from "./operand-types.ts"
import { parseFilter } from "./parse.ts"

export interface Filter {
  readonly text: string
  /** The names that it reads, in the order of the lists given to `matches`. */
  readonly wanted: readonly WantedField[]
  /** The ids of all fields that it reads. */
  readonly fields: ReadonlySet<number>
  /** Whether a frame with these values passes. */
  matches(seen: Seen): boolean
}

/** Compiles a filter; an empty one lets everything pass. Throws FilterError, which knows the column. */
export function compileFilter(text: string): Filter {
  const catalogue = new Catalogue()
  const tree = parseFilter(text, catalogue)
  const compiler = new OperandCompiler(catalogue, name => catalogue.fields(name))
  const test: Test = tree ? compileTest(compiler, tree) : () => true
  const { wanted } = compiler
  return { text, wanted, fields: new Set(wanted.flatMap(w => w.fields.map(f => f.id))), matches: test }
}

/** The fields by name. */
class Catalogue implements FieldNames {
  readonly #byName = grouped(allFields(), field => field.name)
  constructor() {
    // Where no heading is drawn, a protocol is there when one of its fields is: eap, tls.
    for (const name of [...this.#byName.keys()]) {
      const protocol = name.split(".", 1)[0]
      if (protocol !== "" && !this.#byName.has(protocol)) this.#byName.set(protocol, [])
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  nearest(name: string): string | undefined {
    return nearestField(name, this.#byName.keys())
  }

  fields(name: string): readonly Field[] {
    return this.#byName.get(name) ?? []
  }
}
