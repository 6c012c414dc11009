/** VPP `show ikev2 sa details`: SPIs, transforms, nonces, SK_* of the IKE SA, then `child sa` blocks with their SPIs and keys. */

import { toHex } from "../../bytes/hex.ts"
import { isOneOf, present } from "../../bytes/typed.ts"
import { encrOfLength, isAead } from "../algorithm-names.ts"
import { readHex } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { IkeSecretName } from "../secrets.ts"
import { IKE_SECRET_NAMES } from "../secrets.ts"
import { toolEncr, toolInteg } from "../tool-names.ts"
import { addChildRow, address } from "./child-row.ts"

const HEAD =
  /\biip\s+(\S{1,50})\s+ispi\s+(?:0x)?([0-9a-fA-F]{1,16})\s+rip\s+(\S{1,50})\s+rspi\s+(?:0x)?([0-9a-fA-F]{1,16})/
const TRANSFORM = /\b(encr|integ|prf|esn):([\w-]{1,40})/g
const KEY = /^\s*(nonce|SK_[daep]|)\s*([ir]?):?\s*(?:0x)?([0-9a-fA-F]{8,1024})\s*$/
const CHILD = /^\s*child sa \d+/
const SPIS = /\bspi\(i\)\s+(?:0x)?([0-9a-fA-F]{1,8})\s+spi\(r\)\s+(?:0x)?([0-9a-fA-F]{1,8})/

interface Block {
  readonly line: number
  readonly keys: Map<string, string>
  readonly names: Map<string, string>
}
interface Sa extends Block {
  readonly iip: string
  readonly rip: string
  readonly spiI: string
  readonly spiR: string
  readonly children: (Block & { spiI?: number; spiR?: number })[]
}

/** Child SAs of one IKE SA that are read. */
const MAX_CHILDREN = 1000

export const vpp: LineFormat = {
  name: "VPP ikev2 sa",
  open(pool) {
    let sa: Sa | undefined
    let label = ""
    const flush = () => {
      if (!sa) return
      const values: Partial<Record<IkeSecretName, Uint8Array>> = {}
      for (const [name, hex] of sa.keys) if (isOneOf(IKE_SECRET_NAMES, name)) values[name] = present(readHex(hex)).bytes
      const encr = toolEncr(sa.names.get("encr") ?? "")
      const named = encr && values.sk_ei ? encrOfLength(encr, values.sk_ei.length) : undefined
      const integ = toolInteg(sa.names.get("integ") ?? "")
      const { spiI, spiR, line } = sa
      if (sa.keys.size > 0)
        pool.ikeSa(
          {
            version: "2.0",
            spiI,
            spiR,
            values,
            encr: named?.name ?? encr,
            integ: integ === "NONE" || (encr && isAead(encr)) ? undefined : integ,
            saltMissing: named?.saltMissing || undefined,
          },
          line,
        )
      for (const child of sa.children) addChild(sa, child)
      sa = undefined
    }
    const addChild = ({ iip, rip }: Sa, { keys, names, line, spiI, spiR }: Sa["children"][number]) => {
      if (keys.size === 0) return
      const esn = names.has("esn") ? names.get("esn") === "yes" : undefined
      const row = (side: "i" | "r") => ({
        encr: names.get("encr"),
        integ: names.get("integ"),
        key: keys.get(`sk_e${side}`),
        integKey: keys.get(`sk_a${side}`),
        esn,
      })
      addChildRow(pool, "VPP", { ...row("i"), spi: spiR, source: address(iip), destination: address(rip) }, line)
      addChildRow(pool, "VPP", { ...row("r"), spi: spiI, source: address(rip), destination: address(iip) }, line)
    }
    return {
      line(text, number) {
        if (text.length > 4096) return false
        const head = HEAD.exec(text)
        if (head) {
          flush()
          const [spiI, spiR] = [head[2], head[4]].map(s => toHex(present(readHex(s, { bytes: 8, zeros: 15 })).bytes))
          sa = { line: number, iip: head[1], rip: head[3], spiI, spiR, keys: new Map(), names: new Map(), children: [] }
          return true
        }
        if (!sa) return false
        if (CHILD.test(text) && sa.children.length < MAX_CHILDREN)
          sa.children.push({ line: number, keys: new Map(), names: new Map() })
        const child = sa.children.at(-1)
        const block = child ?? sa
        let found = CHILD.test(text)
        for (const [, kind, name] of text.matchAll(TRANSFORM)) {
          found = true
          block.names.set(kind, name)
        }
        const spis = child ? SPIS.exec(text) : null
        if (child && spis) {
          child.spiI = Number.parseInt(spis[1], 16)
          child.spiR = Number.parseInt(spis[2], 16)
          return true
        }
        const key = KEY.exec(text)
        if (!key || (!key[1] && !key[2])) return found
        label = key[1] || label
        const name =
          label === "SK_d" ? "sk_d" : label === "nonce" ? `nonce_${key[2]}` : `${label.toLowerCase()}${key[2]}`
        const hex = key[3].length % 2 === 0 ? key[3] : `0${key[3]}`
        if (/^(sk_d|nonce_[ir]|sk_[aep][ir])$/.test(name)) block.keys.set(name, hex)
        return true
      },
      end: flush,
    }
  },
}
