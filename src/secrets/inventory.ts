/** What a set of secrets is: counts by kind, what they open, and what is missing for more. No values. */
import { plural } from "../bytes/words.ts"
import type { IkeSaSecret, Secrets } from "./secrets.ts"

interface SecretCount {
  /** Member of the keys file: `dh_shared`, `ike_sas` … */
  readonly kind: string
  readonly count: number
  /** What they are, in words: `with SK_d, SK_e, SK_a`, `ESP, AES-CBC-256`. */
  readonly of: readonly string[]
}

export interface Inventory {
  readonly kinds: readonly SecretCount[]
  /** What can be opened and verified with them, a sentence each. */
  readonly opens: readonly string[]
  /** What stays closed for want of what, a sentence each. */
  readonly lacks: readonly string[]
  /** Lines of the configuration of the programs whose files these are that would give more. */
  readonly hints: readonly string[]
}

const has = (sa: IkeSaSecret, ...names: (keyof IkeSaSecret["values"])[]): boolean =>
  names.some(name => sa.values[name] !== undefined)

/** The inventory of `secrets`, which came out of files of these formats. */
export function inventoryOf(secrets: Secrets, formats: readonly string[]): Inventory {
  return { kinds: kindsOf(secrets), opens: opensOf(secrets), lacks: lacksOf(secrets), hints: hintsOf(secrets, formats) }
}

function kindsOf(s: Secrets): SecretCount[] {
  const all: [string, number, string[]][] = [
    ["psks", s.psks.length, s.psks.map(p => (p.id === undefined ? "for any identity" : "for a named identity"))],
    ["ppks", s.ppks.length, []],
    ["dh_private", s.dhPrivate.length, s.dhPrivate.map(v => `of ${plural(v.value.length, "byte")}`)],
    ["dh_shared", s.dhShared.length, s.dhShared.map(v => `of ${plural(v.value.length, "byte")}`)],
    ["skeyseed", s.skeyseed.length, []],
    ["private_keys", s.privateKeys.length, []],
    ["certificates", s.certificates.length, []],
    ["sim_keys", s.simKeys.length, s.simKeys.map(k => (k.k ? "with K" : k.ck ? "CK and IK" : "Kc"))],
    ["tls_keys", s.tlsKeys.length, s.tlsKeys.map(k => k.label)],
    ["ticket_keys", s.ticketKeys.length, []],
    ["ike_sas", s.ikeSas.length, s.ikeSas.map(ikeWords)],
    [
      "child_sas",
      s.childSas.length,
      s.childSas.map(c => `${c.protocol}${c.keymat ? ", KEYMAT" : `, ${c.encr ?? c.integ ?? "no algorithm"}`}`),
    ],
  ]
  return all.flatMap(([kind, count, of]) => (count > 0 ? [{ kind, count, of: tally(of) }] : []))
}

/** `2 ESP, AES-CBC-256`. */
function tally(words: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, n]) => `${n} ${word}`)
}

const SHORT: Readonly<Record<string, string>> = {
  sk_ei: "SK_e",
  sk_er: "SK_e",
  sk_ai: "SK_a",
  sk_ar: "SK_a",
  sk_pi: "SK_p",
  sk_pr: "SK_p",
  sk_d: "SK_d",
  encryption_key: "Ka",
  nonce_i: "nonces",
  nonce_r: "nonces",
}

function ikeWords(sa: IkeSaSecret): string {
  const names = new Set(Object.keys(sa.values).map(n => SHORT[n] ?? n.toUpperCase().replace("DH_SHARED", "g^ir")))
  return `${sa.spiI ? "with SPIs" : "without SPIs"}: ${[...names].join(", ")}`
}

const opensIke = (s: Secrets): boolean =>
  s.dhPrivate.length + s.dhShared.length + s.skeyseed.length > 0 ||
  s.ikeSas.some(sa => has(sa, "sk_ei", "sk_er", "encryption_key", "skeyid_e", "skeyseed", "dh_shared"))

function opensOf(s: Secrets): string[] {
  const out: string[] = []
  if (s.dhPrivate.length + s.dhShared.length + s.skeyseed.length > 0)
    out.push("IKEv2: every message of the SAs that the secrets fit, and the Child SAs that they make")
  if (s.ikeSas.some(sa => has(sa, "sk_ei", "sk_er"))) out.push("IKEv2: messages of the SAs whose SK_e is given")
  if (s.ikeSas.some(sa => has(sa, "encryption_key", "skeyid_e")))
    out.push("IKEv1: messages of the SAs whose key is given")
  if (s.psks.length > 0 && s.dhPrivate.length + s.dhShared.length > 0)
    out.push("IKEv1 with pre-shared keys: every message; AUTH and HASH can be verified")
  if (s.tlsKeys.length > 0)
    out.push("TLS inside EAP-TLS, TTLS and PEAP, once the IKE SA is open; its MSK, which proves AUTH")
  if (s.ticketKeys.length > 0) out.push("IKEv2: sessions that are resumed with a ticket under the key")
  if (s.childSas.length > 0) out.push("ESP and AH: packets of the data SAs that are given")
  return out
}

function lacksOf(s: Secrets): string[] {
  const out: string[] = []
  if (s.psks.length > 0 && !opensIke(s))
    out.push(
      "a pre-shared key alone opens nothing of IKEv2, and of IKEv1 only tells whether it is right: a Diffie-Hellman secret or SK_* must be there",
    )
  if (s.childSas.length > 0 && !opensIke(s)) out.push("IKE stays closed: no key of an IKE SA is there")
  const keyed = s.ikeSas.filter(sa => has(sa, "sk_ei", "sk_er"))
  if (
    keyed.length > 0 &&
    !keyed.some(sa => has(sa, "sk_d")) &&
    s.childSas.length === 0 &&
    s.dhShared.length + s.dhPrivate.length + s.skeyseed.length === 0
  )
    out.push("ESP stays closed: neither SK_d, from which its keys follow, nor keys of Child SAs are there")
  if (
    keyed.length > 0 &&
    !keyed.some(sa => has(sa, "sk_pi", "sk_pr")) &&
    s.dhShared.length + s.dhPrivate.length + s.skeyseed.length === 0
  )
    out.push("AUTH cannot be verified: SK_p is not there")
  if (opensIke(s) && s.psks.length === 0 && s.certificates.length === 0 && !s.ikeSas.some(sa => has(sa, "msk")))
    out.push("AUTH by a pre-shared key or after EAP cannot be verified: no PSK and no MSK is there")
  if ([...s.ikeSas, ...s.childSas].some(row => row.saltMissing))
    out.push("keys without their salt are used only where packets or a derivation give it away")
  if (s.childSas.some(c => c.encr === undefined && c.protocol === "ESP"))
    out.push("keys of ESP without an algorithm are used once the negotiation is open")
  return out
}

/** What each program's file needs for more, by the name of its format. */
const ADVICE: readonly (readonly [format: string, more: (s: Secrets) => boolean, line: string])[] = [
  [
    "strongSwan log",
    s => s.ikeSas.length === 0,
    "the strongSwan log has no key material: it needs level 4 of the groups ike and chd (charon { filelog { FILE { ike = 4  chd = 4 } } })",
  ],
  [
    "strongSwan log",
    s => s.ikeSas.length > 0 && s.childSas.length === 0,
    "the strongSwan log has no keys of Child SAs: chd = 4 adds them",
  ],
  [
    "libreswan or tcpdump ikev2 line",
    s => !s.ikeSas.some(sa => has(sa, "sk_d")),
    "libreswan logs no SK_d: plutodebug=private adds the keys of ESP, from which nothing else follows",
  ],
  [
    "libreswan log",
    s => s.ikeSas.length === 0,
    "the libreswan log has no ikev2 lines: it needs plutodebug=private, and its lines as they are (a mail or a terminal cuts dumps)",
  ],
  ["OpenIKED log", s => s.dhShared.length === 0, "the OpenIKED log has no secrets: it needs iked -dvvv"],
  ["ip xfrm", s => !opensIke(s), "the kernel knows ESP and AH alone: the IKE daemon's log has the keys of IKE"],
  [
    "Wireshark ikev2_decryption_table",
    s => !s.ikeSas.some(sa => has(sa, "sk_d")) && s.childSas.length === 0,
    "Wireshark's IKEv2 table has no SK_d: add its esp_sa table, or the daemon's log",
  ],
]

const hintsOf = (secrets: Secrets, formats: readonly string[]): string[] =>
  ADVICE.flatMap(([format, more, line]) => (formats.includes(format) && more(secrets) ? [line] : []))
