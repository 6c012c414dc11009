/** What a search for keys finds is written into the SAs here, and nowhere else, each piece before the search goes on. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { Epoch, KeyChange } from "../track/ike-sa.ts"
import type { KeyEvent, KeySearch } from "../track/key-event.ts"
import { v1StateOf } from "../track/v1-state.ts"

export class KeyWriter {
  /** Called with the keys of data SAs as they become known; for a capture that is read once. */
  onDataKeys: ((entries: Iterable<DataSaKeys>) => void) | null = null

  /** Runs a search to its end. */
  apply<T>(search: KeySearch<T>): T {
    let step = search.next()
    while (!step.done) {
      this.write(step.value)
      step = search.next()
    }
    return step.value
  }

  write(event: KeyEvent): void {
    switch (event.kind) {
      case "epoch":
        event.sa.epochs.push(event.epoch)
        event.sa.keyStatus = event.status
        event.sa.keysFrom ??= event.from
        return
      case "opened":
        event.epoch.proof.last = event.frame
        return
      case "mistake":
        event.epoch.mistakes = [...(event.epoch.mistakes ?? []), event.mistake]
        return
      case "learnt":
        Object.assign(event.epoch.values, event.values)
        event.epoch.steps.push(...(event.steps ?? []))
        return
      case "whole":
        event.sa.keyStatus = "given"
        return
      case "suite":
        event.sa.choice = event.choice
        return
      case "phase1":
        settlePhase1(event)
        return
      case "unsealed":
        unsealed(event)
        return
      case "child-keys":
        Object.assign(event.child, event.found)
        return
      case "data-keys":
        this.onDataKeys?.(event.entries)
    }
  }
}

export function settlePhase1({
  sa,
  exchanged,
  answer,
}: Omit<Extract<KeyEvent, { readonly kind: "phase1" }>, "kind">): void {
  const state = v1StateOf(sa)
  if (exchanged) {
    const { ke, nonce, id, certificates, identity } = exchanged
    Object.assign(state, { ke, nonce, id, certificates })
    sa.ids = { initiator: identity.initiator ?? sa.ids.initiator, responder: identity.responder ?? sa.ids.responder }
  }
  if (!answer) return
  state.answer = answer
  sa.choice = answer.choice
  sa.auth = { initiator: answer.method, responder: answer.method }
}

function unsealed({ sa, side, nonce, ke, id, identity }: Extract<KeyEvent, { readonly kind: "unsealed" }>): void {
  const state = v1StateOf(sa)
  state.nonce[side] = nonce
  state.ke[side] = ke
  state.id[side] = id
  state.unsealed[side] = true
  sa.ids[side] = identity
}

/** AUTH showed that the keys of an epoch are others: a PPK goes in. RFC 8784 §3. */
export function changeKeys(epoch: Epoch, { values, steps, origin }: KeyChange): void {
  Object.assign(epoch.values, values)
  epoch.steps.push(...steps)
  if (!origin) return
  const { origins = [], ...source } = epoch.source ?? { pairs: [] }
  epoch.source = { ...source, origins: [...origins, origin] }
}
