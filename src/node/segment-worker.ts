/** A worker thread: does the jobs that come, and answers with numbers and the frames that the fold needs, whose memory it hands over. */

import { parentPort } from "node:worker_threads"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { present } from "../bytes/typed.ts"
import { openedBuffers } from "../segment/open-segment.ts"
import { scanBuffers } from "../segment/scan-types.ts"
import type { Answer, Job, KeysMessage, Result } from "./segment-jobs.ts"
import { SegmentWork } from "./segment-work.ts"

const work = new SegmentWork()

function buffersOf(result: Result): ArrayBuffer[] {
  if ("scan" in result) return scanBuffers(result.scan)
  return "flows" in result ? openedBuffers(result) : []
}

const port = present(parentPort)
port.on("message", async (message: Job | KeysMessage) => {
  if (message.kind === "keys") {
    work.take(message)
    return
  }
  try {
    const result = await work.run(message)
    port.postMessage({ result } satisfies Answer, buffersOf(result))
  } catch (error) {
    port.postMessage({ error: messageOf(error), code: codeOf(error) } satisfies Answer)
  }
})
