/** Messages as checks get them, clear or opened, out of a fixture or a played capture, with the secrets that opened it. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { nodeProvider } from "../../src/node/crypto.ts"
import type { Exchange } from "../../src/track/exchange.ts"
import type { IkeSa } from "../../src/track/ike-sa.ts"
import type { Side } from "../../src/track/peer.ts"
import type { WholeMessage } from "../../src/track/whole.ts"
import { Pool } from "../../src/unlock/pool.ts"
import { analyzed, type Keys, secretsOf } from "../play/analyzed.ts"
import type { Tape } from "../play/tape.ts"

export interface HeardMessage {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly from: Side
  readonly whole: WholeMessage
}

export interface Heard {
  readonly messages: readonly HeardMessage[]
  readonly sas: readonly IkeSa[]
}

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

export const fixtureKeys = (name: string): Keys => {
  const { ikedump_keys: _, ...keys } = JSON.parse(readFileSync(resolve(FIXTURES, name, "keys.json"), "utf8"))
  return keys
}

/** `during` sees each message while the analysis is at it. */
export async function hear(
  capture: Tape | Uint8Array,
  keys: Keys = {},
  during: (heard: HeardMessage) => void = () => {},
): Promise<Heard> {
  const messages: HeardMessage[] = []
  const observer = {
    whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage) {
      messages.push({ sa, exchange, from, whole })
      during({ sa, exchange, from, whole })
    },
    sealed() {},
  }
  const { sas } = await analyzed(capture, keys, { observer })
  return { messages, sas }
}

export const hearFixture = (name: string, keys: Keys = fixtureKeys(name)): Promise<Heard> =>
  hear(readFileSync(resolve(FIXTURES, name, "capture.pcap")), keys)

export const poolOf = (keys: Keys): Pool => new Pool(secretsOf(keys), nodeProvider)

/** `id status` of checks. */
export const statuses = (checks: readonly { readonly id: string; readonly status: string }[]): string[] =>
  checks.map(c => `${c.id} ${c.status}`)
