/** A worker thread that scans segments and opens them. */
import { serveJobs } from "./job-port.ts"
import type { SegmentJob } from "./segment-jobs.ts"
import { SegmentWork } from "./segment-work.ts"

const work = new SegmentWork()
serveJobs<SegmentJob>(
  keys => work.take(keys),
  job => work.run(job),
)
