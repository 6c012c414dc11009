/** Which objects a rule or a selection means: of the whole report, or inside one object. */
import type { Expression } from "./expression.ts"
import type { CelObject, Objects } from "./objects.ts"
import type { Kind } from "./schema.ts"

/** Selects the objects of a kind for which `where` holds. Throws SelectionError where it has no value. */
export function select(
  kind: Kind,
  where: Expression | null,
  objects: Objects,
  inside: { readonly kind: Kind; readonly object: CelObject } | null = null,
): CelObject[] {
  const all = inside ? objectsInside(kind, inside, objects) : objects[kind]
  if (!where) return [...all]
  return all.filter(object => {
    const verdict = where.evaluate(object, objects.report)
    if ("error" in verdict) throw new SelectionError(kind, object, where, verdict.error)
    return verdict.value
  })
}

/** A `where` without a value for an object: it is unknown whether the rule means that object. */
export class SelectionError extends Error {
  override readonly name = "SelectionError"
  constructor(
    readonly kind: Kind,
    readonly object: CelObject,
    readonly where: Expression,
    readonly fault: string,
  ) {
    super(fault)
  }
}

/** The member of an object that is its parent of a kind. */
const PARENT: Partial<Record<Kind, string>> = { ike_sa: "ike_sa", exchange: "exchange", child_sa: "child" }

function objectsInside(
  kind: Kind,
  inside: { readonly kind: Kind; readonly object: CelObject },
  objects: Objects,
): readonly CelObject[] {
  if (kind === inside.kind) return [inside.object]
  const parent = PARENT[inside.kind]
  return parent ? (objects.under(kind, parent).get(inside.object) ?? []) : []
}
