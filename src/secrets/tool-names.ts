/** Names that daemons, kernels and routers give algorithms, folded (lower case, letters and digits), and the contract's. */
import { fold } from "./algorithm-names.ts"

const table = (rows: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(rows).flatMap(([ours, theirs]) => [fold(ours), ...theirs.split(" ")].map(n => [n, ours] as const)),
  )

/** Key bits taken out; `aes128gcm` is looked up as `aesgcm`. */
const ENCR = table({
  "AES-CBC": "aes cbcaes rijndael rijndaelcbc aescbc",
  "AES-CTR": "aesctr ctraes rfc3686ctraes",
  "AES-GCM-16": "aesgcm aesgcm16 aesgcmc gcmaes rfc4106gcmaes aesgcm16icv",
  "AES-GCM-12": "aesgcm12 aesgcmb",
  "AES-GCM-8": "aesgcm8 aesgcma",
  "AES-CCM-16": "aesccm aesccm16 aesccmc ccmaes rfc4309ccmaes",
  "AES-CCM-12": "aesccm12 aesccmb",
  "AES-CCM-8": "aesccm8 aesccma",
  "AES-GCM-16-IIV": "aesgcm16iiv",
  "AES-CCM-8-IIV": "aesccm8iiv",
  "NULL-AES-GMAC": "nullaesgmac nullauthaesgmac aesgmac rfc4543gcmaes aes16gmac",
  "CHACHA20-POLY1305": "chacha20poly1305 chacha20poly rfc7539espchacha20poly1305 chachapoly",
  "CHACHA20-POLY1305-IIV": "chacha20poly1305iiv",
  "CAMELLIA-CBC": "camellia camelliacbc cbccamellia",
  "CAMELLIA-CTR": "camelliactr ctrcamellia",
  "CAMELLIA-CCM-16": "camelliaccm camelliaccm16",
  "CAMELLIA-CCM-12": "camelliaccm12",
  "CAMELLIA-CCM-8": "camelliaccm8",
  "3DES-CBC": "3des 3descbc des3 tripledes tripledescbc des3cbc cbcdes3ede desede3cbc desede3",
  "DES-CBC": "des descbc cbcdes desiv64",
  "BLOWFISH-CBC": "blowfish blowfishcbc cbcblowfish bf bfcbc",
  "CAST-CBC": "cast castcbc cast5 cast5cbc cbccast5",
  "SM4-CBC": "sm4 sm4cbc cbcsm4",
  "SM4-GCM-16": "sm4gcm sm4gcm16 rfc4106gcmsm4",
  "TWOFISH-CBC": "twofish twofishcbc cbctwofish",
  "SERPENT-CBC": "serpent serpentcbc cbcserpent",
  NULL: "null none nullenc encrnull ciphernull ecbciphernull nullespnull",
})

const INTEG = table({
  "HMAC-MD5-96": "md5 hmacmd5 md596",
  "HMAC-MD5-128": "md5128",
  "HMAC-SHA1-96": "sha sha1 hmacsha hmacsha1 sha196 sha1hmac",
  "HMAC-SHA1-160": "sha1160",
  "HMAC-SHA2-256-128": "sha256 hmacsha256 sha2256 hmacsha2256 sha256128 hmacsha256128 sha2256128",
  "HMAC-SHA2-256-96": "hmacsha2256truncbug sha25696 hmacsha25696 sha225696",
  "HMAC-SHA2-384-192": "sha384 hmacsha384 sha2384 hmacsha2384 sha384192 hmacsha384192",
  "HMAC-SHA2-512-256": "sha512 hmacsha512 sha2512 hmacsha2512 sha512256 hmacsha512256",
  "HMAC-SM3-256": "sm3 hmacsm3",
  "HMAC-SM3-96": "sm396",
  "HMAC-RIPEMD-160-96": "ripemd160 hmacripemd160 rmd160 hmacrmd160 hmacripemd16096",
  "AES-XCBC-96": "aesxcbc xcbcaes aesxcbcmac xcbc",
  "AES-CMAC-96": "aescmac cmacaes cmac cmac96",
  "AES-GMAC-128": "aes128gmac",
  "AES-GMAC-192": "aes192gmac",
  "AES-GMAC-256": "aes256gmac",
  NONE: "none null digestnull nullnone",
})

const PRF = table({
  "HMAC-MD5": "md5 prfhmacmd5",
  "HMAC-SHA1": "sha1 prfhmacsha1",
  "HMAC-SHA2-256": "sha256 prfhmacsha2256",
  "HMAC-SHA2-384": "sha384 prfhmacsha2384",
  "HMAC-SHA2-512": "sha512 prfhmacsha2512",
  "HMAC-SM3": "sm3 prfhmacsm3",
  "AES128-XCBC": "prfaes128xcbc aesxcbc",
  "AES128-CMAC": "prfaes128cmac aescmac",
})

/** Contract name, without key bits, of an encryption algorithm as a tool writes it. */
export function toolEncr(text: string): string | undefined {
  const name = fold(text)
  return ENCR.get(name) ?? ENCR.get(name.replace(/128|192|256/, ""))
}

/** Contract name of an integrity algorithm as a tool writes it; `NONE` for none. */
export const toolInteg = (text: string): string | undefined => INTEG.get(fold(text))

/** Contract name of a PRF as strongSwan writes it. */
export const toolPrf = (text: string): string | undefined => PRF.get(fold(text))

/** The same MAC with another ICV length, bits. */
export function truncated(integ: string, bits: number): string | undefined {
  const mac = INTEG.get(fold(integ.replace(/-\d+$/, ""))) ? integ.replace(/-\d+$/, "") : integ
  const name = `${mac}-${bits}`
  return [...INTEG.values()].includes(name) ? name : undefined
}
