/** `vpnc --debug 99`: `i_cookie: words`, `enc-key: words` and so on, long values on the lines below. */
import { toHex } from "../../bytes/hex.ts"
import { readHexWords } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { IkeSecretName } from "../secrets.ts"
import { eights, hexWords, takesRow } from "./word-dump.ts"

const LABEL = /^\s*(i_cookie|r_cookie|dh_shared_secret|skeyid|skeyid_d|skeyid_a|skeyid_e|enc-key):(.*)$/
const NAMES: Readonly<Record<string, IkeSecretName>> = {
  dh_shared_secret: "dh_shared",
  skeyid: "skeyid",
  skeyid_d: "skeyid_d",
  skeyid_a: "skeyid_a",
  skeyid_e: "skeyid_e",
  "enc-key": "encryption_key",
}

export const vpnc: LineFormat = {
  name: "vpnc debug",
  open(pool) {
    const cookies: { i_cookie?: string; r_cookie?: string } = {}
    let keys: { line: number; values: Partial<Record<IkeSecretName, Uint8Array>> } | undefined
    let dump: { label: string; words: string[]; line: number } | undefined
    const finish = () => {
      const done = dump
      dump = undefined
      const hex = done && done.words.length > 0 ? readHexWords(eights(done.words)) : undefined
      if (!done || !hex) return
      if (done.label === "i_cookie" || done.label === "r_cookie") {
        const cookie = toHex(hex.bytes)
        if (cookie.length === 16 && !/^0+$/.test(cookie)) cookies[done.label] = cookie
        return
      }
      const name = NAMES[done.label]
      pool.repairs(hex.repairs, "vpnc", done.line)
      if (name === "dh_shared") pool.dhShared(hex.bytes, done.line)
      if (keys?.values[name]) flush()
      keys ??= { line: done.line, values: {} }
      keys.values[name] = hex.bytes
    }
    const flush = () => {
      if (keys)
        pool.ikeSa({ version: "1.0", spiI: cookies.i_cookie, spiR: cookies.r_cookie, values: keys.values }, keys.line)
      keys = undefined
    }
    return {
      line(text, number) {
        if (dump && takesRow(dump.words, text)) return true
        finish()
        const label = text.length > 4096 ? null : LABEL.exec(text)
        if (!label) return false
        dump = { label: label[1], words: hexWords(label[2]) ?? [], line: number }
        return true
      },
      end() {
        finish()
        flush()
      },
    }
  },
}
