/** Why a command that needs keys found none to work with. */
import type { Report } from "../report/types.ts"
import type { Secrets } from "../secrets/secrets.ts"

interface Analyzed {
  readonly report: Report
  readonly secrets: Secrets
}

/** `no secrets were given (--keys)`, `none of 3 secrets fits the capture …`: the reason as the end of a sentence. */
export function nothingOpened({ report, secrets }: Analyzed, wanted: "data" | "messages" = "messages"): string {
  const { isakmp, esp, ah } = report.counts
  if (isakmp + esp + ah === 0)
    return report.captures.some(c => !c.complete)
      ? "the capture could not be read"
      : "the capture has no IKE, ESP or AH"
  if (wanted === "data" && esp + ah === 0) return "the capture has no ESP or AH packet"
  const given = Object.values(secrets).reduce((n, list: readonly unknown[]) => n + list.length, 0)
  if (given === 0) return "no secrets were given (--keys)"
  const used = report.secrets.some(s => s.used_by.length > 0)
  return `${used ? "the secrets that fit open none of it" : "no key fits"}; ikedump report says what is missing`
}
