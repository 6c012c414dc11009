/** HASH and SIG of phase 1, real and played. RFC 2409 §5. */
import { generateKeyPairSync, privateEncrypt } from "node:crypto"
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { isPhase1 } from "../../src/track/v1-messages.ts"
import { v1StateOf } from "../../src/track/v1-state.ts"
import { verifyPhase1 } from "../../src/verify/phase1-v1.ts"
import type { Keys } from "../play/analyzed.ts"
import { PHASE1, PlayV1 } from "../play/play-v1.ts"
import { certificateOf } from "../play/signers.ts"
import { oneBitOff, Tape } from "../play/tape.ts"
import { fixtureKeys, type Heard, hear, hearFixture, poolOf } from "./heard.ts"

/** Checks of every message that carries a proof. */
const verified = ({ messages, sas: [sa] }: Heard, keys: Keys, skeyid?: Uint8Array) =>
  messages.flatMap(({ exchange, from, whole }) => {
    if (!isPhase1(exchange.type)) return []
    const input = { sa, state: v1StateOf(sa), from, whole, skeyid, pool: poolOf(keys), provider: nodeProvider }
    return verifyPhase1(input) ?? []
  })
const statuses = (all: ReturnType<typeof verified>) => all.map(v => `${v.check.id} ${v.check.status}`)

describe("HASH_I and HASH_R", async () => {
  const keys = fixtureKeys("v1-aggr-psk")
  const heard = await hearFixture("v1-aggr-psk")
  const { skeyid } = heard.sas[0].epochs[0].values

  it("hold under SKEYID", () => {
    expect(statuses(verified(heard, {}, skeyid))).toEqual(["ikev1-hash-r pass", "ikev1-hash-i pass"])
    expect(statuses(verified(heard, {}, oneBitOff(skeyid)))).toEqual(["ikev1-hash-r fail", "ikev1-hash-i fail"])
  })

  it("hold under the pre-shared key alone, which is then used", () => {
    const all = verified(heard, { psks: keys.psks })
    expect(statuses(all)).toEqual(["ikev1-hash-r pass", "ikev1-hash-i pass"])
    expect(all[0].used).toMatchObject([{ kind: "psks", index: 0 }])
  })

  it("fail under another one, and are skipped without", () => {
    const wrong = verified(heard, { psks: [{ secret: "wrong" }] })
    expect(wrong[0].check).toMatchObject({ status: "fail", reason: expect.stringMatching(/no given pre-shared key/) })
    expect(wrong[0].used).toEqual([])
    expect(verified(heard, {})[0].check.reason).toBe("the pre-shared key is missing")
  })
})

describe("SIG_I and SIG_R", async () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const sign = (hash: Uint8Array) => new Uint8Array(privateEncrypt(rsa.privateKey, hash))
  const signer = { certificate: certificateOf(rsa.publicKey, "left.lab"), sign }
  const play = (second = signer) =>
    new PlayV1(new Tape(), { spec: { ...PHASE1, method: 3 } }).aggressive({ initiator: second, responder: signer })

  it("hold under the certificate that came with them", async () => {
    const right = play()
    const heard = await hear(right.tape)
    expect(statuses(verified(heard, {}, right.keys.skeyid))).toEqual(["ikev1-sig-r pass", "ikev1-sig-i pass"])
    expect(statuses(verified(heard, {}, oneBitOff(right.keys.skeyid)))).toEqual([
      "ikev1-sig-r fail",
      "ikev1-sig-i fail",
    ])
    expect(verified(heard, {})[0].check).toMatchObject({ status: "skipped", reason: expect.stringMatching(/SKEYID/) })
  })

  it("fail over other octets", async () => {
    const wrong = play({ ...signer, sign: hash => sign(oneBitOff(hash)) })
    expect(statuses(verified(await hear(wrong.tape), {}, wrong.keys.skeyid))).toEqual([
      "ikev1-sig-r pass",
      "ikev1-sig-i fail",
    ])
  })
})
