/** A worker thread of `fields`: counts the records of segments, and makes the rows of their frames. */
import { serveJobs } from "../node/job-port.ts"
import type { FrameJob } from "../node/segment-jobs.ts"
import { FrameWork } from "./segment-rows.ts"

const work = new FrameWork()
serveJobs<FrameJob>(
  keys => work.take(keys),
  job => work.run(job),
)
