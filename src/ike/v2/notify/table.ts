/** Decoders of Notification Data by Notify Message Type. A type that is not here has no data, or data that nobody specified. */
import type { NotifyDecoder } from "./decoder.ts"

export const NOTIFY_DATA: ReadonlyMap<number, NotifyDecoder> = new Map<number, NotifyDecoder>()
