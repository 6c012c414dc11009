/**
 * charon's log at level 4 (`ike`, `chd`): `NN[IKE] <name|id> LABEL => N bytes @ 0x…` and hex rows below it. Secrets are gathered
 * per IKE SA (`<name|id>`, or the thread where the log has no names); SPIs, roles and suites come from lines around them.
 */
import { BoundedMap } from "../../bytes/bounded-map.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { CharonState } from "./charon-state.ts"

const LINE = /(?:^|[\s:\]])(\d{2,3})\[([A-Z]{3})\d?\] (?:<([^>]{1,200})> ?)?/
const ROW = /^\s*(\d{1,6}): ((?:[0-9A-Fa-f]{2} ){0,15}[0-9A-Fa-f]{2})(?: |$)/
const ROW_BYTES = 16
/** The end of a row that a mail program or a terminal put on a line of its own. */
const REST = /^\s*((?:[0-9A-Fa-f]{2} ){0,14}[0-9A-Fa-f]{2})(?: {2,}|\s*$)/
const DUMP = /^(.{1,120}?) => (\d{1,6}) bytes @ /
/** Threads whose dumps are gathered at once. */
const MAX_DUMPS = 64
/** The prefix of a log line (date, host, process) is shorter. */
const MAX_PREFIX = 300
/** No secret, nonce or message header that we want is in a longer dump. */
const MAX_DUMP_BYTES = 65536

interface Dump {
  readonly group: string
  readonly name: string | undefined
  readonly thread: string
  readonly label: string
  readonly length: number
  readonly line: number
  readonly bytes: Uint8Array
  have: number
}

export const strongswanLog: LineFormat = {
  name: "strongSwan log",
  open(pool: Pool) {
    const state = new CharonState(pool)
    /** The dump of the row before. */
    let last: Dump | undefined
    const takeRest = (dump: Dump | undefined, text: string): boolean => {
      last = undefined
      if (!dump || dump.have === 0 || dump.have % ROW_BYTES === 0 || dump.have === dump.length) return false
      const rest = REST.exec(text)?.[1].trim().split(" ") ?? []
      if (rest.length === 0 || rest.length > ROW_BYTES - (dump.have % ROW_BYTES)) return false
      for (const digits of rest) if (dump.have < dump.length) dump.bytes[dump.have++] = Number.parseInt(digits, 16)
      if (dump.have === dump.length) {
        dumps.delete(dump.thread)
        state.dump(dump, dump.bytes, dump.line)
      }
      return true
    }
    const dumps = new BoundedMap<string, Dump>(MAX_DUMPS)
    return {
      line(text, number) {
        const m = LINE.exec(text.length > MAX_PREFIX ? text.slice(0, MAX_PREFIX) : text)
        if (!m) return takeRest(last, text)
        const [head, thread, group, name] = m
        const body = text.slice(m.index + head.length)
        const dump = dumps.get(thread)
        last = dump
        if (dump && takeRow(dump, body)) {
          if (dump.have === dump.length) {
            dumps.delete(thread)
            state.dump({ ...dump, thread }, dump.bytes, dump.line)
          }
          return true
        }
        dumps.delete(thread)
        const start = DUMP.exec(body)
        if (!start) {
          state.text(group, name, thread, body)
          return true
        }
        const length = Number(start[2])
        if (length > MAX_DUMP_BYTES || !state.wants(group, start[1], length)) return true
        if (length > 0)
          dumps.set(thread, {
            group,
            name,
            thread,
            label: start[1],
            length,
            line: number,
            bytes: new Uint8Array(length),
            have: 0,
          })
        return true
      },
      end() {
        state.end()
      },
    }
  },
}

/** Adds a hex row to the dump; false when the text is no row, or not the next one. */
function takeRow(dump: Dump, body: string): boolean {
  const row = ROW.exec(body)
  if (!row || Number(row[1]) !== dump.have) return false
  for (const digits of row[2].split(" ")) {
    if (dump.have === dump.length) return false
    dump.bytes[dump.have++] = Number.parseInt(digits, 16)
  }
  return true
}
