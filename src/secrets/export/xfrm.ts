/** `ip xfrm state add` commands, which put the SAs into a Linux kernel. */
import { toHex } from "../../bytes/hex.ts"
import { encrFromKeyLength } from "../../crypto/encr.ts"
import { integByName } from "../../crypto/integ.ts"
import { childName, type ExportChild, type Exported, type ExportInput, ikeName, type Skipped, spiHex } from "./types.ts"

const ENCR: ReadonlyMap<string, string> = new Map([
  ["AES-CBC", "cbc(aes)"],
  ["AES-CTR", "rfc3686(ctr(aes))"],
  ["CAMELLIA-CBC", "cbc(camellia)"],
  ["3DES-CBC", "cbc(des3_ede)"],
  ["DES-CBC", "cbc(des)"],
  ["BLOWFISH-CBC", "cbc(blowfish)"],
  ["CAST-CBC", "cbc(cast5)"],
])
const AEAD: readonly (readonly [prefix: string, kernel: string])[] = [
  ["AES-GCM-16-IIV", ""],
  ["AES-CCM-8-IIV", ""],
  ["CHACHA20-POLY1305-IIV", ""],
  ["AES-GCM-", "rfc4106(gcm(aes))"],
  ["AES-CCM-", "rfc4309(ccm(aes))"],
  ["NULL-AES-GMAC", "rfc4543(gcm(aes))"],
  ["CHACHA20-POLY1305", "rfc7539esp(chacha20,poly1305)"],
]
const INTEG: ReadonlyMap<string, string> = new Map([
  ["HMAC-MD5", "hmac(md5)"],
  ["HMAC-SHA1", "hmac(sha1)"],
  ["HMAC-SHA2-256", "hmac(sha256)"],
  ["HMAC-SHA2-384", "hmac(sha384)"],
  ["HMAC-SHA2-512", "hmac(sha512)"],
  ["HMAC-RIPEMD-160", "hmac(rmd160)"],
  ["AES-XCBC", "xcbc(aes)"],
  ["AES-CMAC", "cmac(aes)"],
])

/** One command a Child SA; IKE SAs have no place in a kernel and are told as skipped. */
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
  const head = `ip xfrm state add src ${sa.source} dst ${sa.destination} proto ${sa.protocol.toLowerCase()} spi 0x${spiHex(sa.spi)}`
  return `${head} mode ${sa.mode ?? "tunnel"}${sa.esn ? " flag esn replay-window 32" : ""} ${keys}`
}

function espKeys(sa: ExportChild): string | undefined {
  const encr = encrFromKeyLength(sa.encr ?? "NULL", sa.key.length)
  if (!encr) return undefined
  if (encr.icvBytes > 0) {
    const kernel = AEAD.find(([prefix]) => encr.name.startsWith(prefix))?.[1]
    return kernel ? `aead '${kernel}' 0x${toHex(sa.key)} ${encr.icvBytes * 8}` : undefined
  }
  const cipher = encr.name === "NULL" ? "enc 'ecb(cipher_null)' ''" : cipherWords(encr.name, sa.key)
  const mac = sa.integ && sa.integ !== "NONE" ? auth(sa) : ""
  return cipher === undefined || mac === undefined ? undefined : `${cipher} ${mac}`.trim()
}

function cipherWords(name: string, key: Uint8Array): string | undefined {
  const kernel = ENCR.get(name) ?? ENCR.get(name.replace(/-\d+$/, ""))
  return kernel && `enc '${kernel}' 0x${toHex(key)}`
}

function auth(sa: ExportChild): string | undefined {
  const integ = integByName(sa.integ ?? "")
  const kernel = integ && INTEG.get(integ.name.replace(/-\d+$/, ""))
  return kernel && `auth-trunc '${kernel}' 0x${toHex(sa.integKey)} ${integ.icvBytes * 8}`
}
