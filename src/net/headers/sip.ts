/**
 * The security agreement of SIP (RFC 3329), as IMS uses it: handset and P-CSCF name SPIs, ports and algorithms of ESP. 3GPP TS 33.203 §7, Annex H. Of
 * SIP nothing else is read. A message may begin in another segment of its stream: its headers stand for themselves.
 */
import type { SecurityOffer } from "../../bytes/diagnostic.ts"
import { destinationAddress, sourceAddress } from "../address.ts"
import type { Descent } from "../layers.ts"

/** Bytes of a message that are looked into. */
const MOST_BYTES = 16_384
/** Offers of one header; there are fewer algorithms. */
const MOST_OFFERS = 32
const HEADERS = ["client", "server", "verify"] as const
/** Whole lines alone: a value may go on in the next one, which begins with a blank. */
const HEADER = /^security-(client|server|verify)[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)\r?\n/gim
const CHALLENGE = /^www-authenticate[ \t]*:(?:[^\r\n]|\r?\n[ \t])*?\bnonce="([A-Za-z0-9+/=]{43,})"/im
const RAND_BYTES = 16

/** Reports what each header of `b[at, end)` agrees on. */
export function sip(l: Descent, b: Uint8Array, at: number, end: number): void {
  // Most messages have none of it: "ecurity-" is looked for before anything is made.
  if (!holdsSecurity(b, at, end)) return
  const text = String.fromCharCode(...b.subarray(at, Math.min(end, at + MOST_BYTES)))
  for (const [, name, value] of text.matchAll(HEADER)) {
    const header = HEADERS.find(h => h === name.toLowerCase())
    const offers = offersOf(value)
    if (!header || offers.length === 0) continue
    const source = sourceAddress(l.view)
    const destination = destinationAddress(l.view)
    l.finding("sip-security-agreement", `${source} agrees on ESP in SIP`, undefined, {
      severity: "info",
      between: [source, destination],
      agreed: { header, offers, rand: header === "server" ? randOf(text) : undefined },
    })
  }
}

const MARK = [...new TextEncoder().encode("ecurity-")]

function holdsSecurity(b: Uint8Array, at: number, end: number): boolean {
  const last = Math.min(end, at + MOST_BYTES) - MARK.length
  for (let i = b.indexOf(MARK[0], at); i >= 0 && i <= last; i = b.indexOf(MARK[0], i + 1))
    if (MARK.every((octet, n) => b[i + n] === octet)) return true
  return false
}

/** Those of `ipsec-3gpp` that say all: other mechanisms (TLS, IKE) have no SPIs. */
function offersOf(value: string): SecurityOffer[] {
  const offers: SecurityOffer[] = []
  for (const mechanism of value.split(",", MOST_OFFERS)) {
    const [name, ...parameters] = mechanism.split(";").map(part => part.trim().toLowerCase())
    const of = new Map(parameters.map(p => [p.slice(0, p.indexOf("=")).trim(), p.slice(p.indexOf("=") + 1).trim()]))
    const number = (key: string): number => (/^\d{1,10}$/.test(of.get(key) ?? "") ? Number(of.get(key)) : -1)
    const [spiC, spiS, portC, portS] = ["spi-c", "spi-s", "port-c", "port-s"].map(number)
    if (name === "ipsec-3gpp" && spiC >= 0 && spiS >= 0 && spiC <= 0xffff_ffff && spiS <= 0xffff_ffff)
      offers.push({ alg: of.get("alg") ?? "", ealg: of.get("ealg") ?? "null", spiC, spiS, portC, portS })
  }
  return offers
}

function randOf(text: string): Uint8Array | undefined {
  const nonce = CHALLENGE.exec(text)?.[1]
  if (!nonce || nonce.length % 4 !== 0) return undefined
  try {
    return Uint8Array.from(atob(nonce).slice(0, RAND_BYTES), c => c.charCodeAt(0))
  } catch {
    return undefined // no Base64
  }
}
