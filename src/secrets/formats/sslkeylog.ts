/** TLS key logs, as `SSLKEYLOGFILE` makes programs write them: label, client random, secret. draft-ietf-tls-keylogfile. */
import { fromHex } from "../../bytes/hex.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"

const LINE =
  /^(CLIENT_RANDOM|(?:CLIENT|SERVER)_(?:HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_\d{1,3})|CLIENT_EARLY_TRAFFIC_SECRET|EARLY_EXPORTER_(?:MASTER_)?SECRET|EXPORTER_SECRET)[ \t]+([0-9a-f]{64})[ \t]+((?:[0-9a-f]{2}){32,64})\s*$/i

/** Takes a line if it is one of a TLS key log. */
export function takeTlsLine(pool: Pool, text: string, number: number | undefined): boolean {
  const [, label, random, secret] = LINE.exec(text) ?? []
  const clientRandom = fromHex(random ?? "")
  const value = fromHex(secret ?? "")
  if (!label || !clientRandom || !value) return false
  pool.tlsKey({ label: label.toUpperCase(), clientRandom, value }, number)
  return true
}

export const sslkeylog: LineFormat = {
  name: "TLS key log",
  open: pool => ({ line: (text, number) => takeTlsLine(pool, text, number) }),
}
