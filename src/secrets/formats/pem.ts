/** PEM blocks as they stand in any text: private keys and certificates. RFC 7468. */
import type { LineFormat } from "../line-format.ts"

const BEGIN = /^\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\s*$/
const BODY = /^\s*[A-Za-z0-9+/=]*\s*$|^\s*[A-Za-z-]+: /
/** Lines of the longest block that is still taken for a key or certificate. */
const MAX_LINES = 2000
const MAX_LINE = 4096

export const pem: LineFormat = {
  name: "PEM",
  open(pool) {
    let block: { label: string; lines: string[]; number: number } | undefined
    return {
      line(text, number) {
        const begin = BEGIN.exec(text)
        if (begin) {
          block = { label: begin[1], lines: [text.trim()], number }
          return true
        }
        if (!block) return false
        if (text.trim() === `-----END ${block.label}-----`) {
          const pemText = `${block.lines.join("\n")}\n${text.trim()}\n`
          if (block.label.endsWith("CERTIFICATE")) pool.certificate(pemText, block.number)
          else if (block.label.endsWith("PRIVATE KEY")) pool.privateKey(pemText, block.number)
          block = undefined
          return true
        }
        if (text.length <= MAX_LINE && BODY.test(text) && block.lines.length < MAX_LINES) {
          block.lines.push(text.trim())
          return true
        }
        pool.note("warning", `a PEM block (${block.label}) is not complete`, block.number)
        block = undefined
        return false
      },
      end() {
        if (block) pool.note("warning", `a PEM block (${block.label}) is not complete`, block.number)
      },
    }
  },
}
