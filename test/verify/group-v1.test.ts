/** Signature, sequence number and acknowledgement of a played GROUPKEY-PUSH. RFC 6407 §4, RFC 8263. */
import { generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { EXCHANGE_TYPE } from "../../src/registry/ikev1/exchange-types.ts"
import type { RekeyKeys } from "../../src/track/group.ts"
import { verifyPush, verifyPushAck } from "../../src/verify/group-v1.ts"
import { type Kek, PlayGdoi } from "../play/play-gdoi.ts"
import { spkiOf } from "../play/signers.ts"
import { hex, oneBitOff, Tape } from "../play/tape.ts"
import { hear, statuses } from "./heard.ts"

const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
const signer: NonNullable<Kek["signer"]> = {
  algorithm: 1,
  hash: 3,
  spki: spkiOf(rsa.publicKey),
  sign: octets => new Uint8Array(sign("sha256", octets, rsa.privateKey)),
}
const MEMBER = { address: [10, 0, 0, 3], port: 848 } as const

describe("GROUPKEY-PUSH", async () => {
  const play = new PlayGdoi(new Tape())
  const kek = play.kek(signer)
  play.pull({ teks: [play.tek()], kek, sequence: 0 })
  play.push(kek, 5, { teks: [play.tek()] })
  play.acknowledge(kek, 5, { ...MEMBER, address: [...MEMBER.address] })
  const { messages } = await hear(play.tape, {
    psks: [{ secret: "swordfish" }],
    dh_shared: play.member.exchanged.map(e => hex(e.shared)),
  })
  const push = messages.find(m => m.exchange.type === EXCHANGE_TYPE.NEW_GROUP_MODE)!.whole
  const form = { scheme: "rsa-pkcs1", hash: "SHA2-256" } as const
  const keys: RekeyKeys = {
    spi: hex(kek.spi),
    encr: encrByName("AES-CBC-128")!,
    key: kek.key,
    signature: { form, spki: signer.spki },
  }

  it("its signature holds under the key that was handed out, its number goes up", () => {
    expect(statuses(verifyPush(push, keys, 4, nodeProvider))).toEqual([
      "groupkey-push-seq pass",
      "groupkey-push-sig pass",
    ])
    expect(statuses(verifyPush(push, keys, undefined, nodeProvider))).toEqual(["groupkey-push-sig pass"])
  })

  it("a replay, another key, and no key", () => {
    expect(verifyPush(push, keys, 5, nodeProvider)[0]).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/replay/),
    })
    const spki = spkiOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey)
    const under = (signature: RekeyKeys["signature"]) =>
      statuses(verifyPush(push, { ...keys, signature }, undefined, nodeProvider))
    expect(under({ form, spki })).toEqual(["groupkey-push-sig fail"])
    expect(under({ form, spki: undefined })).toEqual(["groupkey-push-sig skipped"])
    expect(under(undefined)).toEqual(["groupkey-push-sig skipped"])
  })

  it("without SIG where the policy asks for one anybody in the group can have sent it", () => {
    const unsigned = { ...push, payloads: push.payloads.filter(p => p.type !== 9) }
    expect(statuses(verifyPush(unsigned, keys, undefined, nodeProvider))).toEqual(["groupkey-push-sig fail"])
  })

  it("its acknowledgement holds under the KEK alone", () => {
    const ack = messages.find(m => m.exchange.type === EXCHANGE_TYPE.GROUPKEY_PUSH_ACK)!.whole
    expect(statuses(verifyPushAck(ack, keys, nodeProvider))).toEqual(["groupkey-push-ack pass"])
    const other = { ...keys, key: oneBitOff(kek.key) }
    expect(statuses(verifyPushAck(ack, other, nodeProvider))).toEqual(["groupkey-push-ack fail"])
  })
})
