/** A worker thread's side of `SegmentPool`: does the jobs that come, and answers with numbers and frames, whose memory it hands over. */
import { parentPort } from "node:worker_threads"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { present } from "../bytes/typed.ts"
import { buffersOf as buffersIn } from "../segment/columns.ts"
import { openedBuffers } from "../segment/open-segment.ts"
import { scanBuffers } from "../segment/scan-types.ts"
import type { Answer, Job, KeysMessage, Result } from "./segment-jobs.ts"

/** Does jobs until the thread is ended. */
export function serveJobs<J extends Job>(take: (keys: KeysMessage) => void, run: (job: J) => Promise<Result>): void {
  const port = present(parentPort)
  port.on("message", async (message: J | KeysMessage) => {
    if (message.kind === "keys") {
      take(message)
      return
    }
    try {
      const result = await run(message)
      port.postMessage({ result } satisfies Answer, buffersOf(result))
    } catch (error) {
      port.postMessage({ error: messageOf(error), code: codeOf(error) } satisfies Answer)
    }
  })
}

function buffersOf(result: Result): ArrayBuffer[] {
  if ("scan" in result) return scanBuffers(result.scan)
  if ("held" in result) return [...buffersIn(result.held), ...buffersIn(result)]
  return "flows" in result ? openedBuffers(result) : []
}
