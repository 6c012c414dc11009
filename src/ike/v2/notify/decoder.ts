/** What decodes the Notification Data of one type. */
import type { Cursor } from "../../../bytes/cursor.ts"

export interface NotifyDecoder<T = unknown> {
  /** Notify Message Type. */
  readonly type: number
  readonly rfc: string
  /** Reads the Notification Data. Throws DecodeError when it is not what the RFC says; the notification keeps its bytes. */
  decode(c: Cursor): T
}
