/** The JSON Schema of a rules file. `schemas/rules.schema.json` is this object; files are validated against it here. */
import { KIND_NAMES } from "./schema.ts"

/** The part of JSON Schema 2020-12 that `validate.ts` knows. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $id?: string
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly title?: string
  readonly description?: string
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean"
  readonly const?: unknown
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly minProperties?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly propertyNames?: JsonSchema
  readonly additionalProperties?: JsonSchema | false
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

const expression = (about: string): JsonSchema => ({ type: "string", minLength: 1, description: `${about} In CEL.` })

const KIND: JsonSchema = { type: "string", enum: KIND_NAMES, description: "The kind of object." }

const DURATION: JsonSchema = {
  type: "string",
  pattern: "^\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h)((\\d+(\\.\\d+)?)(ns|us|µs|ms|s|m|h))*$",
  description: "A duration: 500ms, 1.5s, 1h30m.",
}

const COUNT: JsonSchema = {
  description: "How many objects must be selected: a number, or bounds. Without it, at least one.",
  anyOf: [
    { type: "integer", minimum: 0 },
    {
      type: "object",
      properties: { min: { type: "integer", minimum: 0 }, max: { type: "integer", minimum: 0 } },
      additionalProperties: false,
      minProperties: 1,
    },
  ],
}

const SELECTION: JsonSchema = {
  type: "object",
  description: "Selects objects of one kind.",
  properties: {
    for: { $ref: "#/$defs/kind" },
    where: expression("Which of them; without it, all."),
    at: {
      type: "string",
      enum: ["start", "end"],
      description:
        "Which end of an object counts as its time, where it lasts: its first frame or its last. Default: start.",
    },
  },
  required: ["for"],
  additionalProperties: false,
}

const WITHIN: JsonSchema = {
  type: "object",
  description: "Each object of `from` must be followed by one of `to` in time.",
  properties: {
    from: { $ref: "#/$defs/selection" },
    to: { $ref: "#/$defs/selection" },
    max: { ...DURATION, description: "At most so long: 500ms, 1.5s, 1h30m." },
    min: { ...DURATION, description: "At least so long." },
  },
  required: ["from", "to", "max"],
  additionalProperties: false,
}

const RULE: JsonSchema = {
  type: "object",
  description: "One rule: what it selects and what must hold.",
  properties: {
    name: { type: "string", minLength: 1, description: "What the rule says, as a failure shows it." },
    description: { type: "string", description: "Why it is so, and what to do when it fails." },
    reference: { type: "string", description: "Where it is written: RFC 8247 §2.4, a URL." },
    severity: {
      type: "string",
      enum: ["error", "warning"],
      description: "A failed warning is printed and does not fail the command. Default: error.",
    },
    for: { $ref: "#/$defs/kind" },
    where: expression("Which objects the rule selects; without it, all of the kind."),
    expect: expression("What must hold for each selected object."),
    none: expression("What must hold for no selected object."),
    count: { $ref: "#/$defs/count" },
    within: { $ref: "#/$defs/within" },
    order: {
      type: "array",
      description: "Selections that must follow one another in time.",
      items: { $ref: "#/$defs/selection" },
      minItems: 2,
    },
  },
  required: ["name"],
  additionalProperties: false,
}

const SCALAR: readonly JsonSchema[] = [{ type: "string" }, { type: "number" }, { type: "boolean" }]

export const RULES_SCHEMA: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:ikedump:rules:1",
  title: "ikedump rules, version 1",
  description:
    "What `ikedump check --rules FILE` reads, as YAML or JSON. `ikedump check --schema` prints what expressions see.",
  type: "object",
  properties: {
    $schema: { type: "string", description: "Where editors find this schema." },
    ikedump_rules: { const: 1, description: "The version of the format." },
    description: { type: "string" },
    include: {
      type: "array",
      description:
        "Rules files whose rules come before these, relative to this file. Their variables may be set again here.",
      items: { type: "string", minLength: 1 },
    },
    vars: {
      type: "object",
      description: "Values that expressions name. `--var NAME=VALUE` sets them from outside.",
      propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_]*$" },
      additionalProperties: { anyOf: [...SCALAR, { type: "array", items: { anyOf: SCALAR } }] },
    },
    rules: { type: "array", items: { $ref: "#/$defs/rule" } },
  },
  required: ["ikedump_rules"],
  additionalProperties: false,
  $defs: { kind: KIND, count: COUNT, selection: SELECTION, within: WITHIN, rule: RULE },
}
