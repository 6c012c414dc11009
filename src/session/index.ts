/**
 * Sessions for viewers, in Node and browsers: captures are read once, then asked for anything a view needs.
 *
 * ```ts
 * import { blobFile, openSession } from "ikedump/session"
 *
 * const session = await openSession([blobFile(file)])
 * const { rows } = session.ladder("ike/0").ladder
 * const frame = await session.frame(92)
 * ```
 */
export { createBrowserEspOpener } from "../open/browser-esp-opener.ts"
export type { ComparedValue } from "../render/check/spoken.ts"
export type { SessionOptions } from "./analyses.ts"
export { blobFile, memoryFile, type SessionFile } from "./file.ts"
export { openSession, Session } from "./session.ts"
export type { TimelineOptions } from "./timeline.ts"
export type * from "./types.ts"
