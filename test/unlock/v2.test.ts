/** A search for the keys of a real IKEv2 SA: it yields what it finds and writes nothing. RFC 7296 §2.14. */
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { encryptedPayload } from "../../src/open/ike-v2.ts"
import { IkeSa } from "../../src/track/ike-sa.ts"
import type { KeyEvent } from "../../src/track/key-event.ts"
import type { SealedMessage } from "../../src/track/sealed-message.ts"
import { candidatesOf } from "../../src/track/v2-messages.ts"
import { v2StateOf } from "../../src/track/v2-state.ts"
import { V2Unlock } from "../../src/unlock/v2.ts"
import { captureBytes, fixtureCapture } from "../helpers/capture-edit.ts"
import type { Keys } from "../play/analyzed.ts"
import { fixtureKeys, hear, poolOf } from "../verify/heard.ts"

const NAME = "v2-psk-modp2048"

/** Its first encrypted message, in an SA of which no key is known yet, and the pairs that it may have been made from. */
async function sealed() {
  const found: { message: SealedMessage; inits: NonNullable<ReturnType<typeof candidatesOf>> }[] = []
  await hear(captureBytes(fixtureCapture(NAME)), fixtureKeys(NAME), ({ sa, exchange, whole }) => {
    const payload = encryptedPayload(whole.message)
    const inits = candidatesOf(v2StateOf(sa))
    const record = exchange.messages.find(m => m.frame === whole.datagram.frame)
    if (found.length > 0 || !payload || !inits || !record) return
    const fresh = new IkeSa(sa)
    fresh.choice = sa.choice
    found.push({
      message: { sa: fresh, exchange, record, message: whole.message, payload, datagram: whole.datagram },
      inits,
    })
  })
  return found[0]
}

describe("V2Unlock", async () => {
  const { message, inits } = await sealed()
  const search = (keys: Keys) => {
    const unlock = new V2Unlock(poolOf(keys), nodeProvider)
    unlock.next.agreed(message.sa, inits)
    const events: KeyEvent[] = []
    const steps = unlock.open(message)
    let step = steps.next()
    for (; !step.done; step = steps.next()) events.push(step.value)
    return { events, result: step.value }
  }

  it("yields the epoch that the message proves, and opens it", () => {
    const { events, result } = search(fixtureKeys(NAME))
    expect(events[0]).toMatchObject({ kind: "epoch", status: "derived", from: "dh_shared" })
    expect(events[0]).toMatchObject({ epoch: { proof: { first: message.record.frame } } })
    expect(result).toMatchObject({ icvOk: true })
  })

  it("writes nothing into the SA itself", () => {
    search(fixtureKeys(NAME))
    expect([message.sa.epochs, message.sa.keyStatus, message.sa.keysFrom]).toEqual([[], "none", null])
  })

  it("finds nothing with other secrets", () => {
    expect(search({ dh_shared: ["ab".repeat(256)] })).toEqual({ events: [], result: undefined })
    expect(search({}).events).toEqual([])
  })
})
