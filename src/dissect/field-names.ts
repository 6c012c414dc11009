/** Which field names there are: those of every decoder that a frame goes through. */
import { allFields, field } from "../bytes/field.ts"
// The modules that declare fields are loaded with the dissector; the rest are declared here.
import "./frame-dissector.ts"
import "./frame-fields.ts"

/**
 * Names of Wireshark's that are known and never have a value. They are remarks of its reassembly of fragments, which are diagnostics here;
 * `reassembled.in` needs a second pass in Wireshark too.
 */
const SILENT: readonly (readonly [name: string, label: string])[] = [
  ["isakmp.fragment.overlap", "Message fragment overlap"],
  ["isakmp.fragment.overlap.conflicts", "Message fragment overlapping with conflicting data"],
  ["isakmp.fragment.multiple_tails", "Message has multiple tail fragments"],
  ["isakmp.fragment.too_long_fragment", "Message fragment too long"],
  ["isakmp.fragment.error", "Message defragmentation error"],
  ["isakmp.reassembled.in", "Reassembled in"],
]
for (const [name, label] of SILENT) field(name, label)

/** Every name with what it means, sorted; IKEv1 and IKEv2 may spell one alike and mean it alike. */
export function fieldMeanings(): (readonly [name: string, meaning: string])[] {
  const meanings = new Map<string, Set<string>>()
  for (const { name, label } of allFields())
    if (name !== "") meanings.set(name, (meanings.get(name) ?? new Set()).add(label))
  return [...meanings]
    .map(([name, labels]) => [name, [...labels].join("; ")] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Every name that `fields` and display filters accept, sorted, once each. */
export function fieldNames(): string[] {
  return [...new Set(allFields().map(f => f.name))].filter(name => name !== "").sort()
}
