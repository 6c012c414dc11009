/** Holds the tree of a rules file against its JSON Schema; the first fault is an error with its place. */
import { nearest } from "../bytes/nearest.ts"
import { type JsonSchema, RULES_SCHEMA } from "./rules-schema.ts"
import type { MapEntry, Source, SourceNode } from "./source.ts"

/** Throws RulesError for the first thing in the file that the schema does not allow. */
export function validateSource(source: Source): void {
  check(source, source.root, RULES_SCHEMA, "the file")
}

function check(source: Source, node: SourceNode, asked: JsonSchema, name: string): void {
  const schema = resolve(asked)
  if (schema.anyOf) {
    checkAny(source, node, schema.anyOf, name)
    return
  }
  if ("const" in schema && !(node.kind === "scalar" && node.value === schema.const))
    throw source.error(node.at, `${name} must be ${JSON.stringify(schema.const)}`)
  if (schema.type && !hasType(node, schema.type))
    throw source.error(node.at, `${name} must be ${ARTICLES[schema.type]}, not ${kindOf(node)}`)
  if (node.kind === "map") checkMap(source, node.entries, node.at, schema, name)
  else if (node.kind === "list") checkList(source, node.items, node.at, schema, name)
  else checkScalar(source, node.value, node.at, schema, name)
}

const resolve = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? (RULES_SCHEMA.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? schema) : schema

/** The alternative of the node's own type shows what is wrong with it. */
function checkAny(source: Source, node: SourceNode, choices: readonly JsonSchema[], name: string): void {
  const fitting = choices.find(choice => choice.type !== undefined && hasType(node, choice.type))
  if (!fitting) throw source.error(node.at, `${name} must be ${typesOf(choices)}, not ${kindOf(node)}`)
  check(source, node, fitting, name)
}

const typesOf = (choices: readonly JsonSchema[]): string =>
  choices.map(c => (c.type ? ARTICLES[c.type] : "a value")).join(" or ")

function checkMap(
  source: Source,
  entries: ReadonlyMap<string, MapEntry>,
  at: number,
  schema: JsonSchema,
  name: string,
): void {
  const known = schema.properties ?? {}
  for (const [key, { at: keyAt, value }] of entries) {
    if (schema.propertyNames?.pattern && !new RegExp(schema.propertyNames.pattern).test(key))
      throw source.error(keyAt, `${JSON.stringify(key)} is no name: a letter, then letters, digits and _`)
    const property = Object.hasOwn(known, key) ? known[key] : schema.additionalProperties
    if (!property) throw source.error(keyAt, `unknown member ${JSON.stringify(key)}`, ...meant(key, Object.keys(known)))
    check(source, value, property, key)
  }
  const missing = schema.required?.find(key => !entries.has(key))
  if (missing) throw source.error(at, `${name} has no ${JSON.stringify(missing)}`)
  if (entries.size < (schema.minProperties ?? 0)) throw source.error(at, `${name} is empty`)
}

function checkList(source: Source, items: readonly SourceNode[], at: number, schema: JsonSchema, name: string): void {
  if (items.length < (schema.minItems ?? 0)) throw source.error(at, `${name} needs at least ${schema.minItems} items`)
  for (const [i, item] of items.entries()) if (schema.items) check(source, item, schema.items, itemName(name, i))
}

const itemName = (list: string, i: number): string => (list === "rules" ? `rule ${i + 1}` : `item ${i + 1} of ${list}`)

function checkScalar(source: Source, value: unknown, at: number, schema: JsonSchema, name: string): void {
  if (typeof value === "string") {
    if (value.trim().length < (schema.minLength ?? 0)) throw source.error(at, `${name} is empty`)
    if (schema.enum && !schema.enum.includes(value))
      throw source.error(
        at,
        `${name} may not be ${JSON.stringify(value)}`,
        ...meant(value, schema.enum),
        `one of ${schema.enum.join(", ")}`,
      )
    if (schema.pattern && !new RegExp(schema.pattern).test(value))
      throw source.error(
        at,
        `${name} may not be ${JSON.stringify(value)}`,
        ...(schema.description ? [lower(schema.description)] : []),
      )
  }
  if (typeof value === "number" && value < (schema.minimum ?? Number.NEGATIVE_INFINITY))
    throw source.error(at, `${name} must be at least ${schema.minimum}`)
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "")

const meant = (word: string, names: readonly string[]): string[] => {
  const near = nearest(word, names)
  return near === undefined ? [] : [`did you mean ${JSON.stringify(near)}?`]
}

const ARTICLES = {
  object: "a mapping",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
} as const

function hasType(node: SourceNode, type: NonNullable<JsonSchema["type"]>): boolean {
  if (node.kind === "map") return type === "object"
  if (node.kind === "list") return type === "array"
  if (type === "integer") return Number.isSafeInteger(node.value)
  return type === typeof node.value
}

function kindOf(node: SourceNode): string {
  if (node.kind === "map") return "a mapping"
  if (node.kind === "list") return "a list"
  return node.value === null ? "nothing" : JSON.stringify(node.value)
}
