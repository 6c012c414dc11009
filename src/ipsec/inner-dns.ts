/** The header and the first question of a DNS message. RFC 1035 §4.1. */
import type { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import * as f from "./inner-fields.ts"
import type { Inner } from "./inner-line.ts"

const TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  43: "DS",
  48: "DNSKEY",
  64: "SVCB",
  65: "HTTPS",
  255: "ANY",
}

/** Reads `skip` bytes (the length of DNS over TCP), then the message. What is not DNS leaves Info as it was. */
export function decodeDns(c: Cursor, inner: Inner, skip: number): void {
  const start = c.pos
  try {
    c.group(f.dns, c.left, () => {
      if (skip > 0) c.bytes(f.octets, skip)
      const id = c.u16(f.dnsId)
      const flags = c.u16(f.dnsFlags)
      const questions = c.u16(f.dnsQuestions)
      const answers = c.u16(f.dnsAnswers)
      c.u16(f.dnsAuthority)
      c.u16(f.dnsAdditional)
      const what = (flags & 0x8000) === 0 ? "Standard query" : "Standard query response"
      const question = questions > 0 ? ` ${readQuestion(c)}` : ""
      const code = flags & 15 ? `, rcode ${flags & 15}` : ""
      inner.protocol = inner.sourcePort === 5353 || inner.destinationPort === 5353 ? "MDNS" : "DNS"
      const count = flags & 0x8000 ? `, ${answers} answer${answers === 1 ? "" : "s"}` : ""
      inner.info = `${what} 0x${id.toString(16).padStart(4, "0")}${question}${count}${code}`
      if (c.left > 0) c.bytes(f.data)
    })
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    c.sink?.fault(e)
    c.pos = start
  }
}

function readQuestion(c: Cursor): string {
  const start = c.pos
  const labels: string[] = []
  // A question's name is never compressed in practice; a pointer ends it here.
  for (;;) {
    const length = c.peek()
    if (length === undefined || length === 0 || length > 63) break
    labels.push(text(c.src.bytes, c.pos + 1, Math.min(c.pos + 1 + length, c.end)))
    c.pos = Math.min(c.pos + 1 + length, c.end)
  }
  c.pos = Math.min(c.pos + ((c.peek() ?? 0) > 63 ? 2 : 1), c.end)
  const name = labels.join(".") || "<Root>"
  c.note(f.dnsName, start, c.pos, name)
  const type = c.u16(f.dnsType)
  c.u16(f.dnsClass)
  return `${TYPES[type] ?? `type ${type}`} ${name}`
}

const text = (b: Uint8Array, start: number, end: number): string =>
  Array.from(b.subarray(start, end), octet => (octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "?")).join(
    "",
  )
