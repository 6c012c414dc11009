/** MikroTik RouterOS `/ip ipsec installed-sa print`: `spi=… src-address=… auth-algorithm=… enc-key="…"`, wrapped over lines. */
import type { LineFormat } from "../line-format.ts"
import { addChildRow } from "./child-row.ts"

const WORD =
  /(?:^|\s)(spi|src-address|dst-address|auth-algorithm|enc-algorithm|auth-key|enc-key|use-esn)=("[^"]{0,512}"|\S{0,512})/g

export const mikrotik: LineFormat = {
  name: "MikroTik installed-sa",
  open(pool) {
    let sa: { line: number; ah: boolean; words: Map<string, string> } | undefined
    const flush = () => {
      const words = sa?.words
      if (sa && words && (words.has("enc-key") || words.has("auth-key")))
        addChildRow(
          pool,
          "MikroTik",
          {
            protocol: sa.ah ? "AH" : "ESP",
            spi: Number.parseInt((words.get("spi") ?? "").replace(/^0x/i, ""), 16),
            source: words.get("src-address"),
            destination: words.get("dst-address"),
            encr: words.get("enc-algorithm"),
            integ: words.get("auth-algorithm"),
            key: words.get("enc-key"),
            integKey: words.get("auth-key"),
            esn: words.has("use-esn") ? words.get("use-esn") === "yes" : undefined,
          },
          sa.line,
        )
      sa = undefined
    }
    return {
      line(text, number) {
        if (!text.includes("=")) {
          flush()
          return false
        }
        const line = text.slice(0, MAX_LINE)
        const start = /^\s*(?:\d+\s+)?([A-Z ]{0,12})\s*spi=(?:0x)?[0-9a-fA-F]{1,8}(?:\s|$)/.exec(line)
        if (start) {
          flush()
          sa = { line: number, ah: /A/.test(start[1]) && !/E/.test(start[1]), words: new Map() }
        }
        if (!sa) return false
        let found = false
        for (const [, name, value] of line.matchAll(WORD)) {
          found = true
          sa.words.set(name, value.replaceAll('"', ""))
        }
        if (!found) flush()
        return found
      },
      settle: flush,
      end: flush,
    }
  },
}

const MAX_LINE = 8192
