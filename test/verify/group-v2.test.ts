/** The signature of a played GSA_REKEY. RFC 9838 §2.4.1.1. */
import { generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { fromHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { EXCHANGE_TYPE } from "../../src/registry/ikev2/exchange-types.ts"
import { PAYLOAD_TYPE } from "../../src/registry/ikev2/payload-types.ts"
import type { RekeyKeys } from "../../src/track/group.ts"
import { verifyRekey } from "../../src/verify/group-v2.ts"
import { PlayGikev2, type Rekey } from "../play/play-gikev2.ts"
import { der, spkiOf } from "../play/signers.ts"
import { hex, Tape } from "../play/tape.ts"
import { hear, statuses } from "./heard.ts"

const key = () => generateKeyPairSync("ec", { namedCurve: "P-256" })
const ec = key()
const signer: NonNullable<Rekey["signer"]> = {
  algorithm: der(0x30, der(6, fromHex("2a8648ce3d040302")!)),
  spki: spkiOf(ec.publicKey),
  // A length that does not change.
  sign(octets) {
    for (;;) {
      const value = new Uint8Array(sign("sha256", octets, ec.privateKey))
      if (value.length === 71) return value
    }
  },
}

describe("GSA_REKEY", async () => {
  const play = new PlayGikev2(new Tape())
  const rekey = play.rekey(signer)
  play.register({ data: [play.dataSa()], rekey })
  play.push(rekey, 0, { data: [play.dataSa()] })
  const { messages } = await hear(play.tape, {
    psks: [{ secret: "swordfish" }],
    dh_shared: play.member.exchanged.map(x => hex(x.shared)),
  })
  const { whole } = messages.find(m => m.exchange.type === EXCHANGE_TYPE.GSA_REKEY)!
  const form = { scheme: "ecdsa", hash: "SHA2-256" } as const
  const under = (signature: RekeyKeys["signature"], of = whole) =>
    verifyRekey(
      of,
      { spi: hex(rekey.spi), encr: encrByName("AES-CBC-128")!, key: new Uint8Array(16), signature },
      nodeProvider,
    )

  it("its signature holds under the AUTH_KEY that was handed out, and no other", () => {
    expect(statuses(under({ form, spki: signer.spki }))).toEqual(["gsa-rekey-auth pass"])
    expect(statuses(under({ form, spki: spkiOf(key().publicKey) }))).toEqual(["gsa-rekey-auth fail"])
    expect(statuses(under({ form, spki: undefined }))).toEqual(["gsa-rekey-auth skipped"])
  })

  it("AUTH is there where the policy asks for it, and only there", () => {
    const bare = { ...whole, payloads: whole.payloads.filter(p => p.type !== PAYLOAD_TYPE.AUTH) }
    expect(under({ form, spki: signer.spki }, bare)[0].reason).toMatch(/any member can have sent it/)
    expect(under(undefined)[0]).toMatchObject({ status: "fail", reason: expect.stringMatching(/Implicit/) })
    expect(under(undefined, bare)).toEqual([])
  })
})
