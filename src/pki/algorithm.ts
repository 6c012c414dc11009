/** AlgorithmIdentifiers of signatures and public keys. RFC 5280 §4.1.1.2, RFC 4055, RFC 7427 §3. */
import { attempt, type Der, parseDer, parseWhole } from "./der.ts"
import { CURVE_OID, HASH_OID, KEY_OID, SIGNATURE_OID, type SignatureHash, type SignatureScheme } from "./oids.ts"

/** RSASSA-PSS-params. RFC 4055 §3.1; SHA-1, MGF1 with SHA-1 and 20 bytes of salt where they are absent. */
interface PssParameters {
  readonly hash: SignatureHash | undefined
  readonly mgfHash: SignatureHash | undefined
  readonly saltBytes: number
}

export interface SignatureAlgorithm {
  /** Dotted object identifier. */
  readonly oid: string
  /** Its name, or the dotted text when it is unknown. */
  readonly name: string
  /** Undefined when the object identifier is unknown. */
  readonly scheme: SignatureScheme | undefined
  readonly hash: SignatureHash | undefined
  readonly pss?: PssParameters
  /** What stands behind the object identifier. */
  readonly parameters: "none" | "NULL" | "others"
  /** Bytes of the whole AlgorithmIdentifier. */
  readonly length: number
}

/** An AlgorithmIdentifier in DER, such as RFC 7427 puts before a signature. Undefined when it is malformed. */
export const parseAlgorithmIdentifier = (der: Uint8Array): SignatureAlgorithm | undefined =>
  attempt(() => signatureAlgorithm(parseDer(der)))

/** Tag of NULL. */
const NULL = 5

/** A signature's AlgorithmIdentifier. Throws when the node is none. */
export function signatureAlgorithm(node: Der): SignatureAlgorithm {
  const [id, parameters] = node.items
  const oid = node.at(0).oid
  const known = SIGNATURE_OID.get(id.oid)
  const base = {
    oid,
    name: known?.name ?? oid,
    scheme: known?.scheme,
    hash: known?.hash,
    parameters: parameters === undefined ? "none" : parameters.universal === NULL ? "NULL" : "others",
    length: node.der.length,
  } as const
  if (known?.scheme !== "rsa-pss") return base
  const pss = pssParameters(parameters)
  return { ...base, hash: pss.hash, pss }
}

function pssParameters(node: Der | undefined): PssParameters {
  const fields = new Map(node?.universal === 16 ? node.items.map(i => [i.context, i.at(0)]) : [])
  const hash = fields.get(0)
  const mgf = fields.get(1)
  return {
    hash: hash ? HASH_OID.get(hash.at(0).oid) : "SHA1",
    mgfHash: mgf ? HASH_OID.get(mgf.at(1).at(0).oid) : "SHA1",
    saltBytes: fields.get(2)?.small ?? 20,
  }
}

export interface PublicKeyInfo {
  /** `RSA`, `EC`, `Ed25519` …, or the dotted object identifier. */
  readonly algorithm: string
  readonly oid: string
  /** Bits of the modulus, the prime or the curve's field; undefined when unknown. */
  readonly bits: number | undefined
  readonly curve: string | undefined
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** Content of subjectPublicKey: RSAPublicKey in DER, an EC point, an EdDSA key. */
  readonly key: Uint8Array
}

/** A raw public key (RFC 7670), SubjectPublicKeyInfo in DER. Undefined when it is malformed. */
export const describePublicKey = (spki: Uint8Array): PublicKeyInfo | undefined =>
  attempt(() => publicKeyInfo(parseDer(spki)))

/** A SubjectPublicKeyInfo. Throws when the node is none. */
export function publicKeyInfo(node: Der): PublicKeyInfo {
  const algorithm = node.at(0)
  const oid = algorithm.at(0).oid
  const parameters = algorithm.items[1]
  const key = node.at(1).bits
  const name = KEY_OID.get(oid) ?? SIGNATURE_OID.get(oid)?.name ?? oid
  const curve =
    name === "EC" && parameters?.isOid ? (CURVE_OID.get(parameters.oid) ?? [parameters.oid, undefined]) : undefined
  return {
    algorithm: name,
    oid,
    bits: curve ? curve[1] : keyBits(name, key, parameters),
    curve: curve?.[0],
    spki: node.der,
    key,
  }
}

/** What verifying needs of a SubjectPublicKeyInfo that is all there is in `spki`: algorithm, parameters, whole octets of the key. */
export const readSpki = (spki: Uint8Array): { oid: string; parameters: Der | undefined; key: Uint8Array } | undefined =>
  attempt(() => {
    const node = parseWhole(spki)
    const [oid, parameters] = node.at(0).items
    const bits = node.at(1)
    const key = bits.bits
    return bits.content[0] === 0 ? { oid: oid.oid, parameters, key } : undefined
  })

function keyBits(name: string, key: Uint8Array, parameters: Der | undefined): number | undefined {
  if (name === "RSA" || name === "RSASSA-PSS") return attempt(() => bitLength(parseDer(key).at(0).integer))
  if (name === "DSA" || name === "DH") return attempt(() => parameters && bitLength(parameters.at(0).integer))
  return { Ed25519: 255, Ed448: 448, X25519: 255, X448: 448 }[name]
}

const bitLength = (n: Uint8Array): number => (n.length === 0 ? 0 : (n.length - 1) * 8 + (32 - Math.clz32(n[0])))
