/**
 * The part of the published JSON Schema of SARIF 2.1.0 (OASIS) that our logs touch. Every object is closed, as in the original, but for
 * property bags. That our types agree with the whole schema is held by `@types/sarif` at compile time.
 */
import { Ajv2020 } from "ajv/dist/2020.js"

const text = { type: "string" } as const
const line = { type: "integer", minimum: 1 } as const
const ref = (name: string) => ({ $ref: `#/$defs/${name}` })
const list = (items: object, minItems = 0) => ({ type: "array", minItems, items })
const closed = (properties: Record<string, object>, ...required: string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
})
const LEVEL = { enum: ["none", "note", "warning", "error"] }

const SCHEMA = {
  ...closed(
    { $schema: { type: "string", format: "uri" }, version: { enum: ["2.1.0"] }, runs: list(ref("run")) },
    "version",
    "runs",
  ),
  $defs: {
    message: {
      ...closed({ text, markdown: text, id: text, arguments: list(text) }),
      anyOf: [{ required: ["text"] }, { required: ["id"] }],
    },
    run: closed(
      {
        tool: closed({ driver: ref("toolComponent") }, "driver"),
        artifacts: { ...list(closed({ location: ref("artifactLocation") }), 0), uniqueItems: true },
        results: list(ref("result")),
        columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
        properties: { type: "object" },
      },
      "tool",
    ),
    toolComponent: closed(
      {
        name: text,
        semanticVersion: text,
        version: text,
        rules: { ...list(ref("reportingDescriptor")), uniqueItems: true },
      },
      "name",
    ),
    reportingDescriptor: closed(
      {
        id: text,
        name: text,
        shortDescription: closed({ text, markdown: text }, "text"),
        fullDescription: closed({ text, markdown: text }, "text"),
        helpUri: { type: "string", format: "uri" },
        defaultConfiguration: closed({ level: LEVEL, enabled: { type: "boolean" } }),
        properties: { type: "object" },
      },
      "id",
    ),
    result: closed(
      {
        ruleId: text,
        ruleIndex: { type: "integer", minimum: -1 },
        level: LEVEL,
        kind: { enum: ["notApplicable", "pass", "fail", "review", "open", "informational"] },
        message: ref("message"),
        locations: list(ref("location")),
        relatedLocations: { ...list(ref("location")), uniqueItems: true },
        partialFingerprints: { type: "object", additionalProperties: text },
        properties: { type: "object" },
      },
      "message",
    ),
    location: closed({
      id: { type: "integer", minimum: -1 },
      message: ref("message"),
      physicalLocation: ref("physicalLocation"),
      logicalLocations: { ...list(ref("logicalLocation")), uniqueItems: true },
    }),
    physicalLocation: {
      ...closed({ artifactLocation: ref("artifactLocation"), region: ref("region"), address: { type: "object" } }),
      anyOf: [{ required: ["address"] }, { required: ["artifactLocation"] }],
    },
    artifactLocation: closed({
      uri: { type: "string", format: "uri-reference" },
      uriBaseId: text,
      index: { type: "integer", minimum: -1 },
    }),
    region: closed({ startLine: line, startColumn: line, endLine: line, endColumn: line }),
    logicalLocation: closed({
      name: text,
      fullyQualifiedName: text,
      kind: text,
      index: { type: "integer", minimum: -1 },
    }),
  },
}

const ajv = new Ajv2020({ allErrors: true, strict: false })
ajv.addFormat("uri", /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i)
ajv.addFormat("uri-reference", /^[^\s<>"{}|\\^`]*$/)
const validate = ajv.compile(SCHEMA)

/** Where a SARIF log breaks the schema; empty when it does not. */
export const sarifFaults = (log: unknown): string[] =>
  validate(log) ? [] : (validate.errors ?? []).map(e => `${e.instancePath} ${e.message}`)
