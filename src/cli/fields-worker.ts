/** A worker thread of `fields`: counts the records of segments, and makes the rows of their frames. */
import { serveJobs } from "../node/job-port.ts"
import { countSegment } from "../node/segment-count.ts"
import type { FrameJob } from "../node/segment-jobs.ts"
import { RowMaker } from "./segment-rows.ts"

let maker: RowMaker | undefined

serveJobs<FrameJob>(
  () => {},
  job => {
    if (job.kind === "count") return countSegment(job)
    // All jobs of a command have the same settings.
    maker ??= new RowMaker(job.settings)
    return maker.run(job)
  },
)
