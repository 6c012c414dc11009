/** Analyzes one capture by itself for `triage`; nothing is thrown: a file that cannot be read is a line too. */

import type { CaptureSource } from "../analyze-options.ts"
import { safeText } from "../bytes/safe-text.ts"
import { READING } from "../diagnostics/capture.ts"
import { analyze } from "../pipeline.ts"
import { failedLine, type TriageLine, triageLine } from "../report/triage.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { nodeProvider } from "./crypto.ts"
import { embeddedKeys } from "./embedded-keys.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { inflate } from "./inflate.ts"
import { CaptureOpenError } from "./open-capture.ts"
import { readCaptures } from "./read-captures.ts"
import type { SegmentWorkers, TriageReading } from "./segment-jobs.ts"
import { segmentFiles } from "./segmented-files.ts"

interface TriageReader {
  /** The capture is read in segments by them. */
  readonly workers?: SegmentWorkers
  /** Leaves packets out. */
  readonly narrow?: (source: CaptureSource) => CaptureSource
}

export async function triageCapture(
  path: string,
  secrets: Secrets,
  reading: TriageReading = {},
  { workers, narrow = source => source }: TriageReader = {},
): Promise<TriageLine> {
  try {
    const embedded = await embeddedKeys([path])
    const options = { ...reading, blocks: embedded.blocks }
    let unread: string | undefined
    const { report } = await analyze(
      narrow({
        rereadable: path !== "-",
        read: handler => readCaptures([path], handler, options),
        segments: workers && (({ samples }) => segmentFiles([path], workers, { ...options, samples })),
      }),
      {
        provider: nodeProvider,
        secrets: () => embedded.with(secrets),
        // A line has no room for the address behind a NAT.
        findNatAddress: "near",
        data: { createOpener: createNodeEspOpener, inflate },
        sink: {
          fact: ({ code, message }) => {
            if (code in READING) unread ??= message
          },
        },
      },
    )
    return triageLine(path, report, unread)
  } catch (error) {
    if (error instanceof CaptureOpenError) return failedLine(path, safeText(error.reason))
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    return failedLine(path, safeText(`internal error: ${name}: ${message}`))
  }
}
