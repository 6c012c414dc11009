/** A worker thread of `triage`: analyzes the captures that it is sent, one after the other. */
import { parentPort, workerData } from "node:worker_threads"
import { NO_SECRETS } from "../secrets/secrets.ts"
import { loadSecrets } from "./load-secrets.ts"
import { type TriageReading, triageCapture } from "./triage-capture.ts"

/** What the worker is started with. */
export interface TriageWork {
  /** Files of secrets; they were read once before, so that their faults are told already. */
  readonly keys: readonly string[]
  readonly reading: TriageReading
}

const { keys, reading } = workerData as TriageWork
const secrets = keys.length > 0 ? loadSecrets(keys).secrets : NO_SECRETS

parentPort!.on("message", async (path: string) => parentPort!.postMessage(await triageCapture(path, secrets, reading)))
