/** How programs spell the names of secrets in their logs and debuggers, and what each name means. */
import type { IkeSecretName } from "./secrets.ts"

export type Way = "i" | "r" | "in" | "out"

/** What a name stands for. */
export type Meaning =
  | { readonly kind: "ike"; readonly name: IkeSecretName }
  | { readonly kind: "dh-shared" | "dh-private" | "nonces" | "keymat" }
  /** A key of a Child SA; `way` is whom it sends for: the exchange's initiator or responder, or inbound and outbound as the writer sees it. */
  | { readonly kind: "child-key"; readonly part: "encr" | "integ"; readonly way?: Way }
  | { readonly kind: "child-spi"; readonly way?: Way }
  /** An algorithm by its IKEv2 Transform ID. */
  | { readonly kind: "child-algorithm"; readonly part: "encr" | "integ" }
  | { readonly kind: "ike-spi"; readonly way: "i" | "r" }

type Make = (groups: readonly (string | undefined)[]) => Meaning

const SEP = "[ _.-]{0,2}"
const SIDE = "(i|r|init(?:iator)?|resp(?:onder)?)"
const DIRECTION = `(i|r|init(?:iator)?|resp(?:onder)?|in|out|(?:in|out)bound|incoming|outgoing)`
const DH = "(?:EC)?DH|Diffie[ _-]?Hellman|KE|key[ _-]exchange"
const ENCR = "encryption|encrypt|encr|enc|cipher|crypt"
const INTEG = "integrity|integ|authentication|auth|hmac|hash"

const ike = (name: string): Meaning => ({ kind: "ike", name: name as IkeSecretName })
const side = (text: string | undefined): "i" | "r" => (text?.toLowerCase().startsWith("r") ? "r" : "i")
const way = (text: string | undefined): Way | undefined => {
  const word = text?.toLowerCase()
  if (!word) return undefined
  return word.startsWith("out") ? "out" : /^in(?:$|b|c)/.test(word) ? "in" : side(word)
}
const part = (text: string | undefined): "encr" | "integ" =>
  new RegExp(`^(?:${ENCR}|e)$`, "i").test(text ?? "") ? "encr" : "integ"

/** In the order in which they are tried: a longer spelling stands before one that it contains. */
const NAMES: readonly (readonly [pattern: string, make: Make])[] = [
  [`SK${SEP}IPSEC${SEP}([ea])${SEP}([ir])`, ([p, w]) => ({ kind: "child-key", part: part(p), way: side(w) })],
  [`SK${SEP}d(?:${SEP}key)?`, () => ike("sk_d")],
  [`SK${SEP}([aep])${SEP}${SIDE}(?:${SEP}key)?`, ([what, who]) => ike(`sk_${what?.toLowerCase()}${side(who)}`)],
  [`SKEYSEED`, () => ike("skeyseed")],
  [`SKEYID(?:${SEP}([dae]))?`, ([suffix]) => ike(suffix ? `skeyid_${suffix.toLowerCase()}` : "skeyid")],
  [`(?:EAP${SEP})?MSK`, () => ike("msk")],
  [
    `(?:${DH})${SEP}priv(?:ate)?(?:${SEP}(?:key|value|exponent))?|(?:private|secret)${SEP}exponent`,
    () => ({ kind: "dh-private" }),
  ],
  [
    `g\\^\\(?(?:ir|xy|ab)\\)?|g_(?:ir|xy)|gxy|(?:${DH})${SEP}(?:shared|computed|agreed)?${SEP}(?:secret|key)|(?:shared|common)${SEP}(?:(?:${DH})${SEP})?secret|(?:EC)?DH${SEP}shared`,
    () => ({ kind: "dh-shared" }),
  ],
  [`concat(?:enated)?${SEP}nonces?|Ni ?\\|{1,2} ?Nr`, () => ({ kind: "nonces" })],
  [`nonce${SEP}${SIDE}|${SIDE}${SEP}nonce`, ([a, b]) => ike(`nonce_${side(a ?? b)}`)],
  [`KEYMAT|key(?:ing)?${SEP}material`, () => ({ kind: "keymat" })],
  [
    `(initiator|responder)${SEP}to${SEP}(?:initiator|responder)${SEP}(${ENCR}|${INTEG})${SEP}key`,
    ([w, p]) => ({ kind: "child-key", part: part(p), way: side(w) }),
  ],
  [
    `(?:IPsec|ESP|AH|child(?:${SEP}SA)?)${SEP}(?:${DIRECTION}${SEP})?(${ENCR}|${INTEG})\\s{0,2}${SEP}key(?:${SEP}\\(?${DIRECTION}\\)?)?`,
    ([before, p, after]) => ({ kind: "child-key", part: part(p), way: way(before ?? after) }),
  ],
  [
    `(?:IPsec|ESP|child(?:${SEP}SA)?)${SEP}(${ENCR}|${INTEG})\\s{0,2}${SEP}algorithm`,
    ([p]) => ({ kind: "child-algorithm", part: part(p) }),
  ],
  [
    `(?:IPsec|ESP|AH|child(?:${SEP}SA)?)${SEP}(?:${DIRECTION}\\s{0,2}${SEP})?SPI(?:${SEP}\\(?${DIRECTION}\\)?)?`,
    ([before, after]) => ({ kind: "child-spi", way: way(before ?? after) }),
  ],
  [
    `(?:IKE${SEP}(?:SA${SEP})?)?(?:SPI${SEP}${SIDE}|${SIDE}${SEP}(?:SPI|cookie))|([ir])spi|cky${SEP}([ir])`,
    ([a, b, c, d]) => ({ kind: "ike-spi", way: side(a ?? b ?? c ?? d) }),
  ],
]

const groupsOf = (pattern: string): number => (new RegExp(`${pattern}|`).exec("")?.length ?? 1) - 1

interface Row {
  readonly at: number
  readonly groups: number
  readonly make: Make
}

export interface FoundName {
  readonly meaning: Meaning
  readonly at: number
  /** Where the text behind the name begins. */
  readonly end: number
}

/** Finds the names in texts, in their order. One expression has all names: made once a reading, by who needs it. */
export function nameFinder(): (text: string) => Generator<FoundName> {
  const rows: Row[] = []
  let next = 1
  for (const [pattern, make] of NAMES) {
    const groups = groupsOf(pattern)
    rows.push({ at: next, groups, make })
    next += groups + 1
  }
  const any = new RegExp(`(?<![A-Za-z0-9])(?:${NAMES.map(([p]) => `(${p})`).join("|")})(?![A-Za-z0-9_])`, "gi")
  return function* (text) {
    for (const match of text.matchAll(any)) {
      const row = rows.find(r => match[r.at] !== undefined)
      if (row)
        yield {
          meaning: row.make(match.slice(row.at + 1, row.at + 1 + row.groups)),
          at: match.index,
          end: match.index + match[0].length,
        }
    }
  }
}
