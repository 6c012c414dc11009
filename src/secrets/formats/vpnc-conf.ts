/**
 * Group passwords of Cisco's clients: `IPSec secret` and `IPSec obfuscated secret` of vpnc, `GroupPwd` and `enc_GroupPwd` of .pcf profiles. The
 * obfuscation keeps nobody out: its key stands in front of what it hides.
 */
import { concat, equal, utf8 } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import { symmetric } from "../../crypto/symmetric.ts"
import type { LineFormat } from "../line-format.ts"

const PLAIN = /^\s*(?:IPSec secret|GroupPwd\s*=)\s*(\S.*?)\s*$/
const HIDDEN = /^\s*!?(?:IPSec obfuscated secret|enc_GroupPwd\s*=)\s*([0-9A-Fa-f]{2,2048})\s*$/
const MAX_LINE = 4096

export const vpncConf: LineFormat = {
  name: "Cisco group password",
  open: pool => ({
    line(text, number) {
      if (text.length > MAX_LINE) return false
      const hidden = HIDDEN.exec(text)
      const plain = hidden ? null : PLAIN.exec(text)
      if (!hidden && !plain) return false
      const secret = plain ? utf8(plain[1]) : revealed(fromHex(hidden?.[1] ?? ""))
      if (secret) pool.psk(secret, number)
      else pool.note("warning", "an obfuscated group password is malformed; it is left out", number)
      return true
    },
  }),
}

const HASH_BYTES = 20

/** 20 octets that the key is made of, SHA-1 of what is hidden, then that: 3DES-CBC with the first 8 octets as IV. */
function revealed(bytes: Uint8Array | undefined): Uint8Array | undefined {
  const sha1 = symmetric.hash.sha1
  const cipher = symmetric.cipher["3des-cbc"]
  if (!bytes || bytes.length < 2 * HASH_BYTES + 8 || (bytes.length - 2 * HASH_BYTES) % 8 !== 0 || !sha1 || !cipher)
    return undefined
  const seed = bytes.slice(0, HASH_BYTES)
  const hidden = bytes.subarray(2 * HASH_BYTES)
  if (!equal(sha1(hidden), bytes.subarray(HASH_BYTES, 2 * HASH_BYTES))) return undefined
  const step = (more: number) => {
    const next = Uint8Array.from(seed)
    next[HASH_BYTES - 1] += more
    return sha1(next)
  }
  const key = concat(step(1), step(3).subarray(0, 4))
  const clear = cipher.decrypt(key, seed.subarray(0, 8), hidden)
  const pad = clear[clear.length - 1]
  return pad >= 1 && pad <= 8 ? clear.subarray(0, clear.length - pad) : undefined
}
