/** FortiGate: `diagnose vpn tunnel list` (`dec:`/`enc:` with `ah=` below) and the keys in `diagnose debug application ike -1`. */
import { toHex } from "../../bytes/hex.ts"
import { readHex } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { IkeSecretName } from "../secrets.ts"
import { addChildRow, type ChildRow } from "./child-row.ts"

const TUNNEL = /\bname=\S{1,64}\s.{0,64}?([0-9a-fA-F.:[\]]{2,50}?):\d+->([0-9a-fA-F.:[\]]{2,50}?):\d+/
const HALF = /\b(dec|enc): spi=([0-9a-fA-F]{1,8}) esp=([\w-]{1,30}) key=\d+ ?([0-9a-fA-F]*)/
const AH = /\bah=([\w-]{1,30}) key=\d+ ?([0-9a-fA-F]*)/
const IKE_KEY = /\b(?:ISAKMP|IKE) SA ([0-9a-fA-F]{16})\/([0-9a-fA-F]{16}) (key|SK_\w{1,2}) (\d{1,3}):([0-9a-fA-F]+)/
const DEBUG_SA = /\bIPsec SA (dec|enc) spi ([0-9a-fA-F]{1,8}) key \d+:([0-9a-fA-F]*) auth \d+:([0-9a-fA-F]*)/

const NAMES: Readonly<Record<string, IkeSecretName>> = {
  key: "encryption_key",
  sk_d: "sk_d",
  sk_ai: "sk_ai",
  sk_ar: "sk_ar",
  sk_ei: "sk_ei",
  sk_er: "sk_er",
  sk_pi: "sk_pi",
  sk_pr: "sk_pr",
}

export const fortigate: LineFormat = {
  name: "FortiGate",
  open(pool) {
    let tunnel: { local: string; remote: string } | undefined
    let half: { row: ChildRow; line: number } | undefined
    let esn: boolean | undefined
    const ike = new Map<
      string,
      { line: number; spiI: string; spiR: string; values: Partial<Record<IkeSecretName, Uint8Array>> }
    >()
    const flush = () => {
      if (half) addChildRow(pool, "FortiGate", half.row, half.line)
      half = undefined
    }
    const addIkeKey = (m: RegExpExecArray, line: number) => {
      const name = NAMES[m[3].toLowerCase()]
      const value = readHex(m[5], { bytes: Number(m[4]) })
      if (!name || !value) return
      pool.repairs(value.repairs, "FortiGate", line)
      pool.hold(value.bytes.length)
      const [spiI, spiR] = [m[1].toLowerCase(), m[2].toLowerCase()]
      const key = `${spiI}/${spiR}`
      const sa = ike.get(key)
      if (!sa) ike.set(key, { line, spiI, spiR, values: { [name]: value.bytes } })
      else if (!sa.values[name] || toHex(sa.values[name]) === toHex(value.bytes)) sa.values[name] = value.bytes
      else ike.set(`${key}#${ike.size}`, { line, spiI, spiR, values: { [name]: value.bytes } })
    }
    return {
      line(text, number) {
        const line = text.slice(0, MAX_LINE)
        const key = IKE_KEY.exec(line)
        if (key) {
          addIkeKey(key, number)
          return true
        }
        const debug = DEBUG_SA.exec(line)
        if (debug) {
          addDebugSa(debug, number)
          return true
        }
        if (line.includes("->")) {
          const name = TUNNEL.exec(line)
          if (name) {
            flush()
            tunnel = { local: name[1], remote: name[2] }
            return true
          }
        }
        const flag = line.includes("replaywin") ? /\besn=([01])\b/.exec(line) : null
        if (flag) esn = flag[1] === "1"
        const start = HALF.exec(line)
        if (start) {
          flush()
          const [source, destination] =
            start[1] === "dec" ? [tunnel?.remote, tunnel?.local] : [tunnel?.local, tunnel?.remote]
          const spi = Number.parseInt(start[2], 16)
          half = { row: { spi, encr: start[3], key: start[4], source, destination, esn }, line: number }
        }
        const ah = half ? AH.exec(line) : null
        if (half && ah) {
          half.row = { ...half.row, integ: ah[1], integKey: ah[2] }
          flush()
        }
        return start !== null || ah !== null || flag !== null
      },
      end() {
        flush()
        for (const { line, ...secret } of ike.values())
          pool.ikeSa({ version: secret.values.encryption_key ? "1.0" : "2.0", ...secret }, line)
      },
    }

    /** The debug lines name no algorithm, so only the lengths speak; proof finds the rest. */
    function addDebugSa(m: RegExpExecArray, line: number): void {
      const key = readHex(m[3])
      const integKey = readHex(m[4])
      if (!key || !integKey) return
      const spi = Number.parseInt(m[2], 16)
      const { encr, integ } = byLengths(key.bytes.length, integKey.bytes.length)
      pool.childSa({ protocol: "ESP", spi, encr, integ, key: key.bytes, integKey: integKey.bytes }, line)
    }
  },
}

const MAX_LINE = 4096

/** Algorithms that keys of these lengths most likely belong to; undefined leaves the choice to the negotiation seen in the capture. */
function byLengths(key: number, integKey: number): { encr?: string; integ?: string } {
  const integ = (
    {
      16: "HMAC-MD5-96",
      20: "HMAC-SHA1-96",
      32: "HMAC-SHA2-256-128",
      48: "HMAC-SHA2-384-192",
      64: "HMAC-SHA2-512-256",
    } as const
  )[integKey]
  if (integKey === 0) return {}
  return { integ, encr: ({ 8: "DES-CBC", 16: "AES-CBC-128", 32: "AES-CBC-256" } as const)[key] }
}
