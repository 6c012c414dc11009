/** Writes the keylog of `docs/keylog.md`, as a file or as the bytes of the pcapng block that carries it in a capture. */
import { utf8 } from "../../bytes/bytes.ts"
import { hex8, toHex } from "../../bytes/hex.ts"
import { IKE1_LABELS, IKE2_LABELS, KEYLOG_MARKER } from "../keylog-labels.ts"
import type { ExportChild, Exported, ExportIkeSa, ExportInput } from "./types.ts"

export { KEYLOG_MARKER } from "../keylog-labels.ts"

/** Private Enterprise Number of the block: the one for documentation (RFC 5612), since the marker names the content. */
export const KEYLOG_PEN = 32473

/** The keylog's text, with its marker as the first line. */
export function writeKeylog(input: ExportInput): string {
  const lines = [
    KEYLOG_MARKER,
    ...input.pool.psks.filter(notEmpty).map(s => `PSK ${id(s.id)} ${toHex(s.value)}`),
    ...input.pool.ppks.filter(notEmpty).map(s => `PPK ${id(s.id)} ${toHex(s.value)}`),
    ...input.pool.dhPrivate.map(s => `DH PRIVATE ${toHex(s.value)}`),
    ...input.pool.dhShared.map(s => `DH SECRET ${toHex(s.value)}`),
    ...input.ike.flatMap(ikeLines),
    ...input.children.map(childLine),
  ]
  return lines.map(line => `${line}\n`).join("")
}

/** The Custom Data of the pcapng block that carries the keylog, without padding. */
export const keylogBytes = (input: ExportInput): Uint8Array => utf8(writeKeylog(input))

/** Whether the Custom Data of a block (or a file) is a keylog: it begins with the marker. */
export const isKeylog = (bytes: Uint8Array): boolean => MARKER_BYTES.every((b, i) => bytes[i] === b)

const MARKER_BYTES = utf8(KEYLOG_MARKER)

export function exportKeylog(input: ExportInput): Exported {
  return { files: [{ name: "ikedump.keylog", text: writeKeylog(input) }], skipped: [] }
}

const id = (text: string | undefined): string => (text ? encodeURIComponent(text).replaceAll("*", "%2A") : "*")
const notEmpty = (s: { readonly value: Uint8Array }): boolean => s.value.length > 0
const hexOr = (bytes: Uint8Array): string => toHex(bytes) || "-"

function ikeLines(sa: ExportIkeSa): string[] {
  const head = `${sa.version === "1.0" ? "IKE1" : "IKE2"} ${sa.spiI} ${sa.spiR}`
  const labels = [...(sa.version === "1.0" ? IKE1_LABELS : IKE2_LABELS)]
  return sa.epochs.flatMap((epoch, n) => {
    const values = labels.flatMap(([label, name]) =>
      epoch.values[name] && epoch.values[name].length > 0 ? [`${head} ${label} ${toHex(epoch.values[name])}`] : [],
    )
    const names = (["encr", "integ", "prf"] as const).flatMap(n =>
      sa[n] ? [`${head} ${n.toUpperCase()} ${sa[n]}`] : [],
    )
    return n === 0 ? [...values, ...names] : values
  })
}

function childLine(sa: ExportChild): string {
  const words = [sa.protocol, hex8(sa.spi), sa.destination ?? "*"]
  if (sa.protocol === "ESP") words.push(sa.encr ?? "NULL", hexOr(sa.key))
  if (sa.integ && sa.integ !== "NONE") words.push(sa.integ, hexOr(sa.integKey))
  if (sa.esn !== undefined) words.push(sa.esn ? "ESN" : "NO-ESN")
  if (sa.source) words.push(`FROM=${sa.source}`)
  return words.join(" ")
}
