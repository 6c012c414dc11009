/** What the server of `ikedump view` and the thread with its session say to each other. Answers are text of the wire: only the thread makes them. */
import type { Secrets } from "../secrets/secrets.ts"
import type { Progress } from "../session/types.ts"

/** What the page may ask of the session. */
export const METHODS = [
  "info",
  "report",
  "sas",
  "sa",
  "tunnel",
  "ladder",
  "timeline",
  "lines",
  "frame",
  "derivations",
  "audit",
  "verdict",
  "fieldNames",
  "addSecretsText",
  "exportKeys",
] as const
export type ViewMethod = (typeof METHODS)[number]

/** What the thread is started with. */
export interface ViewInput {
  readonly paths: readonly string[]
  readonly secrets: Secrets
  readonly ikePorts?: readonly number[]
  readonly anyPort?: boolean
}

/** To the thread. `stop` is the memory of a `SharedStop`: it is heard while keys are tried. */
export type ViewAsk =
  | {
      readonly id: number
      readonly method: ViewMethod
      readonly args: readonly unknown[]
      readonly stop: SharedArrayBuffer
    }
  | { readonly id: number; readonly filter: string; readonly stop: SharedArrayBuffer }

/** From the thread. */
export type ViewPosted =
  | { readonly opened: true }
  /** The captures cannot be read. */
  | { readonly failed: string }
  | { readonly progress: Progress }
  /** A piece of an answer, and the end of it. */
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly end: true }
