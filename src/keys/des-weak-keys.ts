/** DES keys that IKEv1 skips. RFC 2409 App. A. */
import { hexBytes, toHex } from "../bytes/hex.ts"

/** Weak keys and pairs of semi-weak ones, with odd parity. */
const WEAK = new Set([
  "0101010101010101",
  "1f1f1f1f0e0e0e0e",
  "e0e0e0e0f1f1f1f1",
  "fefefefefefefefe",
  "01fe01fe01fe01fe",
  "1fe01fe00ef10ef1",
  "01e001e001f101f1",
  "1ffe1ffe0efe0efe",
  "011f011f010e010e",
  "e0fee0fef1fef1fe",
  "fe01fe01fe01fe01",
  "e01fe01ff10ef10e",
  "e001e001f101f101",
  "fe1ffe1ffe0efe0e",
  "1f011f010e010e01",
  "fee0fee0fef1fef1",
])
const WITHOUT_PARITY = new Set([...WEAK].map(key => toHex(withoutParity(hexBytes(key)))))

/** Whether eight bytes are a weak or semi-weak DES key, whatever their parity bits. */
export const isWeakDesKey = (key: Uint8Array): boolean => WITHOUT_PARITY.has(toHex(withoutParity(key)))

function withoutParity(key: Uint8Array): Uint8Array {
  return key.map(byte => byte & 0xfe)
}
