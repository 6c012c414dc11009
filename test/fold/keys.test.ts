/** What searches for keys find is written by the fold: each event by itself, and before the search goes on. */
import { describe, expect, it } from "vitest"
import { KeyWriter } from "../../src/fold/keys.ts"
import type { ChildSa } from "../../src/track/child-sa.ts"
import type { Epoch } from "../../src/track/ike-sa.ts"
import type { KeySearch } from "../../src/track/key-event.ts"
import { v1StateOf } from "../../src/track/v1-state.ts"
import { newSa } from "../track/wholes.ts"

const epochAt = (frame: number): Epoch => ({
  fromMessageId: 0,
  values: { sk_ei: Uint8Array.of(1) },
  steps: [],
  proof: { first: frame, last: frame },
})
const body = (n: number) => ({ bytes: Uint8Array.of(n), frame: n })

describe("KeyWriter", () => {
  it("a search sees what it found before it goes on, and its result comes back", () => {
    const sa = newSa(2)
    const epoch = epochAt(3)
    function* search(): KeySearch<string> {
      yield { kind: "epoch", sa, epoch, status: "derived", from: "psks" }
      const [known] = sa.epochs
      yield { kind: "opened", epoch: known, frame: 9 }
      yield { kind: "learnt", epoch: known, values: { sk_d: Uint8Array.of(2) } }
      return `${sa.epochs.length} ${known.proof.last} ${Object.keys(known.values)}`
    }
    expect(new KeyWriter().apply(search())).toBe("1 9 sk_ei,sk_d")
    expect([sa.keyStatus, sa.keysFrom]).toEqual(["derived", "psks"])
  })

  it("where the keys came from first stays", () => {
    const [sa, writer] = [newSa(2), new KeyWriter()]
    writer.write({ kind: "epoch", sa, epoch: epochAt(1), status: "partial", from: "ike_sas" })
    writer.write({ kind: "epoch", sa, epoch: epochAt(2), status: "partial", from: "psks" })
    writer.write({ kind: "whole", sa })
    expect([sa.keysFrom, sa.keyStatus, sa.epochs.length]).toEqual(["ike_sas", "given", 2])
  })

  it("phase 1 is settled on the messages that were proved", () => {
    const sa = newSa(1)
    const exchanged = {
      ke: { initiator: body(1), responder: body(2) },
      nonce: { initiator: body(3), responder: body(4) },
      id: { initiator: null, responder: body(8) },
      certificates: { initiator: [], responder: [] },
    }
    const identity = { initiator: null, responder: null }
    const writer = new KeyWriter()
    writer.write({ kind: "phase1", sa, exchanged: { ...exchanged, identity } })
    expect(v1StateOf(sa)).toMatchObject(exchanged)
    const [nonce, ke, id] = [body(5), body(6), body(7)]
    writer.write({ kind: "unsealed", sa, side: "responder", nonce, ke, id, identity: { type: "ID_FQDN", value: "a" } })
    const state = v1StateOf(sa)
    expect([state.ke.initiator, state.ke.responder, state.nonce.responder]).toEqual([body(1), ke, nonce])
    expect([state.unsealed, sa.ids.responder?.value]).toEqual([{ initiator: false, responder: true }, "a"])
  })

  it("a Child SA takes what was found of it, and the data plane hears of keys", () => {
    const child = { keys: {}, keyStatus: "none", provenBy: null } as unknown as ChildSa
    const writer = new KeyWriter()
    const heard: number[] = []
    writer.write({ kind: "data-keys", entries: [] })
    writer.onDataKeys = entries => heard.push([...entries].length)
    writer.write({ kind: "child-keys", child, found: { keyStatus: "derived", provenBy: 4 } })
    writer.write({ kind: "data-keys", entries: [] })
    expect([child.keyStatus, child.provenBy, heard]).toEqual(["derived", 4, [0]])
  })
})
