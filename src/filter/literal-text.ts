/** Constants as people write them: numbers, bytes, addresses and times. Undefined for what is none. */

/** Decimal, 0x hexadecimal, 0b binary, or octal with a leading 0; bigint where a number would not hold it. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.test(text) || text.length > 70) return undefined
  const value = BigInt(/^0[0-7]/.test(text) ? `0o${text}` : text)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** `1.5`, `0.25`, `3`. */
export const parseDecimal = (text: string): number | undefined =>
  /^\d+(?:\.\d*)?(?:[eE]-?\d+)?$|^\.\d+$/.test(text) ? Number(text) : undefined

/** `aa:bb:cc`, with `-` or `.` between, or without; a last digit alone is a byte. `0x` only before a single byte. */
export function parseBytes(text: string): Uint8Array | undefined {
  if (/^0x[0-9a-fA-F]{2}$/.test(text)) return Uint8Array.of(Number(text))
  if (!/^[0-9a-fA-F]+(?:[:.-][0-9a-fA-F]+)*[:.-]?$/.test(text)) return undefined
  const out: number[] = []
  for (const run of text.split(/[:.-]/))
    for (let i = 0; i < run.length; i += 2) out.push(Number.parseInt(run.slice(i, i + 2), 16))
  return Uint8Array.from(out)
}

/** Four bytes of a dotted quad. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".")
  if (parts.length !== 4 || !parts.every(p => /^\d{1,3}$/.test(p) && Number(p) < 256)) return undefined
  return Uint8Array.from(parts, Number)
}

/** Sixteen bytes of an IPv6 address, its end perhaps a dotted quad. RFC 4291 §2.2. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::")
  if (halves.length > 2 || !text.includes(":")) return undefined
  const [head, tail] = halves.map(groupBytes)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 16 - head.length - (tail?.length ?? 0)
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return Uint8Array.from([...head, ...new Array(missing).fill(0), ...(tail ?? [])])
}

function groupBytes(text: string): number[] | undefined {
  if (text === "") return []
  const groups = text.split(":")
  const out: number[] = []
  for (const [i, group] of groups.entries()) {
    const quad = i === groups.length - 1 ? parseIpv4(group) : undefined
    if (quad) out.push(...quad)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      out.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return out
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?:\s*(?:Z|UTC))?$/
const TSHARK_TIME = /^([A-Z][a-z]{2}) +(\d{1,2}), (\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: UTC)?$/
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

/** `2026-01-02`, `2026-01-02 03:04:05.5`, `Jan 2, 2026 03:04:05`, UTC: nanoseconds since 1970. */
export function parseTime(text: string): bigint | undefined {
  const iso = TIME.exec(text)
  if (iso) {
    const [year, month, ...rest] = iso.slice(1, 7).map(n => (n ? Number(n) : 0))
    return nanoseconds([year, month - 1, ...rest], iso[7])
  }
  const words = TSHARK_TIME.exec(text)
  const month = words ? MONTHS.indexOf(words[1]) / 3 : -1
  if (!words || !Number.isInteger(month) || month < 0) return undefined
  const [day, year, hour, minute, second] = words.slice(2, 7).map(Number)
  return nanoseconds([year, month, day, hour, minute, second], words[7])
}

/** Of year, month from 0, day, hour, minute and second, and of the digits behind the second. */
function nanoseconds(parts: readonly number[], fraction = ""): bigint | undefined {
  const [year, month, day, hour, minute, second] = parts
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined
  const seconds = Date.UTC(year, month, day, hour, minute, second) / 1000
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"))
}
