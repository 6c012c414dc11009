/** `ipsec.secrets` of strongSwan and libreswan: `left.lab right.lab : PSK "secret"`; a selector is an identity, `%any` stands for all. */
import type { LineFormat } from "../line-format.ts"
import { secretOctets } from "../secret-text.ts"

const LINE =
  /^\s*((?:"[^"]{1,200}"|[^\s:"#][^\s"#]{0,200})?(?:\s+(?:"[^"]{1,200}"|[^\s"#]{1,200}))*?)\s*:\s*PSK\s+("[^"]*"|'[^']*'|\S+)\s*(?:#.*)?$/i
const MAX_LINE = 4096
const ANY = new Set(["%any", "%any6", "0.0.0.0", "::", ""])

export const ipsecSecrets: LineFormat = {
  name: "ipsec.secrets",
  open: pool => ({
    line(text, number) {
      const m = text.length <= MAX_LINE && /PSK/i.test(text) ? LINE.exec(text) : null
      if (!m) return false
      const secret = secretOctets(m[2])
      if (!secret) {
        pool.note("warning", "ipsec.secrets: a secret is malformed; the line is left out", number)
        return true
      }
      const ids = (m[1].match(/"[^"]*"|\S+/g) ?? []).map(id => id.replace(/^@{1,2}/, "").replaceAll('"', ""))
      const named = ids.filter(id => !ANY.has(id))
      if (named.length === 0) pool.psk(secret, number)
      for (const id of named) pool.psk(secret, number, id)
      return true
    },
  }),
}
