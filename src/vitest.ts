/**
 * `ikedump/vitest`: matchers over a report, for tests of what two gateways negotiate.
 *
 * ```ts
 * import "ikedump/vitest"
 *
 * expect(report).toEstablishIkeSa({ initiator: "10.1.0.1", auth: "pre-shared key" })
 * expect(report).toHaveSuite({ encr: "AES-GCM-16-256", ke: ["X25519"] })
 * expect(report).toVerify()
 * expect(report).toHaveNoFindings()
 * ```
 */
import { expect } from "vitest"
import type { Severity } from "./bytes/diagnostic.ts"
import type { ChildSaReport, ChildSuite, DiagnosticReport, IkeSaReport, IkeSuite, Report } from "./report/types.ts"

/** Which IKE SA is meant, each member where it is given. */
export interface WantedIkeSa {
  readonly version?: string
  /** Addresses of the peers. */
  readonly initiator?: string
  readonly responder?: string
  /** Authentication method of both sides, as the report names it. */
  readonly auth?: string
  /** Identities by their values. */
  readonly idInitiator?: string
  readonly idResponder?: string
}

/** Algorithms by their names in the report; those not given may be any. */
export type WantedSuite = Partial<IkeSuite> | Partial<ChildSuite>

interface Result {
  readonly pass: boolean
  readonly message: () => string
}

type Subject = Report | IkeSaReport | ChildSaReport

/** The matchers, for another `expect.extend`. */
export const matchers = { toEstablishIkeSa, toHaveSuite, toVerify, toHaveNoFindings }

/** At least one IKE SA came up (and may have been rekeyed or deleted since) that is as wanted. */
function toEstablishIkeSa(report: Report, wanted: WantedIkeSa = {}): Result {
  const misses = report.ike_sas.map(sa => ({ sa, misses: missesOf(sa, wanted) }))
  const found = misses.find(m => m.misses.length === 0)
  return {
    pass: found !== undefined,
    message: () =>
      found
        ? `expected no established IKE SA${wantedText(wanted)}, and ${found.sa.id} is one`
        : [
            `expected an established IKE SA${wantedText(wanted)}`,
            ...(misses.length === 0 ? ["  no IKE SA is in the capture"] : []),
            ...misses.flatMap(m => m.misses.map(miss => `  ${m.sa.id}  ${miss}`)),
            ...errorLines(report),
          ].join("\n"),
  }
}

const CAME_UP = new Set(["established", "rekeyed", "deleted"])

function missesOf(sa: IkeSaReport, wanted: WantedIkeSa): string[] {
  const misses: string[] = []
  const compare = (what: string, seen: string | null | undefined, want: string | undefined) => {
    if (want !== undefined && seen !== want) misses.push(`${what} is ${json(seen ?? null)}, not ${json(want)}`)
  }
  if (!CAME_UP.has(sa.state)) misses.push(`state is ${json(sa.state)}`)
  compare("version", sa.version, wanted.version)
  compare("initiator", sa.initiator.address, wanted.initiator)
  compare("responder", sa.responder.address, wanted.responder)
  compare("auth.initiator", sa.auth.initiator, wanted.auth)
  compare("auth.responder", sa.auth.responder, wanted.auth)
  compare("ids.initiator", sa.ids.initiator?.value, wanted.idInitiator)
  compare("ids.responder", sa.ids.responder?.value, wanted.idResponder)
  return misses
}

/** Every IKE SA that has a suite (or the one SA given, an IKE SA or a Child SA) has these algorithms. */
function toHaveSuite(subject: Subject, wanted: WantedSuite): Result {
  const sas = "ike_sas" in subject ? subject.ike_sas.filter(sa => sa.suite.encr !== null) : [subject]
  const wrong = sas.flatMap(sa => suiteMisses(sa, wanted))
  const pass = sas.length > 0 && wrong.length === 0
  return {
    pass,
    message: () => {
      if (pass) return `expected another suite than ${json(wanted)}, and ${sas.map(sa => sa.id).join(", ")} has it`
      const seen = sas.length === 0 ? ["  no IKE SA agreed on a suite"] : wrong
      return [`expected the suite ${json(wanted)}`, ...seen, ...("ike_sas" in subject ? errorLines(subject) : [])].join(
        "\n",
      )
    },
  }
}

function suiteMisses(sa: IkeSaReport | ChildSaReport, wanted: WantedSuite): string[] {
  const suite = new Map<string, unknown>(Object.entries(sa.suite))
  return Object.entries(wanted)
    .filter(([name, value]) => json(suite.get(name)) !== json(value))
    .map(([name, value]) => `  ${sa.id}  suite.${name} is ${json(suite.get(name))}, not ${json(value)}`)
}

/** Options of `toVerify`. */
export interface VerifyOptions {
  /** Checks that must have passed, beside that none failed: `["auth-initiator", "esp-icv"]`. */
  readonly checks?: readonly string[]
}

/** At least one cryptographic check passed, all that are named, and none failed. */
function toVerify(subject: Report | IkeSaReport, options: VerifyOptions = {}): Result {
  const checks = "ike_sas" in subject ? subject.ike_sas.flatMap(sa => sa.checks) : subject.checks
  const failed = checks.filter(c => c.status === "fail")
  const passed = new Set(checks.filter(c => c.status === "pass").map(c => c.id))
  const missing = (options.checks ?? []).filter(id => !passed.has(id))
  const pass = failed.length === 0 && missing.length === 0 && passed.size > 0
  const reasonOf = (id: string) => checks.find(c => c.id === id)?.reason ?? "no such check was made"
  return {
    pass,
    message: () =>
      pass
        ? `expected a cryptographic check to fail, and none of ${checks.length} does`
        : [
            "expected every cryptographic check to hold",
            ...failed.map(c => `  ${c.id} failed${frameText(c.frame)}: ${c.reason ?? "it does not match"} (${c.rfc})`),
            ...missing.map(id => `  ${id} did not pass: ${reasonOf(id)}`),
            ...(passed.size === 0 ? ["  no check passed"] : []),
          ].join("\n"),
  }
}

/** Options of `toHaveNoFindings`. */
export interface FindingsOptions {
  /** The least severity that counts. Default: `warning`. */
  readonly severity?: Severity
  /** Codes that may be there. */
  readonly except?: readonly string[]
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 }

/** The report has no finding of that severity or a higher one. */
function toHaveNoFindings(report: Report, options: FindingsOptions = {}): Result {
  const least = RANK[options.severity ?? "warning"]
  const found = report.diagnostics.filter(d => RANK[d.severity] >= least && !options.except?.includes(d.code))
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? `expected a finding of severity ${options.severity ?? "warning"} or higher, and there is none`
        : [
            `expected no finding of severity ${options.severity ?? "warning"} or higher`,
            ...found.map(findingLine),
          ].join("\n"),
  }
}

const findingLine = (d: DiagnosticReport): string => `  ${d.severity} ${d.code}${frameText(d.frame)}: ${d.message}`

/** What went wrong often shows why an expectation is not met. */
const errorLines = (report: Report): string[] =>
  report.diagnostics
    .filter(d => d.severity === "error")
    .slice(0, 5)
    .map(findingLine)

const frameText = (frame: number | null): string => (frame === null ? "" : `, frame ${frame}`)

const json = (value: unknown): string => JSON.stringify(value)

const wantedText = (wanted: WantedIkeSa): string => (Object.keys(wanted).length > 0 ? ` with ${json(wanted)}` : "")

expect.extend(matchers)

interface IkedumpMatchers<R> {
  /** At least one IKE SA came up that is as wanted. */
  toEstablishIkeSa(wanted?: WantedIkeSa): R
  /** Every IKE SA that has a suite, or the SA given, has these algorithms. */
  toHaveSuite(wanted: WantedSuite): R
  /** At least one cryptographic check passed, all that are named, and none failed. */
  toVerify(options?: VerifyOptions): R
  /** No finding of severity `warning` (or the one given) or higher. */
  toHaveNoFindings(options?: FindingsOptions): R
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the type parameter must be named and bound as in vitest
  interface Matchers<T = any> extends IkedumpMatchers<T> {}
}
