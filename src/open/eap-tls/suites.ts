/** Cipher suites of TLS that EAP conversations use: their names, and what the record layer needs, which the names say. IANA's TLS registry. */
import type { AeadId, CipherId, MacId } from "../../crypto/provider.ts"
import type { TlsHash } from "../../keys/tls.ts"

export interface TlsSuite {
  readonly name: string
  /** Of the PRF of TLS 1.2, of HKDF in 1.3. */
  readonly hash: TlsHash
  readonly keyBytes: number
  readonly aead?: { readonly id: AeadId; readonly tagBytes: number }
  readonly cbc?: { readonly id: CipherId; readonly blockBytes: number; readonly mac: MacId; readonly macBytes: number }
}

const NAMES = new Map(
  `1301 AES_128_GCM_SHA256
1302 AES_256_GCM_SHA384
1303 CHACHA20_POLY1305_SHA256
1304 AES_128_CCM_SHA256
1305 AES_128_CCM_8_SHA256
000a RSA_WITH_3DES_EDE_CBC_SHA
0016 DHE_RSA_WITH_3DES_EDE_CBC_SHA
002f RSA_WITH_AES_128_CBC_SHA
0033 DHE_RSA_WITH_AES_128_CBC_SHA
0035 RSA_WITH_AES_256_CBC_SHA
0039 DHE_RSA_WITH_AES_256_CBC_SHA
003c RSA_WITH_AES_128_CBC_SHA256
003d RSA_WITH_AES_256_CBC_SHA256
0041 RSA_WITH_CAMELLIA_128_CBC_SHA
0067 DHE_RSA_WITH_AES_128_CBC_SHA256
006b DHE_RSA_WITH_AES_256_CBC_SHA256
0084 RSA_WITH_CAMELLIA_256_CBC_SHA
009c RSA_WITH_AES_128_GCM_SHA256
009d RSA_WITH_AES_256_GCM_SHA384
009e DHE_RSA_WITH_AES_128_GCM_SHA256
009f DHE_RSA_WITH_AES_256_GCM_SHA384
c008 ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA
c009 ECDHE_ECDSA_WITH_AES_128_CBC_SHA
c00a ECDHE_ECDSA_WITH_AES_256_CBC_SHA
c012 ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
c013 ECDHE_RSA_WITH_AES_128_CBC_SHA
c014 ECDHE_RSA_WITH_AES_256_CBC_SHA
c023 ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
c024 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
c027 ECDHE_RSA_WITH_AES_128_CBC_SHA256
c028 ECDHE_RSA_WITH_AES_256_CBC_SHA384
c02b ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
c02c ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
c02f ECDHE_RSA_WITH_AES_128_GCM_SHA256
c030 ECDHE_RSA_WITH_AES_256_GCM_SHA384
c09c RSA_WITH_AES_128_CCM
c09d RSA_WITH_AES_256_CCM
c09e DHE_RSA_WITH_AES_128_CCM
c09f DHE_RSA_WITH_AES_256_CCM
c0a0 RSA_WITH_AES_128_CCM_8
c0a1 RSA_WITH_AES_256_CCM_8
c0ac ECDHE_ECDSA_WITH_AES_128_CCM
c0ad ECDHE_ECDSA_WITH_AES_256_CCM
c0ae ECDHE_ECDSA_WITH_AES_128_CCM_8
c0af ECDHE_ECDSA_WITH_AES_256_CCM_8
cca8 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
cca9 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
ccaa DHE_RSA_WITH_CHACHA20_POLY1305_SHA256`
    .split("\n")
    .map(line => [Number.parseInt(line, 16), `TLS_${line.slice(5)}`]),
)

/** IANA's name of a suite. */
export const suiteName = (number: number): string | undefined => NAMES.get(number)

const MACS = { SHA: ["hmac-sha1", 20], SHA256: ["hmac-sha2-256", 32], SHA384: ["hmac-sha2-384", 48] } as const
const PARTS =
  /(?:^TLS_|_WITH_)(AES|CAMELLIA|3DES|CHACHA20)_(?:(128|256)_)?(?:EDE_)?(GCM|CCM_8|CCM|CBC|POLY1305)(?:_(SHA|SHA256|SHA384))?$/

/** What a suite is made of. Undefined for one that is not in the table. */
export function suiteOf(number: number): TlsSuite | undefined {
  const name = NAMES.get(number)
  const [, cipher, bits, mode, hash = "SHA256"] = PARTS.exec(name ?? "") ?? []
  if (!name || !mode) return undefined
  const common = { name, hash: hash === "SHA384" ? "sha2-384" : "sha2-256" } as const
  if (mode === "POLY1305") return { ...common, keyBytes: 32, aead: { id: "chacha20-poly1305", tagBytes: 16 } }
  const keyBytes = cipher === "3DES" ? 24 : Number(bits) / 8
  if (mode === "CBC") {
    const [mac, macBytes] = MACS[hash === "SHA384" ? "SHA384" : hash === "SHA256" ? "SHA256" : "SHA"]
    const id = cipher === "3DES" ? "3des-cbc" : cipher === "AES" ? "aes-cbc" : "camellia-cbc"
    return { ...common, keyBytes, cbc: { id, blockBytes: cipher === "3DES" ? 8 : 16, mac, macBytes } }
  }
  const id = mode === "GCM" ? "aes-gcm" : "aes-ccm"
  return { ...common, keyBytes, aead: { id, tagBytes: mode === "CCM_8" ? 8 : 16 } }
}
