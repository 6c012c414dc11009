/** How the proof over the right octets may be made otherwise: the pad of a shared secret, the secret as text, the form of a signature. */
import { concat, equal, utf8 } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import type { CryptoProvider } from "../../crypto/provider.ts"
import type { Authentication } from "../../ike/v2/authentication.ts"
import { sharedSecretAuth } from "../../keys/auth-v2.ts"
import { type PrfContext, prfFunction } from "../../keys/context.ts"
import type { Mistake } from "../../keys/mistake.ts"
import { AUTH_METHOD } from "../../registry/ikev2/auth-methods.ts"
import { type SignatureForm, saysNoScheme, verifySignature } from "../signature.ts"

const PAD = "Key Pad for IKEv2"
const PAD_RULE: Omit<Mistake, "id" | "instead"> = {
  rfc: "RFC 7296 §2.15",
  rule: 'the string "Key Pad for IKEv2" is 17 ASCII characters without null termination',
}
const TEXT_RULE: Omit<Mistake, "id" | "instead"> = {
  rfc: "RFC 7296 §2.15",
  rule: "the shared secret is a sequence of octets; a management interface that takes text must give the same octets at both ends",
}

/** The mistake under which an AUTH by a shared secret holds over `octets`; undefined when none does. */
export function mistakenMac(
  context: PrfContext,
  secrets: readonly Uint8Array[],
  octets: Uint8Array,
  value: Uint8Array,
): Mistake | undefined {
  const prf = prfFunction(context)
  for (const secret of secrets) {
    if (equal(prf(secret)(octets), value)) return { id: "auth-no-pad", instead: "without the Key Pad", ...PAD_RULE }
    if (equal(prf(prf(secret)(utf8(`${PAD}\0`)))(octets), value))
      return { id: "auth-pad-null", instead: "with a null behind the Key Pad", ...PAD_RULE }
    for (const { bytes, instead } of textForms(secret))
      if (equal(sharedSecretAuth(context, bytes, octets), value))
        return { id: "auth-secret-text", instead, ...TEXT_RULE }
  }
  return undefined
}

/** What a configuration may have made of a secret typed as text. */
function* textForms(secret: Uint8Array): Generator<{ bytes: Uint8Array; instead: string }> {
  for (const [end, words] of [
    ["\n", "with a line feed behind the secret"],
    ["\r\n", "with CR and LF behind the secret"],
    ["\0", "with a null behind the secret"],
    [" ", "with a space behind the secret"],
  ] as const)
    yield { bytes: concat(secret, utf8(end)), instead: words }
  const text = new TextDecoder().decode(secret)
  const trimmed = text.replace(/[\r\n\0 ]+$/, "")
  if (trimmed !== text && trimmed !== "")
    yield { bytes: utf8(trimmed), instead: "without the white space at the end of the secret" }
  yield { bytes: utf8(`"${text}"`), instead: "with quotes around the secret" }
  const bare = /^"(.+)"$/.exec(text)?.[1]
  if (bare) yield { bytes: utf8(bare), instead: "without the quotes around the secret" }
  const hex = fromHex(text.replace(/^0x/i, ""))
  if (hex && hex.length > 0) yield { bytes: hex, instead: "with the secret read as hexadecimal" }
  yield { bytes: utf8(hexText(secret)), instead: "with the secret written out as hexadecimal text" }
  yield { bytes: utf8(`0x${hexText(secret)}`), instead: "with the secret written out as hexadecimal text behind 0x" }
  const base64 = base64Bytes(text.replace(/^0s/i, ""))
  if (base64) yield { bytes: base64, instead: "with the secret read as Base64" }
  if (/[^\x00-\x7f]/.test(text) && [...text].every(c => c.charCodeAt(0) < 256))
    yield { bytes: Uint8Array.from(text, c => c.charCodeAt(0)), instead: "with the secret in Latin-1 instead of UTF-8" }
  yield { bytes: utf16(text), instead: "with the secret in UTF-16" }
}

const hexText = (bytes: Uint8Array): string => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("")
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from({ length: 2 * text.length }, (_, i) => (text.charCodeAt(i >> 1) >> (i % 2 ? 8 : 0)) & 255)

function base64Bytes(text: string): Uint8Array | undefined {
  if (text.length < 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  return Uint8Array.from(atob(text), c => c.charCodeAt(0))
}

const ALGORITHM_RULE: Omit<Mistake, "id" | "instead"> = {
  rfc: "RFC 7427 §3",
  rule: "the AlgorithmIdentifier says which algorithm and parameters made the signature",
}
const HASHES = ["SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "MD5"] as const

/** The mistake under which a signature holds over `octets` with one of the keys; undefined when none does. */
export function mistakenSignature(
  provider: CryptoProvider,
  spkis: readonly Uint8Array[],
  octets: Uint8Array,
  auth: Authentication,
): Mistake | undefined {
  for (const spki of spkis) {
    for (const { form, instead } of forms(auth))
      for (const { signature, where } of signaturesIn(auth))
        if (verifySignature(provider, form, spki, octets, signature))
          return { id: "auth-signature-form", instead: `${instead}${where}`, ...ALGORITHM_RULE }
    const raw = rawEcdsa(provider, spki, octets, auth)
    if (raw) return raw
  }
  return undefined
}

function signaturesIn(auth: Authentication): { signature: Uint8Array; where: string }[] {
  const { signature, data } = auth
  if (signature)
    return [
      {
        signature: signature.value,
        where: saysNoScheme(auth) ? `, which the identifier ${signature.algorithm.name} does not say` : "",
      },
    ]
  if (!saysNoScheme(auth)) return [{ signature: data, where: "" }]
  return [
    { signature: data, where: ", without an AlgorithmIdentifier in front" },
    { signature: data.subarray(1 + data[0]), where: ", behind something that is no AlgorithmIdentifier" },
  ]
}

function* forms(auth: Authentication): Generator<{ form: SignatureForm; instead: string }> {
  const { signature, method } = auth
  const own = signature?.algorithm
  const unsaid = saysNoScheme(auth)
  if (own?.scheme === "ml-dsa" || own?.scheme === "slh-dsa")
    yield {
      form: { scheme: `hash-${own.scheme}`, hash: own.hash },
      instead: "as the pre-hashed form, where the identifier says the pure one",
    }
  if (own?.scheme === "hash-ml-dsa" || own?.scheme === "hash-slh-dsa")
    yield {
      form: { scheme: own.scheme === "hash-ml-dsa" ? "ml-dsa" : "slh-dsa", hash: own.hash },
      instead: "as the pure form, where the identifier says the pre-hashed one",
    }
  const rsa = own?.scheme === "rsa-pkcs1" || own?.scheme === "rsa-pss" || method === AUTH_METHOD.RSA_SIGNATURE || unsaid
  if (rsa)
    for (const hash of HASHES) {
      yield { form: { scheme: "rsa-pkcs1", hash }, instead: `as RSASSA-PKCS1-v1_5 with ${hash}` }
      for (const saltBytes of new Set([own?.pss?.saltBytes ?? 20, 20, 32, 48, 64, 0]))
        yield {
          form: { scheme: "rsa-pss", hash, pss: { hash, mgfHash: hash, saltBytes } },
          instead: `as RSASSA-PSS with ${hash} and a salt of ${saltBytes} octets`,
        }
    }
  if (own?.scheme === "ecdsa" || unsaid)
    for (const hash of HASHES) yield { form: { scheme: "ecdsa", hash }, instead: `as ECDSA with ${hash}` }
}

const DIGESTS = ["sha1", "sha2-256", "sha2-384", "sha2-512"] as const

/** r|s of fixed length under RFC 7427, or DER under the methods of RFC 4754: each the other's form. */
function rawEcdsa(
  provider: CryptoProvider,
  spki: Uint8Array,
  octets: Uint8Array,
  { signature, method, data }: Authentication,
): Mistake | undefined {
  const old = method >= AUTH_METHOD.ECDSA_P256 && method <= AUTH_METHOD.ECDSA_P521
  if (!old && signature?.algorithm.scheme !== "ecdsa") return undefined
  for (const id of DIGESTS) {
    const hash = provider.hash[id]
    if (!hash || !provider.verify.ecdsa(spki, hash(octets), signature?.value ?? data, old ? "der" : "raw")) continue
    return old
      ? {
          id: "auth-ecdsa-der",
          rfc: "RFC 4754 §7",
          rule: "the signature is the concatenation of r and s",
          instead: `as a DER sequence of r and s with ${id.toUpperCase()}`,
        }
      : {
          id: "auth-ecdsa-raw",
          rfc: "RFC 7427 §A.3",
          rule: "the signature is an ECDSA-Sig-Value in DER",
          instead: `as r and s without DER, with ${id.toUpperCase()}`,
        }
  }
  return undefined
}
