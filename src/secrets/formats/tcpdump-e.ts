/** tcpdump's `-E` secrets, on a command line or in a file: `spi@address algorithm:key[,…]`; the `ikev2` lines are libreswan's too. */

import { utf8 } from "../../bytes/bytes.ts"
import { encrOfLength } from "../algorithm-names.ts"
import { readKeyHex } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { toolEncr } from "../tool-names.ts"
import { plain } from "./child-row.ts"

const SECRET =
  /(?:^|[\s,'"])(0x[0-9a-fA-F]{1,8}|\d{1,10})@([0-9a-fA-F.:]{2,45})\s+([\w-]{2,40}):(0x[0-9a-fA-F]*|[^\s,'"]+)/g
const BARE = /^\s*([\w-]{2,40}):(0x[0-9a-fA-F]{10,})\s*$/

export const tcpdumpE: LineFormat = {
  name: "tcpdump -E",
  open: pool => ({
    line(text, number) {
      if (!text.includes(":") || text.length > MAX_LINE) return false
      let found = false
      if (text.includes("@"))
        for (const m of text.matchAll(SECRET)) {
          found = true
          add(pool, number, { algorithm: m[3], keyText: m[4], spi: Number(m[1]), destination: m[2] })
        }
      const bare = found ? null : BARE.exec(text)
      if (bare && toolEncr(cipherOf(bare[1]).cipher)) {
        found = true
        add(pool, number, { algorithm: bare[1], keyText: bare[2] })
      }
      return found
    },
  }),
}

/** Longer than any command line, and short enough for a pattern that is not anchored. */
const MAX_LINE = 65536

/** `3des-cbc-hmac96`: the cipher, and the bits of the ICV behind it, which tcpdump does not check. */
function cipherOf(algorithm: string): { cipher: string; integ?: string } {
  const m = /^(.*?)-hmac(\d{2,3})$/.exec(algorithm)
  return m ? { cipher: m[1], integ: `ANY-${m[2]}` } : { cipher: algorithm }
}

interface Given {
  readonly algorithm: string
  readonly keyText: string
  readonly spi?: number
  readonly destination?: string
}

function add(pool: Pool, line: number, { algorithm, keyText, spi, destination }: Given): void {
  const { cipher, integ } = cipherOf(algorithm)
  const encr = toolEncr(cipher)
  const isHex = /^0x/i.test(keyText)
  const key = isHex
    ? readKeyHex(keyText, n => encr !== undefined && encrOfLength(encr, n) !== undefined, true)
    : { bytes: utf8(keyText), repairs: [] }
  const named = encr && key && encrOfLength(encr, key.bytes.length)
  if (!named || (spi !== undefined && spi > 0xffffffff)) {
    pool.note(
      "warning",
      `tcpdump -E: ${encr ? `a key does not fit ${encr}` : `algorithm "${plain(cipher)}" is not known`}`,
      line,
    )
    return
  }
  pool.repairs(key.repairs, "tcpdump -E", line)
  if (named.saltMissing) pool.note("warning", `tcpdump -E: an ${encr} key has no salt`, line)
  pool.childSa(
    {
      protocol: "ESP",
      spi,
      destination: destination?.toLowerCase(),
      encr: named.name,
      integ,
      key: key.bytes,
      integKey: new Uint8Array(),
      saltMissing: named.saltMissing || undefined,
    },
    line,
  )
}
