/**
 * `secrets { ike-… { id = …, secret = … } }` of swanctl.conf, and PPKs (`ppk-…`); `psk "…"` of iked.conf. EAP passwords (`eap-…`, `xauth-…`)
 * are no pre-shared keys and are passed over.
 */
import type { LineFormat } from "../line-format.ts"
import { secretOctets } from "../secret-text.ts"

const OPEN = /^\s*([A-Za-z][\w.-]{0,64})\s*\{\s*$/
const VALUE = /^\s*(secret|id[\w-]{0,32})\s*=\s*("[^"]*"|\S.*?)\s*(?:#.*)?$/
const IKED = /\bpsk\s+("[^"]+"|0x[0-9a-fA-F]+)/
/** iked echoes its policies into its log, lifetimes spelled out: what one end would take, which says nothing of the key its peer has. */
const IKED_ECHO = /\blifetime \d+ bytes \d+ psk 0x/
/** A line that opens a section of secrets. */
const BEGINS = /\b(?:secrets|ike|ppk)[\w.-]{0,64}\s*\{/
const MAX_LINE = 4096
const MAX_IDS = 100

interface Section {
  readonly name: string
  readonly line: number
  secret?: string
  readonly ids: string[]
}

export const swanctl: LineFormat = {
  name: "swanctl.conf or iked.conf",
  open(pool) {
    let section: Section | undefined
    const finish = () => {
      const done = section
      section = undefined
      const value = done?.secret === undefined ? undefined : secretOctets(done.secret)
      if (!done || !value) return
      const add = (id?: string) =>
        done.name.startsWith("ppk") ? pool.ppk(value, done.line, id) : pool.psk(value, done.line, id)
      if (done.ids.length === 0) add()
      for (const id of done.ids) add(id)
    }
    const statement = (text: string, number: number): boolean => {
      const open = text.includes("{") ? OPEN.exec(text) : null
      if (open) {
        finish()
        if (/^(?:ike|ppk)/.test(open[1])) section = { name: open[1], line: number, ids: [] }
        return false
      }
      const value = section && text.includes("=") ? VALUE.exec(text) : null
      if (section && value) {
        if (value[1] === "secret") section.secret = value[2]
        else if (section.ids.length < MAX_IDS) section.ids.push(value[2].replaceAll('"', "").replace(/^@{1,2}/, ""))
        return true
      }
      if (section && /^\s*\}/.test(text)) {
        finish()
        return true
      }
      const iked = text.includes("psk") && !IKED_ECHO.test(text) ? IKED.exec(text) : null
      const secret = iked && secretOctets(iked[1])
      if (!secret) return false
      pool.psk(secret, number)
      return true
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const several = /[{}]/.test(text) && (section !== undefined || BEGINS.test(text))
        const parts = several ? statementsOf(text) : [text]
        return parts.map(part => statement(part, number)).includes(true)
      },
      end: finish,
    }
  },
}

/** `secrets { ike-1 { secret = "a}b" } }` as the lines that it could be; braces within quotes and comments are none. */
function statementsOf(text: string): string[] {
  const parts = [""]
  for (const [token] of text.matchAll(/"[^"]*"|[{}]|#.*|[^"{}#]+|"/g)) {
    if (token.startsWith("#")) break
    if (token === "}") parts.push("")
    parts[parts.length - 1] += token
    if (token === "{" || token === "}") parts.push("")
  }
  return parts.filter(part => part.trim() !== "")
}
