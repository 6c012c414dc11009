/** The MSK of a SIM, against the case of RFC 9048 App. D. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { fromHex } from "../../src/bytes/hex.ts"
import { mskOfAka, mskOfAkaPrime } from "../../src/keys/eap-sim.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { EAP_TYPE } from "../../src/registry/eap-types.ts"
import type { SimSecret } from "../../src/secrets/secrets.ts"
import type { SimTranscript } from "../../src/track/sim-transcript.ts"
import { simMsks } from "../../src/verify/sim-msk.ts"
import { oneBitOff } from "../play/tape.ts"

// RFC 9048 App. D, case 1.
const identity = utf8("0555444333222111")
const network = utf8("WLAN")
const autn = fromHex("bb52e91c747ac3ab2a5c23d15ee351d5")!
const ck = fromHex("5349fbe098649f948f5d2e973a81c00f")!
const ik = fromHex("9744871ad32bf9bbd1dd5ce54e3e2e5a")!
const MSK = "67c42d9aa56c1b79e295e3459fc3d187d42be0bf818d3070e362c5e967a4d544"

const secret = { ck, ik, origin: { file: "keys.json", kind: "sim_keys", index: 0 } }
const prime: SimTranscript = { method: EAP_TYPE.EAP_AKA_PRIME, identity, network, autn }
const msks = (t: SimTranscript | null, of: SimSecret = secret) => simMsks(nodeProvider, t, [of])

describe("the MSK of a SIM", () => {
  it("of EAP-AKA' is that of the RFC's case", () => {
    const [{ value, origin }] = msks(prime)
    expect(Buffer.from(value).toString("hex").slice(0, 64)).toBe(MSK)
    expect(value).toEqual(mskOfAkaPrime(nodeProvider, identity, { ck, ik, autn, network }))
    expect(origin).toBe(secret.origin)
  })

  it("of EAP-AKA is another, and so is that of another key or identity", () => {
    const [aka] = msks({ method: EAP_TYPE.EAP_AKA, identity })
    expect(aka.value).toEqual(mskOfAka(nodeProvider, identity, { ck, ik }))
    for (const [other] of [
      msks({ method: EAP_TYPE.EAP_AKA, identity }),
      msks(prime, { ...secret, ck: oneBitOff(ck) }),
      msks({ ...prime, identity: oneBitOff(identity) }),
    ])
      expect(Buffer.from(other.value).toString("hex").slice(0, 64)).not.toBe(MSK)
  })

  it("there is none without an identity, AUTN, or the values of EAP-SIM", () => {
    expect(msks(null)).toEqual([])
    expect(msks({ ...prime, identity: undefined })).toEqual([])
    expect(msks({ ...prime, autn: undefined })).toEqual([])
    expect(msks({ method: EAP_TYPE.EAP_SIM, identity })).toEqual([])
  })
})
