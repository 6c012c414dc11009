/** The outcome of rules in every format of `ikedump check`. */
import type { Outcome } from "../../check/outcome.ts"
import type { Report } from "../../report/types.ts"
import { checkGithub } from "./github.ts"
import { checkJson } from "./json.ts"
import { checkJunit } from "./junit.ts"
import { checkMarkdown } from "./markdown.ts"
import { checkSarif, type SarifOptions } from "./sarif.ts"
import { checkTap } from "./tap.ts"
import { type CheckTextOptions, checkText } from "./text.ts"

export const CHECK_FORMATS = ["text", "junit", "tap", "json", "sarif", "github", "markdown"] as const
export type CheckFormat = (typeof CHECK_FORMATS)[number]

/** The outcome in one format, piece by piece. */
export function renderCheck(
  outcome: Outcome,
  report: Report,
  format: CheckFormat,
  options: CheckTextOptions & Pick<SarifOptions, "version">,
): Iterable<string> {
  switch (format) {
    case "text":
      return checkText(outcome, report, options)
    case "junit":
      return [checkJunit(outcome)]
    case "tap":
      return [checkTap(outcome)]
    case "json":
      return [checkJson(outcome)]
    case "github":
      return [checkGithub(outcome)]
    case "markdown":
      return checkMarkdown(outcome, report, options)
    case "sarif":
      return [checkSarif(outcome, { version: options.version, captures: report.captures.map(c => c.path) })]
  }
}
