/** racoon's `psk.txt`: an address or identity, white space, the secret (text or `0x`). Only a file of nothing else is taken for one. */
import type { LineFormat } from "../line-format.ts"
import { secretOctets } from "../secret-text.ts"

const LINE =
  /^\s*((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{2,45}|\*|[\w.+-]{1,64}@[\w.-]{1,200}|[\w-]{1,63}(?:\.[\w-]{1,63})+)[ \t]+(\S(?:.*\S)?)\s*$/
const MAX_LINES = 10_000

export const pskTxt: LineFormat = {
  name: "racoon psk.txt",
  open(pool) {
    let rows: { id: string; secret: Uint8Array; line: number }[] | undefined = []
    return {
      line(text, number) {
        const m = rows && rows.length < MAX_LINES && text.length < 1024 ? LINE.exec(text) : null
        const secret = m && /^(?:0x[0-9a-fA-F]+|[^"'].*)$/.test(m[2]) ? secretOctets(m[2]) : undefined
        if (m && secret) rows?.push({ id: m[1], secret, line: number })
        else rows = undefined
        return false
      },
      end() {
        for (const { id, secret, line } of rows ?? []) pool.psk(secret, line, id === "*" ? undefined : id)
      },
    }
  },
}
