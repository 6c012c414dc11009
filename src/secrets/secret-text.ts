/** A pre-shared key as configuration files write it: quoted text, `0x` and hexadecimal, `0s` and Base64, or a bare word. */
import { utf8 } from "../bytes/bytes.ts"
import { fromHex } from "../bytes/hex.ts"

/** The octets of a secret; undefined for an empty or malformed one. `text` has no comment behind it. */
export function secretOctets(text: string): Uint8Array | undefined {
  const quoted = /^"([^"]*)"$/.exec(text) ?? /^'([^']*)'$/.exec(text)
  if (quoted) return quoted[1] === "" ? undefined : utf8(quoted[1])
  if (/^0x/i.test(text)) {
    const bytes = fromHex(text.slice(2).replaceAll("_", ""))
    return bytes && bytes.length > 0 ? bytes : undefined
  }
  if (/^0s[A-Za-z0-9+/]+={0,2}$/i.test(text)) return base64(text.slice(2))
  return text === "" ? undefined : utf8(text)
}

/** Bytes of Base64; undefined when it is none. RFC 4648 §4. */
export function base64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0))
    return bytes.length > 0 ? bytes : undefined
  } catch {
    return undefined
  }
}
