/** What the Linux kernel calls algorithms of ESP and AH, as `ip xfrm` writes them. */

const CIPHERS: ReadonlyMap<string, string> = new Map([
  ["AES-CBC", "cbc(aes)"],
  ["AES-CTR", "rfc3686(ctr(aes))"],
  ["CAMELLIA-CBC", "cbc(camellia)"],
  ["3DES-CBC", "cbc(des3_ede)"],
  ["DES-CBC", "cbc(des)"],
  ["BLOWFISH-CBC", "cbc(blowfish)"],
  ["CAST-CBC", "cbc(cast5)"],
  ["SM4-CBC", "cbc(sm4)"],
  ["NULL", "ecb(cipher_null)"],
])
const AEADS: readonly (readonly [prefix: string, kernel: string | undefined])[] = [
  ["AES-GCM-16-IIV", undefined],
  ["AES-CCM-8-IIV", undefined],
  ["CHACHA20-POLY1305-IIV", undefined],
  ["AES-GCM-", "rfc4106(gcm(aes))"],
  ["SM4-GCM-", "rfc4106(gcm(sm4))"],
  ["AES-CCM-", "rfc4309(ccm(aes))"],
  ["NULL-AES-GMAC", "rfc4543(gcm(aes))"],
  ["CHACHA20-POLY1305", "rfc7539esp(chacha20,poly1305)"],
]
const MACS: ReadonlyMap<string, string> = new Map([
  ["HMAC-MD5", "hmac(md5)"],
  ["HMAC-SHA1", "hmac(sha1)"],
  ["HMAC-SHA2-256", "hmac(sha256)"],
  ["HMAC-SHA2-384", "hmac(sha384)"],
  ["HMAC-SHA2-512", "hmac(sha512)"],
  ["HMAC-RIPEMD-160", "hmac(rmd160)"],
  ["HMAC-SM3", "hmac(sm3)"],
  ["AES-XCBC", "xcbc(aes)"],
  ["AES-CMAC", "cmac(aes)"],
])

const withoutBits = (name: string): string => name.replace(/-\d+$/, "")

/** By contract name, with key bits or without; undefined where the kernel has no name. */
export const kernelCipher = (encr: string): string | undefined => CIPHERS.get(encr) ?? CIPHERS.get(withoutBits(encr))
export const kernelAead = (encr: string): string | undefined => AEADS.find(([prefix]) => encr.startsWith(prefix))?.[1]
/** By contract name of an integrity algorithm. */
export const kernelAuth = (integ: string): string | undefined => MACS.get(withoutBits(integ))
