/** How findings name a data SA. */

import type { Diagnostic, Severity } from "../../bytes/diagnostic.ts"
import { hex8 } from "../../bytes/hex.ts"
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { momentText } from "../../track/moment.ts"

/** `ESP d7131556 to 10.1.0.2`; with its source where others send there under the same SPI. */
export const dataText = (sa: Pick<DataSa, "protocol" | "spi" | "source" | "destination" | "senders">): string =>
  `${sa.protocol} ${hex8(sa.spi)}${sa.senders.length > 1 ? ` from ${sa.source}` : ""} to ${sa.destination}`

/** A finding at the first packet of a data SA, or at `frame`. */
export function dataFinding(
  sa: DataSa,
  code: DiagnosticCode,
  severity: Severity,
  message: string,
  frame = sa.firstFrame,
): Diagnostic {
  const first = frame === sa.firstFrame
  const time = first ? momentText(sa.first) : null
  return { code, severity, frame, time, message, sa: sa.id }
}
