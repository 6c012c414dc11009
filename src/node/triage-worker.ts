/** A worker thread of `triage`: analyzes small captures as a whole, and scans and opens segments of large ones. */
import type { Secrets } from "../secrets/secrets.ts"
import { serveJobs } from "./job-port.ts"
import { loadSecrets } from "./load-secrets.ts"
import type { SegmentJob, TriageJob } from "./segment-jobs.ts"
import { SegmentWork } from "./segment-work.ts"
import { triageCapture } from "./triage-capture.ts"

const work = new SegmentWork()
/** All jobs name the same files. */
let secrets: Secrets | undefined

async function triage({ path, keys, reading }: TriageJob) {
  secrets ??= (await loadSecrets(keys)).secrets
  return triageCapture(path, secrets, reading)
}

serveJobs<SegmentJob | TriageJob>(
  keys => work.take(keys),
  job => (job.kind === "triage" ? triage(job) : work.run(job)),
)
