/** Every published vector of ciphers, AEADs, MACs and PRFs on every provider that offers the algorithm. */
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { noble } from "../../src/crypto/noble.ts"
import type { AeadId, CipherId, CryptoProvider, MacId } from "../../src/crypto/provider.ts"
import { kernel } from "../../src/crypto/wasm/kernel.ts"
import { kernelSymmetric } from "../../src/crypto/wasm/symmetric.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { hex, oneBitOff, type Vector, vectors } from "./vectors.ts"

const wasm: CryptoProvider = { ...noble, ...kernelSymmetric(kernel()!), name: "the kernel" }
const PROVIDERS: readonly CryptoProvider[] = [noble, nodeProvider, wasm]

/** Salts of RFC 3686 §6 and, the same, RFC 5528 §4: the collection of vectors cut them off the keys. */
const CTR_SALTS = "00000030 006cb6db 00e0017b 00000048 0096b03b 0007bdfd 00000060 00faac24 001cc5b7".split(" ")

const CBC_FILES: readonly [string, CipherId][] = [
  ["strongswan_aes_cbc.json", "aes-cbc"],
  ["strongswan_3des_cbc.json", "3des-cbc"],
  ["strongswan_blowfish.json", "blowfish-cbc"],
  ["strongswan_cast.json", "cast-cbc"],
  ["strongswan_camellia_cbc.json", "camellia-cbc"],
]
const AEAD_FILES: readonly [string, AeadId][] = [
  ["strongswan_aes_gcm.json", "aes-gcm"],
  ["strongswan_aes_ccm.json", "aes-ccm"],
  ["strongswan_chacha20poly1305.json", "chacha20-poly1305"],
]
const MAC_FILES: readonly [string, MacId | undefined][] = [
  ["strongswan_md5_hmac.json", "hmac-md5"],
  ["strongswan_sha1_hmac.json", "hmac-sha1"],
  ["strongswan_sha2_hmac.json", undefined],
  ["strongswan_aes_xcbc.json", "aes-xcbc"],
  ["strongswan_aes_cmac.json", "aes-cmac"],
]

/** A message is bytes, or so many zeros. */
const messageOf = (v: Vector): Uint8Array =>
  v.message === undefined ? new Uint8Array(Number(v.message_size)) : hex(v.message, true)
const macOf = (v: Vector): MacId => `hmac-sha2-${/SHA2_(\d+)/.exec(String(v.alg))?.[1]}` as MacId
const named = (list: readonly Vector[]): [string, Vector][] =>
  list.map((v, i) => [`${v.name ?? v.description} #${i}`, v])

function both(
  provider: CryptoProvider,
  id: CipherId,
  key: Uint8Array,
  iv: Uint8Array,
  plain: Uint8Array,
  want: Uint8Array,
) {
  const cipher = provider.cipher[id]
  if (!cipher) throw new Error(`${provider.name} does not offer ${id}`)
  expect(toHex(cipher.encrypt(key, iv, plain))).toBe(toHex(want))
  expect(toHex(cipher.decrypt(key, iv, want))).toBe(toHex(plain))
  const off = oneBitOff(key, key.length - 1).map((b, i) => (i === 0 ? b ^ 0x10 : b))
  expect(toHex(cipher.decrypt(off, iv, want))).not.toBe(toHex(plain))
}

describe.each(PROVIDERS.map(p => [p.name, p] as const))("ciphers of %s", (_, provider) => {
  for (const [file, id] of CBC_FILES)
    it.each(named(vectors(file)))(`${id} %s`, (_name, v) =>
      both(provider, id, hex(v.key), hex(v.iv), hex(v.plain), hex(v.cipher)),
    )

  it.each(named(vectors("strongswan_des.json")))("des %s", (_name, v) =>
    both(
      provider,
      "des-cbc",
      hex(v.key),
      v.iv === undefined ? new Uint8Array(8) : hex(v.iv),
      hex(v.plain),
      hex(v.cipher),
    ),
  )

  for (const [file, id] of [
    ["strongswan_aes_ctr.json", "aes-ctr"],
    ["strongswan_camellia_ctr.json", "camellia-ctr"],
  ] as const)
    vectors(file).forEach((v, i) => {
      it(`${id} ${v.name}`, () =>
        both(provider, id, hex(v.key), hex(CTR_SALTS[i] + v.iv + "00000001"), hex(v.plain), hex(v.cipher)))
    })

  it.each(named(vectors("libreswan_ike_alg_encrypt_cbc_test_vectors.json")))("cbc %s", (_name, v) => {
    const id = String(v.table).startsWith("aes") ? "aes-cbc" : "camellia-cbc"
    both(provider, id, hex(v.key), hex(v.iv), hex(v.plaintext, true), hex(v.ciphertext))
  })

  it.each(named(vectors("libreswan_ike_alg_encrypt_ctr_test_vectors.json")))("ctr %s", (_name, v) =>
    both(provider, "aes-ctr", hex(v.key), hex(v.cb), hex(v.plaintext, true), hex(v.ciphertext)),
  )

  it("takes no data and unaligned data", () => {
    for (const [id, cipher] of Object.entries(provider.cipher)) {
      const [keyBytes, block] = id.startsWith("3des")
        ? [24, 8]
        : id.startsWith("des")
          ? [8, 8]
          : /aes|cam|sm4/.test(id)
            ? [16, 16]
            : [16, 8]
      const key = new Uint8Array(keyBytes).fill(7)
      const iv = new Uint8Array(block).fill(9)
      expect(cipher.decrypt(key, iv, new Uint8Array(0))).toHaveLength(0)
      const data = new Uint8Array(99).fill(3).subarray(3)
      const shifted = new Uint8Array(data)
      expect(toHex(cipher.decrypt(key, iv, data))).toBe(toHex(cipher.decrypt(key, iv, shifted)))
      expect(toHex(cipher.encrypt(key, iv, cipher.decrypt(key, iv, data)))).toBe(toHex(data))
      expect(data.every(b => b === 3)).toBe(true)
    }
  })
})

describe.each(PROVIDERS.map(p => [p.name, p] as const))("AEADs of %s", (_, provider) => {
  for (const [file, id] of AEAD_FILES)
    it.each(named(vectors(file)))(`${id} %s`, (_name, v) => {
      const aead = provider.aead[id]
      // The salt stands behind the key; one vector has more bytes than it uses.
      const keyBytes = Number(v.key_size)
      const key = hex(v.key).subarray(0, keyBytes)
      const nonce = hex(String(v.key).slice(2 * keyBytes, 2 * (keyBytes + Number(v.salt_size))) + v.iv)
      const plain = hex(v.plain)
      const sealed = hex(v.cipher)
      const ciphertext = sealed.subarray(0, plain.length)
      const tag = sealed.subarray(plain.length)
      const aad = hex(v.adata)
      expect(toHex(aead!.open(key, nonce, aad, ciphertext, tag)!)).toBe(toHex(plain))
      expect(toHex(aead!.seal(key, nonce, aad, plain, tag.length))).toBe(toHex(sealed))
      expect(aead!.open(oneBitOff(key), nonce, aad, ciphertext, tag)).toBeUndefined()
      expect(aead!.open(key, oneBitOff(nonce), aad, ciphertext, tag)).toBeUndefined()
      expect(aead!.open(key, nonce, aad, ciphertext, oneBitOff(tag))).toBeUndefined()
      if (aad.length) expect(aead!.open(key, nonce, oneBitOff(aad), ciphertext, tag)).toBeUndefined()
      if (plain.length) expect(aead!.open(key, nonce, aad, oneBitOff(ciphertext), tag)).toBeUndefined()
    })

  it.each(named(vectors("libreswan_ike_alg_encrypt_gcm_test_vectors.json")))("aes-gcm %s", (_name, v) => {
    const opened = provider.aead["aes-gcm"]!.open(
      hex(v.key),
      hex(v.salted_iv),
      hex(v.aad),
      hex(v.ciphertext),
      hex(v.tag),
    )
    expect(toHex(opened!)).toBe(toHex(hex(v.plaintext)))
  })

  it("opens what it sealed with every tag length, unaligned and empty", () => {
    for (const [id, aead] of Object.entries(provider.aead)) {
      const nonce = new Uint8Array(id.endsWith("ccm") ? 11 : 12).fill(5)
      const key = new Uint8Array(id.startsWith("sm4") ? 16 : 32).fill(6)
      for (const tagBytes of id.startsWith("chacha") ? [16] : [8, 12, 16])
        for (const size of [0, 1, 16, 61]) {
          const plain = new Uint8Array(size + 1).map((_, i) => i).subarray(1)
          const sealed = aead.seal(key, nonce, key.subarray(1, 10), plain, tagBytes)
          const opened = aead.open(key, nonce, key.subarray(1, 10), sealed.subarray(0, size), sealed.subarray(size))
          expect(toHex(opened!)).toBe(toHex(plain))
        }
    }
  })
})

describe.each(PROVIDERS.map(p => [p.name, p] as const))("MACs of %s", (_, provider) => {
  for (const [file, id] of MAC_FILES)
    it.each(named(vectors(file)))(`${file} %s`, (_name, v) => {
      const mac = provider.mac[id ?? macOf(v)]
      const want = hex(v.mac ?? v.out)
      const data = hex(v.data ?? v.seed)
      expect(toHex(mac!(hex(v.key))(data).subarray(0, want.length))).toBe(toHex(want))
      expect(toHex(mac!(oneBitOff(hex(v.key)))(data).subarray(0, want.length))).not.toBe(toHex(want))
    })

  it.each(named(vectors("libreswan_ike_alg_prf_test_vectors.json").filter(v => v.prf_output)))("prf %s", (_name, v) => {
    const id = String(v.table).startsWith("aes") ? "aes-xcbc" : "hmac-md5"
    expect(toHex(provider.mac[id]!(hex(v.key, true))(messageOf(v)))).toBe(toHex(hex(v.prf_output)))
  })

  it("takes AES PRF keys of other lengths", () => {
    // RFC 4434 §4 (10 and 18 bytes), RFC 4615 §4 (18 and 10 bytes).
    const key = hex("000102030405060708090a0b0c0d0e0fedcb")
    const message = hex("000102030405060708090a0b0c0d0e0f10111213")
    expect(toHex(provider.mac["aes-xcbc"]!(key.subarray(0, 10))(message))).toBe("0fa087af7d866e7653434e602fdde835")
    expect(toHex(provider.mac["aes-xcbc"]!(key)(message))).toBe("8cd3c93ae598a9803006ffb67c40e9e4")
    expect(toHex(provider.mac["aes-cmac"]!(key)(message))).toBe("84a348a4a45d235babfffc0d2b4da09a")
    expect(toHex(provider.mac["aes-cmac"]!(key.subarray(0, 10))(message))).toBe("290d9e112edb09ee141fcf64c0b72f3d")
  })

  it("computes one MAC many times with one key", () => {
    for (const mac of Object.values(provider.mac)) {
      const keyed = mac(hex("0102030405060708090a0b0c0d0e0f10"))
      const first = toHex(keyed(hex("aa")))
      expect(toHex(keyed(hex("bb")))).not.toBe(first)
      expect(toHex(keyed(hex("aa")))).toBe(first)
    }
  })
})

it("both providers compute the same", () => {
  const data = new Uint8Array(96).map((_, i) => i * 7)
  for (const id of Object.keys(noble.cipher) as CipherId[]) {
    const lengths = id.startsWith("3des")
      ? [24]
      : id.startsWith("des")
        ? [8]
        : /aes|cam|sm4/.test(id)
          ? [16, 24, 32]
          : [5, 10, 11, 16]
    for (const n of lengths) {
      const key = new Uint8Array(n).map((_, i) => i * 37 + n)
      const iv = new Uint8Array(/aes|cam/.test(id) ? 16 : 8).fill(0xf7)
      const out = toHex(noble.cipher[id]!.encrypt(key, iv, data))
      if (nodeProvider.cipher[id]) expect(toHex(nodeProvider.cipher[id].encrypt(key, iv, data)), id).toBe(out)
    }
  }
})

/** Made with OpenSSL: key byte i is 29i + length, IV zero, plaintext 00 to 0f. */
const BY_KEY_LENGTH: readonly [CipherId, number, string][] = [
  ["blowfish-cbc", 5, "87a3a58e647553d4df29ed5ce9fa6755"],
  ["blowfish-cbc", 8, "ec71be8d784777518834832f08a216da"],
  ["blowfish-cbc", 16, "e434e422763b0bf39226e493ea4f396b"],
  ["blowfish-cbc", 24, "34d747370088063474b61fcb6229e76e"],
  ["blowfish-cbc", 32, "d594575822c437e2cc743129a22c95ff"],
  ["blowfish-cbc", 40, "c01081464e3baf0b6de7cf282293a91b"],
  ["blowfish-cbc", 56, "9193a408a9e0b8414cbe0aada0f6c9d6"],
  ["cast-cbc", 5, "a0f1e00fb586e993a6a5b596c6ceb121"],
  ["cast-cbc", 10, "c4ae436dd12d4452abb8a9f0876e327b"],
  ["cast-cbc", 11, "9c266d9fdcbbc87a51e0fe4e3620e928"],
  ["cast-cbc", 16, "ec16850208b65e9ea694c62769dc2e16"],
]

it.each(BY_KEY_LENGTH)("%s with a key of %i bytes", (id, length, ciphertext) => {
  const key = new Uint8Array(length).map((_, i) => 29 * i + length)
  const plain = new Uint8Array(16).map((_, i) => i)
  expect(toHex(noble.cipher[id]!.encrypt(key, new Uint8Array(8), plain))).toBe(ciphertext)
  expect(toHex(noble.cipher[id]!.decrypt(key, new Uint8Array(8), hex(ciphertext)))).toBe(toHex(plain))
})

it("refuses keys, IVs and data of lengths that a cipher does not have", () => {
  for (const provider of PROVIDERS)
    for (const [id, cipher] of Object.entries(provider.cipher)) {
      const block = /aes|cam/.test(id) ? 16 : 8
      expect(() => cipher.decrypt(new Uint8Array(3), new Uint8Array(block), new Uint8Array(block)), id).toThrow()
      if (id.endsWith("cbc")) {
        const key = new Uint8Array(id.startsWith("3des") ? 24 : id.startsWith("des") ? 8 : 16).fill(7)
        expect(() => cipher.decrypt(key, new Uint8Array(block), new Uint8Array(block + 1)), id).toThrow()
        expect(() => cipher.decrypt(key, new Uint8Array(block - 1), new Uint8Array(block)), id).toThrow()
      }
    }
})
