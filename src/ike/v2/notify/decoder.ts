/** What decodes the Notification Data of one type. */
import type { Cursor } from "../../../bytes/cursor.ts"

export interface NotifyDecoder<T = unknown> {
  /** Notify Message Type. */
  readonly type: number
  readonly rfc: string
  /** Data of this length are sound and are nothing but their bytes: they are decoded for who asks. */
  readonly plainBytes?: number
  /** Reads the Notification Data. Throws DecodeError when it is not what the RFC says; the notification keeps its bytes. */
  decode(c: Cursor): T
}
