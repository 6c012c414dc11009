/** Published key derivations: SP 800-135 / ACVP for IKEv1 and IKEv2, RFC 4868's prf+. */
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { noble } from "../../src/crypto/noble.ts"
import { prfByName } from "../../src/crypto/prf.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import type { PrfContext } from "../../src/keys/context.ts"
import { deriveSkeyids, skeyidPsk, skeyidSignature } from "../../src/keys/ikev1.ts"
import { deriveIkeKeys, SK_NAMES, skeyseedInitial, skeyseedRekey } from "../../src/keys/ikev2.ts"
import { deriveChildKeys } from "../../src/keys/keymat-v2.ts"
import { prfPlus } from "../../src/keys/prf-plus.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { hex, oneBitOff, vectorFile, vectors } from "../crypto/vectors.ts"

const PROVIDERS: readonly CryptoProvider[] = [noble, nodeProvider]

const contextOf = (provider: CryptoProvider, prf: unknown): PrfContext => {
  const name = String(prf)
    .replace("PRF_", "")
    .replaceAll("_", "-")
    .replace(/^SHA-1$/, "HMAC-SHA1")
  return { provider, prf: prfByName(name)! }
}

describe.each(PROVIDERS.map(p => [p.name, p] as const))("key derivation with %s", (_, provider) => {
  it.each(vectors("strongswan_kdf_prf.json").map(v => [v.name, v] as const))("SKEYSEED %s", (_name, v) => {
    const nonces = hex(v.salt)
    const step = skeyseedInitial(
      contextOf(provider, v["arg.prf"]),
      { ni: nonces.subarray(0, nonces.length / 2), nr: nonces.subarray(nonces.length / 2) },
      hex(v.key),
    )
    expect(toHex(step.out)).toBe(v.out)
  })

  it.each(vectors("strongswan_kdf_prf_plus.json").map(v => [v.name, v] as const))("prf+ %s", (_name, v) => {
    const context = contextOf(provider, v["arg.prf"])
    const length = hex(v.out).length
    expect(toHex(prfPlus(context, hex(v.key), hex(v.salt), length))).toBe(v.out)
    expect(toHex(prfPlus(context, oneBitOff(hex(v.key)), hex(v.salt), length))).not.toBe(v.out)
  })

  it("ACVP IKEv2: SKEYSEED, keys, KEYMAT with and without PFS, rekey", () => {
    const { input, expected } = vectorFile("libreswan_acvp_ikev2.json")
    const context = contextOf(provider, input.hashAlg)
    const nonces = { ni: hex(input.nInit), nr: hex(input.nResp) }
    const seed = skeyseedInitial(context, nonces, hex(input.gir))
    expect(toHex(seed.out)).toBe(expected.sKeySeed)
    const [spiI, spiR] = [hex(input.spiInit), hex(input.spiResp)]
    const dkm = prfPlus(context, seed.out, concat(nonces.ni, nonces.nr, spiI, spiR), 132)
    expect(toHex(dkm)).toBe(expected.derivedKeyingMaterial)
    const suite = { encr: encrByName("AES-CBC-128")!, integ: integByName("HMAC-SHA1-96")! }
    const keys = deriveIkeKeys({ ...context, ...suite, nonces, spiI, spiR }, seed.out)
    expect(toHex(concat(...SK_NAMES.map(name => keys.values[name])))).toBe(toHex(dkm))
    const child = deriveChildKeys(context, keys.values.sk_d, nonces, suite)
    expect(expected.derivedKeyingMaterialChild.startsWith(toHex(child.steps[0].out))).toBe(true)
    const pfs = deriveChildKeys(context, keys.values.sk_d, nonces, suite, [hex(input.girNew)])
    expect(expected.derivedKeyingMaterialDh.startsWith(toHex(pfs.steps[0].out))).toBe(true)
    const rekey = skeyseedRekey(context, keys.values.sk_d, nonces, [hex(input.girNew)])
    expect(toHex(rekey.out)).toBe(expected.sKeySeedReKey)
    expect(toHex(skeyseedInitial(context, nonces, oneBitOff(hex(input.gir))).out)).not.toBe(expected.sKeySeed)
  })

  it.each(["psk", "dsa"])("ACVP IKEv1 %s", method => {
    const { input, expected } = vectorFile(`libreswan_acvp_ikev1_${method}.json`)
    const context = { ...contextOf(provider, input.hashAlg), ckyI: hex(input.ckyInit), ckyR: hex(input.ckyResp) }
    const nonces = { ni: hex(input.nInit), nr: hex(input.nResp) }
    const shared = hex(input.gxy)
    const skeyid =
      method === "psk" ? skeyidPsk(context, hex(input.preSharedKey), nonces) : skeyidSignature(context, nonces, shared)
    const { values } = deriveSkeyids(context, skeyid.out, shared)
    expect(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toHex(value)]))).toEqual({
      skeyid: expected.sKeyId,
      skeyid_d: expected.sKeyIdD,
      skeyid_a: expected.sKeyIdA,
      skeyid_e: expected.sKeyIdE,
    })
    expect(toHex(deriveSkeyids(context, skeyid.out, oneBitOff(shared)).values.skeyid_d)).not.toBe(expected.sKeyIdD)
  })
})
