/** Keys out to other tools: each format by its name on the command line. */
import { exportKeylog } from "./keylog.ts"
import { exportNative } from "./native.ts"
import { exportTcpdump } from "./tcpdump.ts"
import type { Exported, ExportInput } from "./types.ts"
import { exportWireshark } from "./wireshark.ts"
import { exportXfrm } from "./xfrm.ts"

/** `wireshark` writes several files, so its target is a folder; the others write one. */
export const EXPORTERS = {
  wireshark: exportWireshark,
  tcpdump: exportTcpdump,
  xfrm: exportXfrm,
  keylog: exportKeylog,
  ikedump: exportNative,
} as const satisfies Record<string, (input: ExportInput) => Exported>
export type ExportFormat = keyof typeof EXPORTERS

export type { ExportChild, ExportEpoch, Exported, ExportIkeSa, ExportInput, Skipped } from "./types.ts"
