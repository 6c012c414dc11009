/** Which words of a filter name fields, and what to say of one that should. */
import { type Span, wrong } from "./filter-error.ts"

/** Which words name fields. */
export interface FieldNames {
  has(name: string): boolean
  nearest(name: string): string | undefined
}

/** The error for a word that should name a field, with the nearest name. */
export function unknownField(name: string, span: Span, names: FieldNames): Error {
  const near = names.nearest(name)
  return wrong(`no field or protocol is named "${name}"`, span, ...(near ? [`did you mean ${near}?`] : []))
}
