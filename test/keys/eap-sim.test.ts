/** Milenage and the MSKs of EAP-SIM, EAP-AKA' and EAP-AKA: the test sets of their documents. */
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { milenage, opcOf } from "../../src/crypto/milenage.ts"
import { noble } from "../../src/crypto/noble.ts"
import { mskOfAka, mskOfAkaPrime, mskOfSim, random186 } from "../../src/keys/eap-sim.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { hex } from "../crypto/vectors.ts"

const bare = (text: string) => text.replace(/\s/g, "")

describe.each([noble, nodeProvider].map(p => [p.name, p] as const))("by %s", (_, provider) => {
  it("Milenage, test set 1 of TS 35.208", () => {
    const k = hex("465b5ce8b199b49faa5f0a2ee238a6bc")
    const opc = opcOf(provider, k, hex("cdc202d5123e20f62b6d676ac72cb318"))!
    expect(toHex(opc)).toBe("cd63cb71954a9f4e48a5994e37a02baf")
    const out = milenage(provider, { k, opc }, hex("23553cbe9637a89d218ae64dae47bf35"))!
    expect(Object.fromEntries(Object.entries(out).map(([n, v]) => [n, toHex(v)]))).toEqual({
      res: "a54211d5e3ba50bf",
      ck: "b40ba9a3c58b2a05bbf0d987b21bf8cb",
      ik: "f769bcd751044604127672711c6d3441",
      ak: "aa689c648370",
    })
  })

  it("EAP-SIM, RFC 4186 App. A", () => {
    const msk = mskOfSim(provider, utf8("1244070100000001@eapsim.foo"), {
      kcs: ["a0a1a2a3a4a5a6a7", "b0b1b2b3b4b5b6b7", "c0c1c2c3c4c5c6c7"].map(text => hex(text)),
      nonceMt: hex("0123456789abcdeffedcba9876543210"),
      versions: hex("0001"),
      selected: hex("0001"),
    })
    expect(toHex(msk!)).toBe(
      bare(`39d45aea f4e30601 983e972b 6cfd46d1 c3637733 65690d09 cd44976b 525f47d3
            a60a985e 955c53b0 90b2e4b7 3719196a 40254296 8fd14a88 8f46b9a7 886e4488`),
    )
  })

  it("EAP-AKA', RFC 5448 App. C case 1, which RFC 9048 keeps", () => {
    const msk = mskOfAkaPrime(provider, utf8("0555444333222111"), {
      ck: hex("5349fbe098649f948f5d2e973a81c00f"),
      ik: hex("9744871ad32bf9bbd1dd5ce54e3e2e5a"),
      autn: hex("bb52e91c747ac3ab2a5c23d15ee351d5"),
      network: utf8("WLAN"),
    })
    expect(toHex(msk!)).toBe(
      bare(`67c4 2d9a a56c 1b79 e295 e345 9fc3 d187 d42b e0bf 818d 3070 e362 c5e9 67a4 d544
            e8ec fe19 358a b303 9aff 03b7 c930 588c 055b abee 58a0 2650 b067 ec4e 9347 c75a`),
    )
  })

  it("EAP-AKA: the generator runs on MK = SHA1(Identity | IK | CK), K_encr and K_aut stand in front", () => {
    const [identity, ck, ik] = [utf8("0555444333222111"), new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)]
    const mk = provider.hash.sha1!(concat(identity, ik, ck))
    expect(toHex(mskOfAka(provider, identity, { ck, ik })!)).toBe(toHex(random186(mk, 96).subarray(32)))
  })
})

it("FIPS 186-2 with change notice 1: the keys of RFC 4186 App. A in order", () => {
  expect(toHex(random186(hex("e576d5ca332e9930018bf1baee2763c795b3c712"), 32))).toBe(
    "536e5ebc4465582aa6a8ec9986ebb62025af1942efcbf4bc72b3943421f2a974",
  )
})
