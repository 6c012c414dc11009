/** The recorded negotiations: what the daemons derived, derived again from their shared secrets and nonces. */
import { describe, expect, it } from "vitest"
import { equal, utf8 } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { hashByName, prfByName } from "../../src/crypto/prf.ts"
import { intermediateAuth, macedId, sharedSecretAuth, signedOctets } from "../../src/keys/auth-v2.ts"
import { hash1, hash2, hash3, hashI, hashR } from "../../src/keys/hash-v1.ts"
import { deriveSkeyids, encryptionKey, phase1Iv, phase2Iv, skeyidPsk, skeyidSignature } from "../../src/keys/ikev1.ts"
import { deriveIkeKeys, SK_NAMES, skeyseedInitial, skeyseedIntermediate, skeyseedRekey } from "../../src/keys/ikev2.ts"
import { deriveQuickModeKeys } from "../../src/keys/keymat-v1.ts"
import { deriveChildKeys } from "../../src/keys/keymat-v2.ts"
import { mixPpk } from "../../src/keys/ppk.ts"
import { nodeProvider as provider } from "../../src/node/crypto.ts"
import { hex, type LabScenario, labScenarios, oneBitOff } from "../crypto/vectors.ts"
import { clearPayloads, type Hashed, hashedPayloads } from "./isakmp.ts"

// biome-ignore lint/suspicious/noExplicitAny: free-form JSON of a test
type Truth = any

const contractName = (text: string | null): string => (text ?? "").replaceAll("_", "-")
const prfOf = (ike: Truth) => ({ provider, prf: prfByName(contractName(ike.prf).replace("PRF-", ""))! })
const suiteOf = (row: Truth) => ({
  encr: row.encr ? encrByName(contractName(row.encr)) : undefined,
  integ: row.integ ? integByName(contractName(row.integ)) : undefined,
})
const halves = (text: string) => {
  const both = hex(text)
  return { ni: both.subarray(0, both.length / 2), nr: both.subarray(both.length / 2) }
}

const LAB = labScenarios()
const V2 = LAB.filter(s => s.truth.ike.some((ike: Truth) => ike.version === 2))
const V1 = LAB.filter(s => s.truth.ike.some((ike: Truth) => ike.version === 1))

/** SKEYSEED as this key epoch must have come to it: initially, by IKE_INTERMEDIATE, or out of another SA of the capture. */
function skeyseeds(ike: Truth, all: readonly Truth[]): string[] {
  const context = prfOf(ike)
  const nonces = halves(ike.nonces)
  const shared = hex(ike.dh_shared_secret)
  const additional = (ike.additional_ke_secret ?? "").match(/.{64}/g) ?? []
  if (ike.stage > 0) {
    const before = all.find(o => o.spi_i === ike.spi_i && o.spi_r === ike.spi_r && o.stage === ike.stage - 1)
    return [toHex(skeyseedIntermediate(context, hex(before.sk_d), nonces, shared).out)]
  }
  const others = all.filter(o => o !== ike)
  return [
    toHex(skeyseedInitial(context, nonces, shared).out),
    ...others.map(o =>
      toHex(skeyseedRekey(prfOf(o), hex(o.sk_d), nonces, [shared, ...additional.map((a: string) => hex(a))]).out),
    ),
  ]
}

describe.skipIf(V2.length === 0)("IKEv2", () => {
  it.each(V2.map(s => [s.name, s] as const))("SKEYSEED and SK_* of %s", (_, { truth }) => {
    for (const ike of truth.ike) {
      expect(skeyseeds(ike, truth.ike)).toContain(ike.skeyseed)
      const context = { ...prfOf(ike), encr: encrByName(contractName(ike.encr))!, integ: suiteOf(ike).integ }
      const ends = { nonces: halves(ike.nonces), spiI: hex(ike.spi_i), spiR: hex(ike.spi_r) }
      const { values } = deriveIkeKeys({ ...context, ...ends }, hex(ike.skeyseed))
      const want = (name: string) => (ike[`${name}_prime`] ?? ike[name]) as string
      for (const name of SK_NAMES) expect(toHex(values[name]), name).toBe(want(name))
      const off = deriveIkeKeys({ ...context, ...ends }, oneBitOff(hex(ike.skeyseed)))
      expect(toHex(off.values.sk_d)).not.toBe(want("sk_d"))
      if (!ike.sk_d_prime) continue
      const mixed = mixPpk(context, hex(truth.ppk.hex), values)
      for (const name of ["sk_d", "sk_pi", "sk_pr"] as const) expect(toHex(mixed.values[name]), name).toBe(ike[name])
    }
  })

  it.each(V2.map(s => [s.name, s] as const))("Child SA keys of %s", (_, { truth }) => {
    let proved = 0
    // Not every daemon logs the nonces that each KEYMAT came from.
    const seeded = truth.esp.filter((esp: Truth) => esp.seed)
    for (const esp of seeded) {
      const sa = truth.ike.findLast((ike: Truth) => ike.spi_i === esp.ike_spi_i && ike.spi_r === esp.ike_spi_r)
      const additional = (esp.pfs_additional_secret ?? "").match(/.{64}/g) ?? []
      const shared = esp.pfs_shared_secret ? [esp.pfs_shared_secret, ...additional].map(s => hex(s)) : []
      const text = additional
        .reduce((s: string, a: string) => s.replace(a, ""), esp.seed)
        .replace(esp.pfs_shared_secret, "")
      const { values } = deriveChildKeys(prfOf(sa), hex(sa.sk_d), halves(text), suiteOf(esp), shared)
      const forwards = toHex(values.encr_i) === (esp.encr_key ?? "") && toHex(values.integ_i) === (esp.integ_key ?? "")
      const backwards = toHex(values.encr_r) === (esp.encr_key ?? "") && toHex(values.integ_r) === (esp.integ_key ?? "")
      expect(forwards || backwards, `${esp.proto} ${esp.spi} ${esp.proposal}`).toBe(true)
      proved++
    }
    expect(proved).toBe(seeded.length)
  })

  it("has Child SA keys to derive", () => {
    expect(V2.flatMap(s => s.truth.esp).filter((esp: Truth) => esp.seed).length).toBeGreaterThan(100)
  })

  it.each(V2.map(s => [s.name, s] as const))("AUTH of %s", (_, { truth, oracle }) => {
    const lines: { label: string; hex: string }[] = oracle.auth
    const skps = truth.ike.flatMap((ike: Truth) =>
      ["sk_pi", "sk_pr", "sk_pi_prime", "sk_pr_prime"]
        .filter(n => ike[n])
        .map(n => ({ context: prfOf(ike), value: hex(ike[n]) })),
    )
    lines.forEach((line, n) => {
      if (line.label.startsWith("octets")) {
        const octets = hex(line.hex)
        const id = hex(lines.slice(0, n).findLast(l => l.label === "IDx'")?.hex)
        const mixed = ppkKeys(truth.ike, lines.slice(0, n))
        const found = [...skps, ...mixed].some(({ context, value }: Truth) => {
          const mac = macedId(context, value, id)
          // The octets hold message, nonce of 32 bytes, and the MAC, which IntAuth may follow.
          const at = toHex(octets).indexOf(toHex(mac)) / 2
          if (at < 0) return false
          const pieces = {
            message: octets.subarray(0, at - 32),
            nonce: octets.subarray(at - 32, at),
            macedId: mac,
            intAuth: octets.subarray(at + mac.length),
          }
          return equal(signedOctets(pieces), octets) && [0, 2 * mac.length + 4].includes(pieces.intAuth.length)
        })
        if (truth.name !== "v2-auth-failed") expect(found, `octets in line ${n}`).toBe(true)
        const [secret, , auth] = lines.slice(n + 1, n + 4)
        if (auth?.label.startsWith("AUTH =")) {
          const context = prfOf(truth.ike[0])
          expect(toHex(sharedSecretAuth(context, hex(secret.hex), octets))).toBe(auth.hex)
          if (secret.hex)
            expect(toHex(sharedSecretAuth(context, oneBitOff(hex(secret.hex)), octets))).not.toBe(auth.hex)
        }
      }
      if (line.label === "IntAuth_A|P") {
        const [previous, result] = [lines[n - 1], lines[n + 1]]
        const sums = skps.map(({ context, value }: Truth) =>
          toHex(intermediateAuth(context, value, hex(previous.hex), hex(line.hex))),
        )
        expect(sums).toContain(result.hex)
      }
    })
  })
})

/** SK_pi and SK_pr under the PPK that was logged last: each end mixes its own (RFC 8784 §3). */
function ppkKeys(ikes: readonly Truth[], lines: readonly { label: string; hex: string }[]): Truth[] {
  const ppk = lines.findLast(l => l.label === "PPK")?.hex
  if (!ppk) return []
  return ikes.flatMap(ike => {
    const context = prfOf(ike)
    const before = Object.fromEntries(["sk_d", "sk_pi", "sk_pr"].map(n => [n, hex(ike[`${n}_prime`] ?? ike[n])]))
    const { values } = mixPpk(context, hex(ppk), before as never)
    return [values.sk_pi, values.sk_pr].map(value => ({ context, value }))
  })
}

describe.skipIf(V1.length === 0)("IKEv1", () => {
  it.each(V1.map(s => [s.name, s] as const))("SKEYID_*, Ka and first IV of %s", (_, scenario) => {
    for (const ike of scenario.truth.ike) {
      const context = { ...prfOf(ike), ckyI: hex(ike.spi_i), ckyR: hex(ike.spi_r) }
      const shared = hex(ike.dh_shared_secret)
      const { values } = deriveSkeyids(context, hex(ike.skeyid), shared)
      for (const name of ["skeyid_d", "skeyid_a", "skeyid_e"] as const)
        expect(toHex(values[name]), name).toBe(ike[name])
      const encr = encrByName(contractName(ike.encr))!
      expect(toHex(encryptionKey(context, values.skeyid_e, encr).out)).toBe(ike.encr_key)
      expect(toHex(deriveSkeyids(context, oneBitOff(hex(ike.skeyid)), shared).values.skeyid_e)).not.toBe(ike.skeyid_e)
      const wire = clearPayloads(scenario.name, ike)
      const hash = provider.hash[hashByName(context.prf.name.replace("HMAC-", ""))!.hash!]!
      expect(toHex(phase1Iv(hash, wire.gxi, wire.gxr, encr.blockBytes))).toBe(ike.initial_iv)
      const nonces = { ni: wire.ni, nr: wire.nr }
      const ways = [toHex(skeyidSignature(context, nonces, shared).out), ...skeyidsByPsk(scenario, context, nonces)]
      expect(ways).toContain(ike.skeyid)
      const ivs = scenario.oracle.auth.filter((l: Truth) => l.label.startsWith("next IV for MID"))
      for (const { messageId, decimal } of wire.phase2) {
        const logged = ivs.filter((l: Truth) => l.label.endsWith(` ${decimal}`)).map((l: Truth) => l.hex)
        // The daemon that logs may not have seen this exchange.
        if (logged.length > 0)
          expect(logged).toContain(toHex(phase2Iv(hash, wire.lastBlock(encr.blockBytes), messageId, encr.blockBytes)))
      }
    }
  })

  it.each(V1.map(s => [s.name, s] as const))("HASH_I and HASH_R of %s", (_, scenario) => {
    const lines: { label: string; hex: string }[] = scenario.oracle.auth
    for (const ike of scenario.truth.ike) {
      const context = prfOf(ike)
      const { gxi, gxr, sai } = clearPayloads(scenario.name, ike)
      const t = { gxi, gxr, sai, ckyI: hex(ike.spi_i), ckyR: hex(ike.spi_r) }
      lines.forEach((line, n) => {
        const data = hex(line.hex)
        const before = 2 * gxi.length + 16 + sai.length
        const isI = line.label === "HASH_I data" && equal(data.subarray(0, gxi.length), gxi)
        const isR = line.label === "HASH_R data" && equal(data.subarray(0, gxr.length), gxr)
        if (!isI && !isR) return
        const made = (isI ? hashI : hashR)(context, hex(ike.skeyid), t, data.subarray(before))
        expect([lines[n + 1].hex, lines[n + 2]?.hex], line.label).toContain(toHex(made))
      })
    }
  })

  it.each(V1.map(s => [s.name, s] as const))("Quick Mode hashes and keys of %s", (_, { name, truth, oracle }) => {
    let proved = 0
    for (const ike of truth.ike) {
      const context = prfOf(ike)
      const skeyidA = hex(ike.skeyid_a)
      const messageIds = clearPayloads(name, ike).phase2.map(m => m.messageId)
      const plain = oracle.charon_plain.map((p: Truth) => hashedPayloads(hex(p.hex)))
      plain.forEach((first: Hashed | undefined, n: number) => {
        const second = plain[n + 1]
        const third = plain[n + 2]
        if (!first?.nonce || !second?.nonce) return
        const [ni, nr] = [first.nonce, second.nonce]
        const mid = messageIds.find(id => equal(hash1(context, skeyidA, id, first.rest), first.hash))
        if (!mid) return
        expect(toHex(hash2(context, skeyidA, mid, ni, second.rest))).toBe(toHex(second.hash))
        if (third?.rest.length === 0) expect(toHex(hash3(context, skeyidA, mid, ni, nr))).toBe(toHex(third.hash))
        expect(equal(hash1(context, oneBitOff(skeyidA), mid, first.rest), first.hash)).toBe(false)
        const [spiI, spiR] = [first.spi!, second.spi!]
        const out = truth.esp.find((e: Truth) => e.spi === toHex(spiR))
        const back = truth.esp.find((e: Truth) => e.spi === toHex(spiI))
        if (!out || !back) return
        const shared = out.pfs_shared_secret ? hex(out.pfs_shared_secret) : undefined
        const { values } = deriveQuickModeKeys(context, hex(ike.skeyid_d), {
          ...{ nonces: { ni, nr }, protocol: first.protocol!, spiI, spiR, suite: suiteOf(out), shared },
        })
        expect([toHex(values.encr_i), toHex(values.integ_i)]).toEqual([out.encr_key, out.integ_key])
        expect([toHex(values.encr_r), toHex(values.integ_r)]).toEqual([back.encr_key, back.integ_key])
        proved++
      })
    }
    expect(proved > 0).toBe(truth.esp.length > 0)
  })
})

function skeyidsByPsk({ truth }: LabScenario, context: Truth, nonces: Truth): string[] {
  return [truth.psk].filter(Boolean).map(psk => toHex(skeyidPsk(context, utf8(psk), nonces).out))
}
