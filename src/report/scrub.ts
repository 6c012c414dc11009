/**
 * A report without what says whose it is: addresses, identities, names of certificates and paths have stand-ins, the same one for the same
 * value everywhere, in sentences too. SPIs, times, suites and what went wrong stay. `report --scrub`.
 */
import { addressBytes } from "../net/address-bytes.ts"
import type { Identity, Report } from "./types.ts"

export function scrubReport(report: Report): Report {
  const stand = new StandIns()
  report.captures.forEach(({ path }, i) => {
    const by = `capture-${i + 1}${/\.pcap(?:ng)?(?:\.\w+)?$/.exec(path)?.[0] ?? ""}`
    stand.put(path, by)
    stand.put(path.replace(/^.*[/\\]/, ""), by)
  })
  for (const sa of report.ike_sas) for (const id of [sa.ids.initiator, sa.ids.responder]) if (id) stand.identity(id)
  for (const d of report.diagnostics) if (d.code === "eap-inside") stand.users(d.message, / as (.+?)(?=, [A-Z]|$)/g)
  for (const sa of report.ike_sas) stand.users(sa.verdict.headline, /^XAUTH of (.+) failed$/g)
  mapStrings(report, text => stand.learn(text))
  return withoutIds(mapStrings(report, text => stand.scrub(text)) as Report)
}

/** A Community ID is a hash of few unknowns: who tries addresses finds them. The name of a keys file is nobody's business. */
const withoutIds = (r: Report): Report => ({
  ...r,
  secrets: r.secrets.map(s => ({ ...s, file: "keys" })),
  ike_sas: r.ike_sas.map(sa => ({ ...sa, community_id: null })),
  esp_sas: r.esp_sas.map(sa => ({ ...sa, community_id: null })),
})

function mapStrings(value: unknown, of: (text: string) => string): unknown {
  if (typeof value === "string") return of(value)
  if (Array.isArray(value)) return value.map(v => mapStrings(v, of))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapStrings(v, of)]))
}

/** Words of our own advice (`swanctl.conf`), not names. */
const FILES = /\.(?:conf|cfg|log|json|ya?ml|pcap|pcapng|txt|md|pem|secrets)$/i
const IPV6 = /(?<![§.\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?::?\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/gi
const IPV4 = /(?<![§.\w])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)*/g
const NAME = /(?<![\w.@/])[a-z\d_](?:[\w-]*\w)?(?:\.[a-z\d](?:[\w-]*\w)?)*\.[a-z](?:[\w-]*[a-z\d])(?![\w@])/gi
/** A part of a distinguished name; of one that is the whole identity, any part but the country. */
const PART = /\b(CN|OU|O|L|ST|DC|SN|UID|E(?==\D)|emailAddress|serialNumber)=((?:\\.|[^,;+"'\\])+)/g
const ANY_PART = /\b(?!C=)([\w.]+)=((?:\\.|[^,;+\\])+)/g

class StandIns {
  readonly #of = new Map<string, string>()
  /** Texts that no pattern finds: searched for, the longest first. */
  #known: string[] = []
  #v4 = 0
  #v6 = 0
  #names = 0

  /** Replaces the text wherever it stands alone. */
  put(text: string, by: string): void {
    if (text === "" || this.#known.includes(text)) return
    this.#of.set(text, by)
    this.#known = [...this.#known, text].sort((a, b) => b.length - a.length)
  }

  identity({ type, value }: Identity): void {
    if (/ASN1_DN$/.test(type))
      this.put(
        value,
        value.replace(ANY_PART, (_, k, v) => `${k}=${this.#name(v)}`),
      )
    else if (!/FQDN|RFC822|ADDR/.test(type) || this.#patterns(value) === value)
      this.put(value, `identity-${++this.#names}`)
  }

  /** The user in `inside EAP-TTLS (…): EAP-MD5 as alice`, `XAUTH of alice failed`. */
  users(text: string, place: RegExp): void {
    for (const [, user] of text.matchAll(place))
      if (this.#patterns(user) === user) this.put(user, `identity-${++this.#names}`)
  }

  /** Parts of distinguished names, which stand without their keys elsewhere. */
  learn(text: string): string {
    for (const [, , name] of text.matchAll(PART)) if (name.length > 2) this.put(name, this.#name(name))
    return text
  }

  scrub(text: string): string {
    let out = ""
    let at = 0
    for (const [known, start] of this.#places(text)) {
      out += this.#patterns(text.slice(at, start)) + this.#of.get(known)
      at = start + known.length
    }
    return out + this.#patterns(text.slice(at))
  }

  /** Where known texts stand, none inside another. */
  #places(text: string): (readonly [string, number])[] {
    const taken: [string, number][] = []
    for (const known of this.#known)
      for (let i = text.indexOf(known); i >= 0; i = text.indexOf(known, i + known.length)) {
        const free = taken.every(([k, j]) => i >= j + k.length || j >= i + known.length)
        if (free && !isWord(text[i - 1]) && !isWord(text[i + known.length])) taken.push([known, i])
      }
    return taken.sort((a, b) => a[1] - b[1])
  }

  #patterns(text: string): string {
    return text
      .replace(PART, (_, key, name) => `${key}=${this.#name(name)}`)
      .replace(MAIL, mail => this.#once(mail, () => `user-${++this.#names}@name.example`))
      .replace(NAME, name => (FILES.test(name) ? name : this.#name(name)))
      .replace(IPV6, address => this.#address(address))
      .replace(IPV4, address => this.#address(address))
  }

  #name(name: string): string {
    return /^name-\d+\.example$/.test(name) ? name : this.#once(name, () => `name-${++this.#names}.example`)
  }

  /** From the blocks for documentation and benchmarks: RFC 5737, 2544, 3849. Addresses that mean "any" or "all" stay. */
  #address(address: string): string {
    const bytes = addressBytes(address)
    if (!bytes || bytes.every(b => b === 0) || bytes.every(b => b === 255)) return address
    return this.#once(address, () => {
      if (bytes.length === 16) return `2001:db8::${(++this.#v6).toString(16)}`
      const n = ++this.#v4
      return n < 255 ? `192.0.2.${n}` : `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`
    })
  }

  #once(text: string, make: () => string): string {
    const by = this.#of.get(text) ?? make()
    this.#of.set(text, by)
    return by
  }
}

const isWord = (c: string | undefined): boolean => c !== undefined && /\w/.test(c)
