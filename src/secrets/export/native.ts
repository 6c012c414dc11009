/** Writes ikedump's own keys file. */
import { hex8, toHex } from "../../bytes/hex.ts"
import { safeJson } from "../../bytes/safe-json.ts"
import { IKE_SECRET_NAMES, type Psk } from "../secrets.ts"
import type { Exported, ExportInput } from "./types.ts"

export function exportNative(input: ExportInput): Exported {
  const { pool } = input
  const file = {
    ikedump_keys: 1,
    psks: list(pool.psks.map(labelled)),
    dh_private: list(pool.dhPrivate.map(s => toHex(s.value))),
    dh_shared: list(pool.dhShared.map(s => toHex(s.value))),
    skeyseed: list(pool.skeyseed.map(s => toHex(s.value))),
    ppks: list(pool.ppks.map(labelled)),
    private_keys: list(pool.privateKeys.map(s => s.pem)),
    certificates: list(pool.certificates.map(s => s.pem)),
    ike_sas: list(
      input.ike.flatMap(sa =>
        sa.epochs.map(({ values }) => ({
          spi_i: sa.spiI,
          spi_r: sa.spiR,
          version: sa.version,
          encr: sa.encr,
          integ: sa.integ,
          prf: sa.prf,
          ...Object.fromEntries(IKE_SECRET_NAMES.flatMap(n => (values[n]?.length ? [[n, toHex(values[n])]] : []))),
        })),
      ),
    ),
    child_sas: list(
      input.children.map(sa => ({
        protocol: sa.protocol,
        spi: hex8(sa.spi),
        source: sa.source,
        destination: sa.destination,
        encr: sa.encr,
        key: toHex(sa.key) || undefined,
        integ: sa.integ,
        integ_key: toHex(sa.integKey) || undefined,
        esn: sa.esn,
      })),
    ),
  }
  return { files: [{ name: "keys.json", text: `${safeJson(file, 2)}\n` }], skipped: [] }
}

const list = <T>(items: readonly T[]): readonly T[] | undefined => (items.length > 0 ? items : undefined)

const labelled = ({ value, id }: Psk): { id?: string; secret: { hex: string } } => ({
  id,
  secret: { hex: toHex(value) },
})
