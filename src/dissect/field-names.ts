/** Which field names there are: those of every decoder that a frame goes through. */
import { allFields } from "../bytes/field.ts"
// The modules that declare fields are loaded with the dissector; the rest are declared here.
import "./frame-dissector.ts"
import "./frame-fields.ts"

/** Every name that `fields` and display filters accept, sorted, once each. */
export function fieldNames(): string[] {
  return [...new Set(allFields().map(f => f.name))].filter(name => name !== "").sort()
}
