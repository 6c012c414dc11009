/** A worker thread: does the jobs that come, and answers with numbers and the frames that the fold needs, whose memory it hands over. */
import { parentPort } from "node:worker_threads"
import { scanBuffers } from "../segment/scan-types.ts"
import type { Answer, Job, KeysMessage } from "./segment-jobs.ts"
import { SegmentWork } from "./segment-work.ts"

const work = new SegmentWork()

parentPort!.on("message", async (message: Job | KeysMessage) => {
  if (message.kind === "keys") {
    work.take(message)
    return
  }
  try {
    const result = await work.run(message)
    parentPort!.postMessage({ result } satisfies Answer, "scan" in result ? scanBuffers(result.scan) : [])
  } catch (error) {
    const { message: text, code } = error as NodeJS.ErrnoException
    parentPort!.postMessage({ error: text, code } satisfies Answer)
  }
})
