/**
 * `ikev2 I|R 0xSPIi 0xSPIr integrity:0xSK_a encryption:0xSK_e`, one line a direction: what pluto's private debugging writes and
 * tcpdump's `-E file` reads. pluto prints an AEAD key without its salt, and at most 32 bytes of an integrity key.
 */

import { toHex } from "../../bytes/hex.ts"
import { present } from "../../bytes/typed.ts"
import { encrOfLength, integKeyBytes, isAead } from "../algorithm-names.ts"
import { readHex, readKeyHex } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import type { IkeSecretName } from "../secrets.ts"
import { toolEncr, toolInteg } from "../tool-names.ts"
import { plain } from "./child-row.ts"

const LINE =
  /\bikev2 ([IR]) (0x[0-9a-fA-F]{1,16}) (0x[0-9a-fA-F]{1,16}) ([\w-]{1,40}):((?:0x)?[0-9a-fA-F]*) ([\w-]{1,40}):((?:0x)?[0-9a-fA-F]*)/

/** pluto's buffer for the digits of one key holds no more, so HMAC-SHA2-384 and -512 keys lose their end. */
const PLUTO_KEY_BYTES = 32

/** Lines of one pair of SPIs among which the other direction is looked for. */
const MAX_OTHERS = 16

interface Half {
  readonly line: number
  readonly spiI: string
  readonly spiR: string
  readonly encr: string
  readonly integ?: string
  readonly saltMissing?: boolean
  values: Partial<Record<IkeSecretName, Uint8Array>>
}

export const ikev2Line: LineFormat = {
  name: "libreswan or tcpdump ikev2 line",
  open(pool) {
    /** By SPIs, those of one SA in order: a table of many SAs is no search. */
    const pending = new Map<string, Half[]>()
    return {
      line(text, number) {
        const at = text.indexOf("ikev2 ")
        const m = at < 0 ? null : LINE.exec(text.slice(at, at + 4096))
        if (!m) return false
        const half = read(pool, m, number)
        if (half) {
          const key = `${half.spiI}/${half.spiR}`
          const halves = pending.get(key) ?? []
          pending.set(key, halves)
          const other = halves.slice(-MAX_OTHERS).find(h => isOtherHalf(h, half))
          if (other) other.values = { ...other.values, ...half.values }
          else halves.push(half)
          pool.hold(0)
        }
        return true
      },
      end() {
        for (const { line, ...secret } of [...pending.values()].flat()) pool.ikeSa({ version: "2.0", ...secret }, line)
      },
    }
  },
}

const isOtherHalf = (a: Half, b: Half): boolean => Object.keys(b.values).every(name => !(name in a.values))

const isCut = (length: number, whole = 0): boolean => length === PLUTO_KEY_BYTES && length < whole

function read(pool: Pool, m: RegExpExecArray, line: number): Half | undefined {
  const side = m[1] === "I" ? "i" : "r"
  const encr = toolEncr(m[6])
  const integ = toolInteg(m[4])
  const integBytes = integ ? integKeyBytes(integ) : undefined
  const key = readKeyHex(m[7], n => encr !== undefined && encrOfLength(encr, n) !== undefined, true)
  const integKey = readKeyHex(m[5], n => n === integBytes || isCut(n, integBytes), true)
  const named = encr && key && encrOfLength(encr, key.bytes.length)
  const cut = integKey !== undefined && isCut(integKey.bytes.length, integBytes)
  const aead = encr !== undefined && isAead(encr)
  const fault = !encr
    ? `encryption algorithm "${plain(m[6])}" is not known`
    : !integ && !aead
      ? `integrity algorithm "${plain(m[4])}" is not known`
      : !named
        ? `the key does not fit ${encr}`
        : !aead && integBytes !== undefined && integKey?.bytes.length !== integBytes && !cut
          ? `the integrity key does not fit ${integ}`
          : undefined
  if (fault) pool.note("warning", `ikev2 line: ${fault}; the line is left out`, line)
  if (fault || !named || !key || !integKey) return undefined
  pool.repairs([...key.repairs, ...integKey.repairs], "ikev2 line", line)
  if (named.saltMissing)
    pool.note("warning", `ikev2 line: an ${encr} key has no salt; it is used when the salt can be derived`, line)
  if (cut)
    pool.note(
      "warning",
      `ikev2 line: the log has only ${PLUTO_KEY_BYTES} bytes of an ${integ} key; messages are opened and their ICVs not checked`,
      line,
    )
  const values: Half["values"] = { [`sk_e${side}`]: key.bytes }
  if (!aead && !cut && integKey.bytes.length > 0) values[`sk_a${side}`] = integKey.bytes
  const [spiI, spiR] = [m[2], m[3]].map(spi =>
    toHex(present(readHex(spi, { bytes: 8, zeros: 15, prefix: true })).bytes),
  )
  return {
    line,
    spiI,
    spiR,
    values,
    encr: named.name,
    integ: aead || integ === "NONE" ? undefined : integ,
    saltMissing: named.saltMissing || undefined,
  }
}
