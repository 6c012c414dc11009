/** SARIF 2.1.0 (OASIS) as our commands write it: one run, the captures as artifacts, frames as logical locations. */

import type { Location, Log, ReportingDescriptor, Result } from "sarif"
import { safeJson } from "../bytes/safe-json.ts"

export interface SarifLog {
  /** Of ikedump. */
  readonly version: string
  /** As named on the command line. */
  readonly captures: readonly string[]
  readonly rules: readonly ReportingDescriptor[]
  readonly results: readonly Result[]
  /** Of the run: what no result can say. */
  readonly properties?: Readonly<Record<string, unknown>>
}

/** The log as text. */
export function sarifText({ version, captures, rules, results, properties }: SarifLog): string {
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "ikedump", semanticVersion: version, rules: [...rules] } },
        artifacts: [...new Set(captures)].map(path => ({ location: { uri: uriOf(path) } })),
        columnKind: "utf16CodeUnits",
        results: [...results],
        ...(properties ? { properties } : {}),
      },
    ],
  }
  return `${safeJson(log, 2)}\n`
}

/** A place in the first capture. A frame is no region of a text file, so it is named: `ike/0`, `frame 4`. */
export function captureLocation(captures: readonly string[], names: readonly string[]): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(captures[0] ?? "-"), ...(captures.length > 0 ? { index: 0 } : {}) },
    },
    ...(names.length > 0 ? { logicalLocations: names.map(name => ({ fullyQualifiedName: name })) } : {}),
  }
}

/** A path as a URI reference (RFC 3986 §4.2). */
export const uriOf = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .split("/")
    .map(encodeURIComponent)
    .join("/")
    .replace(/^([A-Za-z])%3A\//, "file:///$1:/")
