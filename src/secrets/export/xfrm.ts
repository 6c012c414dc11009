/** `ip xfrm state add` commands, which put the SAs into a Linux kernel. */
import { hex8, toHex } from "../../bytes/hex.ts"
import { encrFromKeyLength } from "../../crypto/encr.ts"
import { integByName } from "../../crypto/integ.ts"
import { childName, type ExportChild, type Exported, type ExportInput, ikeName, type Skipped } from "./types.ts"
import { kernelAead, kernelAuth, kernelCipher } from "./xfrm-names.ts"

/** One command a Child SA; IKE SAs have no place in a kernel and are reported as skipped. */
export function exportXfrm(input: ExportInput): Exported {
  const skipped: Skipped[] = input.ike.map(sa => ({ what: ikeName(sa), why: "the kernel holds no IKE SAs" }))
  const lines = input.children.map(sa => command(sa, skipped)).filter(line => line !== undefined)
  return { files: [{ name: "xfrm.sh", text: lines.map(line => `${line}\n`).join("") }], skipped }
}

function command(sa: ExportChild, skipped: Skipped[]): string | undefined {
  const skip = (why: string): undefined => void skipped.push({ what: childName(sa), why })
  if (!sa.source || !sa.destination || /\*/.test(sa.source + sa.destination)) return skip("its addresses are not known")
  const keys = sa.protocol === "AH" ? auth(sa) : espKeys(sa)
  if (!keys) return skip(`the kernel has no name for ${[sa.encr, sa.integ].filter(Boolean).join(" with ")}`)
  const head = `ip xfrm state add src ${sa.source} dst ${sa.destination} proto ${sa.protocol.toLowerCase()} spi 0x${hex8(sa.spi)}`
  return `${head} mode ${sa.mode ?? "tunnel"}${sa.esn ? " flag esn replay-window 32" : ""} ${keys}`
}

function espKeys(sa: ExportChild): string | undefined {
  const encr = encrFromKeyLength(sa.encr ?? "NULL", sa.key.length)
  if (!encr) return undefined
  if (encr.icvBytes > 0) {
    const kernel = kernelAead(encr.name)
    return kernel && `aead '${kernel}' 0x${toHex(sa.key)} ${encr.icvBytes * 8}`
  }
  const name = kernelCipher(encr.name)
  const cipher = name && `enc '${name}' ${encr.name === "NULL" ? "''" : `0x${toHex(sa.key)}`}`
  const mac = sa.integ && sa.integ !== "NONE" ? auth(sa) : ""
  return cipher === undefined || mac === undefined ? undefined : `${cipher} ${mac}`.trim()
}

function auth(sa: ExportChild): string | undefined {
  const integ = integByName(sa.integ ?? "")
  const kernel = integ && kernelAuth(integ.name)
  return kernel && `auth-trunc '${kernel}' 0x${toHex(sa.integKey)} ${integ.icvBytes * 8}`
}
