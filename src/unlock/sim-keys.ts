/** CK and IK of a SIM, and the keys of IMS's ESP that follow from them. 3GPP TS 35.206, TS 33.203 Annex I. */
import { concat } from "../bytes/bytes.ts"
import { milenage, opcOf } from "../crypto/milenage.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { ChildSaSecret, SimSecret } from "../secrets/secrets.ts"
import type { SipAgreed } from "../track/sip-agreements.ts"

interface CipherKeys {
  readonly ck: Uint8Array
  readonly ik: Uint8Array
}

/** CK and IK as given, or by Milenage. */
export function cipherKeys(
  provider: CryptoProvider,
  rand: Uint8Array | undefined,
  { k, op, opc, ck, ik }: SimSecret,
): CipherKeys | undefined {
  if (ck && ik) return { ck, ik }
  const known = opc ?? (k && op && opcOf(provider, k, op))
  return k && known && rand ? milenage(provider, { k, opc: known }, rand) : undefined
}

/** IK_ESP of each algorithm: HMAC-SHA-1-96 takes 32 zero bits behind IK. */
const INTEGRITY: Readonly<Record<string, { name: string; key: (ik: Uint8Array) => Uint8Array }>> = {
  "hmac-md5-96": { name: "HMAC-MD5-96", key: ik => ik },
  "hmac-sha-1-96": { name: "HMAC-SHA1-96", key: ik => concat(ik, new Uint8Array(4)) },
}
/** CK_ESP: 3DES takes the halves of CK as first, second and third key. */
const ENCRYPTION: Readonly<Record<string, { name: string; key: (ck: Uint8Array) => Uint8Array }>> = {
  "aes-cbc": { name: "AES-CBC-128", key: ck => ck },
  "des-ede3-cbc": { name: "3DES-CBC", key: ck => concat(ck, ck.subarray(0, 8)) },
  null: { name: "NULL", key: () => new Uint8Array(0) },
}

/** Rows of the SAs that were agreed on, under the keys of each SIM. */
export function sipRows(
  provider: CryptoProvider,
  { sas, rand }: SipAgreed,
  secrets: readonly SimSecret[],
): ChildSaSecret[] {
  return secrets.flatMap(secret => {
    const keys = cipherKeys(provider, rand, secret)
    if (!keys) return []
    return sas.flatMap(({ spi, destination, alg, ealg }) => {
      const [integ, encr] = [INTEGRITY[alg], ENCRYPTION[ealg]]
      if (!integ || !encr) return []
      const row = { protocol: "ESP", origin: secret.origin, spi, destination, esn: false } as const
      return [{ ...row, encr: encr.name, key: encr.key(keys.ck), integ: integ.name, integKey: integ.key(keys.ik) }]
    })
  })
}
