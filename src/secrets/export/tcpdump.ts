/** A file for `tcpdump -E 'file NAME'`: CBC ciphers with no ICV or one of 12 bytes, which is all that tcpdump takes. */
import { hex8, toHex } from "../../bytes/hex.ts"
import { encrFromKeyLength } from "../../crypto/encr.ts"
import { integByName } from "../../crypto/integ.ts"
import {
  childName,
  type ExportChild,
  type Exported,
  type ExportIkeSa,
  type ExportInput,
  ikeName,
  lastEpoch,
  type Skipped,
} from "./types.ts"

/** Names that tcpdump hands to its crypto library. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["3DES-CBC", "3des"],
  ["DES-CBC", "des"],
  ["AES-CBC-128", "aes128"],
  ["AES-CBC-192", "aes192"],
  ["AES-CBC-256", "aes256"],
  ["CAMELLIA-CBC-128", "camellia128"],
  ["CAMELLIA-CBC-192", "camellia192"],
  ["CAMELLIA-CBC-256", "camellia256"],
  ["BLOWFISH-CBC-128", "blowfish"],
  ["CAST-CBC-128", "cast"],
])

export function exportTcpdump(input: ExportInput): Exported {
  const skipped: Skipped[] = []
  const lines = [
    ...input.ike.flatMap(sa => ikeLines(sa, skipped)),
    ...input.children.map(sa => childLine(sa, skipped)).filter(line => line !== undefined),
  ]
  return { files: [{ name: "tcpdump-secrets", text: lines.map(line => `${line}\n`).join("") }], skipped }
}

/** `-hmac96` for a 12-byte ICV, nothing for none; undefined for an ICV that tcpdump cannot cut off. */
function suffix(integ: string | undefined): string | undefined {
  if (!integ || integ === "NONE") return ""
  const bytes = integ.startsWith("ANY-") ? Number(integ.slice(4)) / 8 : integByName(integ)?.icvBytes
  return bytes === 12 ? "-hmac96" : undefined
}

function childLine(sa: ExportChild, skipped: Skipped[]): string | undefined {
  const skip = (why: string): undefined => void skipped.push({ what: childName(sa), why })
  if (sa.protocol === "AH") return skip("tcpdump takes no AH keys")
  if (!sa.destination || sa.destination.includes("*")) return skip("its destination is not known")
  const encr = encrFromKeyLength(sa.encr ?? "NULL", sa.key.length)
  const name = encr && NAMES.get(encr.name)
  const icv = suffix(sa.integ)
  if (!name) return skip(`tcpdump does not know ${sa.encr}`)
  if (icv === undefined) return skip(`tcpdump cannot cut off the ICV of ${sa.integ}`)
  return `0x${hex8(sa.spi)}@${sa.destination} ${name}-cbc${icv}:0x${toHex(sa.key)}`
}

function ikeLines(sa: ExportIkeSa, skipped: Skipped[]): string[] {
  const skip = (why: string): string[] => {
    skipped.push({ what: ikeName(sa), why })
    return []
  }
  if (sa.version === "1.0") return skip("tcpdump takes no IKEv1 keys")
  const values = lastEpoch(sa, skipped)
  const { sk_ei, sk_er } = values
  const name = sk_ei && sa.encr ? NAMES.get(encrFromKeyLength(sa.encr, sk_ei.length)?.name ?? "") : undefined
  if (!name || !sk_ei || !sk_er) return skip(`tcpdump does not know ${sa.encr ?? "its suite"} in IKEv2`)
  const integ = integByName(sa.integ ?? "")
    ?.name.replace(/^HMAC-/, "")
    .replace(/-\d+$/, "")
    .toLowerCase()
  const side = (letter: string, auth: Uint8Array | undefined, key: Uint8Array) =>
    `ikev2 ${letter} 0x${sa.spiI} 0x${sa.spiR} ${integ?.replace("sha2-", "sha") ?? "none"}:0x${toHex(auth ?? new Uint8Array())} ${name}:0x${toHex(key)}`
  return [side("I", values.sk_ai, sk_ei), side("R", values.sk_ar, sk_er)]
}
