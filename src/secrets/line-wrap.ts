/** Lines in other things: a log of JSON lines, text as one JSON string or one line of HTML, a line that a mail program or a terminal cut in two. */

const OBJECT = /^\s*\{.*\}\s*,?\s*$/
/** Members in which journald, Docker, log collectors and automation keep text. */
const MESSAGES = [
  "MESSAGE",
  "message",
  "msg",
  "log",
  "text",
  "_raw",
  "textPayload",
  "stdout",
  "output",
  "body",
  "content",
]
const MEMBER = new RegExp(`^\\s*(?:"(?:${MESSAGES.join("|")})"\\s*:\\s*)?("(?:[^"\\\\]|\\\\.)*")\\s*,?\\s*$`)
/** A longer message is none of a daemon. */
const MAX_JSON = 1 << 20

/** The message in a line of JSON, as journald, Docker and log collectors write it; undefined where there is none. */
export function jsonMessage(line: string): string | undefined {
  if (line.length > MAX_JSON || !line.includes('"')) return undefined
  const member = MEMBER.exec(line)
  if (!member && !OBJECT.test(line)) return undefined
  try {
    const value = JSON.parse(member ? member[1] : line.trim().replace(/,$/, ""))
    if (typeof value === "string") return value
    for (const name of MESSAGES) {
      if (typeof value[name] === "string") return value[name]
      // journald writes what is not all text as numbers.
      if (Array.isArray(value[name]) && value[name].every((n: unknown) => typeof n === "number"))
        return new TextDecoder().decode(Uint8Array.from(value[name]))
    }
  } catch {
    // A line that only looks like JSON.
  }
  return undefined
}

/** What ends a line of text in HTML. */
const LINE_END = /<br\s*\/?>|<\/(?:p|div|pre|li|tr|h[1-6])\s*>/i

/** The lines of text within one line of HTML that was written without line breaks; the line alone where it is none. */
export function htmlLines(line: string): readonly string[] {
  if (!line.includes("<") || line.length > MAX_JSON || !LINE_END.test(line)) return [line]
  return line.split(LINE_END)
}

/** A soft line break of quoted-printable (RFC 2045 §6.7) ends a line of up to 76 characters; Base64 may end so too. */
export const isSoft = (line: string): boolean =>
  line.length >= 70 &&
  line.length <= 77 &&
  line.endsWith("=") &&
  (!/^[A-Za-z0-9+/]+=+$/.test(line) || /^[0-9a-f]+=$/.test(line))

/** What says that a text is quoted-printable. RFC 2045 §6.1. */
export const SAYS_PRINTABLE = /^content-transfer-encoding:\s*quoted-printable\s*$/i
/** Quoted-printable characters as what they stand for; those beyond ASCII stay. RFC 2045 §6.7. */
export const printable = (line: string): string =>
  line.replace(/=([2-7][0-9A-F]|09)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** A line without its number, as `cat -n`, `less -N` and code viewers write it; undefined where it does not begin with that number. */
export function withoutNumber(line: string, number: number): string | undefined {
  const m = /^\s{0,8}(\d{1,7})(?:\t| ?[|:│] ?| {1,2}|$)/.exec(line)
  return m && Number(m[1]) === number ? line.slice(m[0].length) : undefined
}

/** No terminal and no mail program cuts shorter lines. */
const LEAST_COLUMNS = 60
const MAX_JOINED = 16384
/** The end of a line within hexadecimal, and the beginning of one that goes on with it. A line of nothing else is a row of a dump. */
const HEX_END = /[0-9a-fA-F]{8}$/
const HEX_ONLY = /^[\s>0-9a-fA-FxX,:]+$/
const HEX_BEGIN = /^(?:[0-9a-fA-F]{4,}(?=$|[\s",;:)&<\]])|[0-9a-fA-F]{1,3}$)/

/** libreswan's line of IKE keys is so long that any place of it may be cut: within a name, within a key, at a blank. */
const PLUTO = /\| ikev2 [IR] 0x[0-9a-f]/
const PLUTO_REST = /^ ?\w*(?::\w*)?(?: \w*(?::\w*)?)?\s*$/

/** charon's line of algorithms, cut within one of them or at the blank before them. */
const PROPOSAL = /selected proposal:(?: (?:IKE|ESP|AH):[A-Z0-9_/]*|\s*)$/
const PROPOSAL_REST = /^(?:(?:IKE|ESP|AH):)?[A-Z0-9_/]+\s*$/

/** charon's title of a dump, cut at a blank. */
const TITLE = /=>(?: \d+(?: bytes(?: @)?)?)?\s*$/
const TITLE_REST = /^(?:(?:\d+ )?bytes )?(?:@ )?0x[0-9a-f]+\s*$/

const isCutTitle = (line: string): boolean =>
  line.length >= LEAST_COLUMNS && line.length <= MAX_JOINED && TITLE.test(line)

const isCutProposal = (line: string): boolean =>
  (line.length >= LEAST_COLUMNS || line.endsWith(":")) && line.length <= MAX_JOINED && PROPOSAL.test(line)

const isCutKey = (line: string): boolean =>
  line.length >= LEAST_COLUMNS &&
  line.length <= MAX_JOINED &&
  (PLUTO.test(line) || (HEX_END.test(line) && !HEX_ONLY.test(line)))

/** Whether a line may go on in the next. */
export const goesOn = (line: string): boolean => isCutKey(line) || isCutProposal(line) || isCutTitle(line)

/** Two lines as the one that they were; undefined when the second is a line of its own. */
export function joinedLine(line: string, next: string): string | undefined {
  const quoted = /^((?:\s{0,3}>)+ ?)/.exec(next)?.[1] ?? ""
  const rest = next.slice(quoted.length)
  if (TITLE.test(line) && TITLE_REST.test(rest)) return `${line.trimEnd()} ${rest}`
  if (PROPOSAL.test(line) && PROPOSAL_REST.test(rest)) return line + (line.endsWith("proposal:") ? " " : "") + rest
  if (PLUTO.test(line) && PLUTO_REST.test(rest) && rest.trim() !== "") {
    // A mail program drops the blank at which it breaks a line.
    const isName = /^[a-z]\w*:/.test(rest) && /(?:[0-9a-f]{16}|:)$/.test(line)
    return `${line}${isName ? " " : ""}${rest}`
  }
  return HEX_BEGIN.test(rest) ? line + rest : undefined
}
