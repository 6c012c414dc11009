/** What a GDOI message hands out: the data SAs of its SA TEKs and the rekey SA of its SA KEK, with their keys out of KD. RFC 6407 §5.2-5.6. */
import { equal, spiOf, u16At } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { encrOfEspV1, encrOfIkev1 } from "../crypto/encr.ts"
import { integOfAhV1, integOfEspV1 } from "../crypto/integ.ts"
import { attributeNumber } from "../ike/shared/attribute.ts"
import { bytesOf, numberOf } from "../ike/v1/attributes.ts"
import type { GdoiIdentity } from "../ike/v1/gdoi-id.ts"
import { type GroupPolicy, memberOf } from "../ike/v1/group-policy.ts"
import { type IdentificationV1, identificationOf } from "../ike/v1/identification.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import type { KeyDownload } from "../ike/v1/key-download.ts"
import { type SaKek, saKek } from "../ike/v1/sa-kek.ts"
import { type SaTek, saTek } from "../ike/v1/sa-tek.ts"
import type { SignatureHash } from "../pki/oids.ts"
import { IKE_ENCR } from "../registry/ikev1/ike-encr.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { KEK_ALGORITHM } from "../registry/ikev1/kek-algorithms.ts"
import { KEK_ATTRIBUTE } from "../registry/ikev1/kek-attributes.ts"
import { KEK_KEY_ATTRIBUTE } from "../registry/ikev1/kek-key-attributes.ts"
import { KEY_DOWNLOAD_TYPE } from "../registry/ikev1/key-download-types.ts"
import { LKH_ATTRIBUTE } from "../registry/ikev1/lkh-attributes.ts"
import { SAT_PROTOCOL_ID } from "../registry/ikev1/sat-protocol-ids.ts"
import { SID_ATTRIBUTE } from "../registry/ikev1/sid-attributes.ts"
import { SIG_ALGORITHM } from "../registry/ikev1/sig-algorithms.ts"
import { SIG_HASH_ALGORITHM } from "../registry/ikev1/sig-hash-algorithms.ts"
import { TEK_KEY_ATTRIBUTE } from "../registry/ikev1/tek-key-attributes.ts"
import { TRANS_AH } from "../registry/ikev1/trans-ah.ts"
import type { ChildSa } from "./child-sa.ts"
import { fitting, type GroupSignature, groupChild, type Handed, type RekeyKeys } from "./group.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { Moment } from "./moment.ts"
import { TRANSPORT_MODES } from "./quick-mode.ts"
import { selectorOfId } from "./selector.ts"
import { espEncrNameV1 } from "./suite.ts"

/** A KEK_ALGORITHM as a cipher of phase 1, whose modes they have. RFC 6407 §5.3.3. */
const KEK_CIPHER: Readonly<Record<number, number>> = {
  [KEK_ALGORITHM.KEK_ALG_DES]: IKE_ENCR.DES_CBC,
  [KEK_ALGORITHM.KEK_ALG_3DES]: IKE_ENCR.TRIPLE_DES_CBC,
  [KEK_ALGORITHM.KEK_ALG_AES]: IKE_ENCR.AES_CBC,
}

const SIG_HASH = new Map<number | undefined, SignatureHash>([
  [SIG_HASH_ALGORITHM.SIG_HASH_MD5, "MD5"],
  [SIG_HASH_ALGORITHM.SIG_HASH_SHA1, "SHA1"],
  [SIG_HASH_ALGORITHM.SIG_HASH_SHA256, "SHA2-256"],
  [SIG_HASH_ALGORITHM.SIG_HASH_SHA384, "SHA2-384"],
  [SIG_HASH_ALGORITHM.SIG_HASH_SHA512, "SHA2-512"],
])

/** LKH: version, count, reserved; then of each key its ID, type, reserved, two dates, a handle. RFC 6407 §5.6.3.1. */
const LKH_HEADER_BYTES = 4
const LKH_KEY_BYTES = 16

type Packets = KeyDownload["packets"]

/** `nextId` gives ids for data SAs. */
export function handedOutV1(
  sa: IkeSa,
  policy: GroupPolicy,
  download: KeyDownload,
  at: { readonly frame: number; readonly time: Moment },
  nextId: () => string,
): Handed {
  const { packets } = download
  const data: ChildSa[] = []
  const rekeys: RekeyKeys[] = []
  for (const member of policy.payloads) {
    const tek = memberOf(member, saTek)
    const kek = memberOf(member, saKek)
    if (tek) data.push(...dataSa(sa, tek, packets, at, nextId))
    if (kek) rekeys.push(...rekeySa(kek, packets))
  }
  return { data, rekeys, ...sendersOf(packets) }
}

function dataSa(
  sa: IkeSa,
  { protocol, ipsec }: SaTek,
  packets: Packets,
  at: { readonly frame: number; readonly time: Moment },
  nextId: () => string,
): ChildSa[] {
  if (!ipsec) return []
  const ah = protocol === SAT_PROTOCOL_ID.GDOI_PROTO_IPSEC_AH
  const a = ipsecAttributes(ipsec)
  const encr = ah ? undefined : encrOfEspV1(ipsec.transformId, a.keyLength)
  const integ = ah
    ? integOfAhV1(ipsec.transformId)
    : a.authAlg === undefined || encr?.aead
      ? undefined
      : integOfEspV1(a.authAlg)
  const integName = ah
    ? TRANS_AH.alias(ipsec.transformId)
    : a.authAlg === undefined
      ? null
      : IPSEC_AUTH_ALG.alias(a.authAlg)
  const found = packets.find(p => p.type === KEY_DOWNLOAD_TYPE.TEK && equal(p.spi, ipsec.spi))
  const key = found && bytesOf(found.attributes, TEK_KEY_ATTRIBUTE.TEK_ALGORITHM_KEY)
  const integKey = found && bytesOf(found.attributes, TEK_KEY_ATTRIBUTE.TEK_INTEGRITY_KEY)
  const source = idOf(ipsec.source, ipsec.ipProtocol)
  const destination = idOf(ipsec.destination, ipsec.ipProtocol)
  const child = groupChild(
    {
      id: nextId(),
      ike: sa.id,
      protocol: ah ? "AH" : "ESP",
      mode: a.encapMode !== undefined && TRANSPORT_MODES.includes(a.encapMode) ? "transport" : "tunnel",
      suite: {
        encr: ah ? null : espEncrNameV1(ipsec.transformId, a.keyLength),
        integ: integ?.name ?? integName,
        ke: [],
        esn: a.esn,
      },
      encr,
      integ,
      selectors: { i: [selectorOfId(source)], r: [selectorOfId(destination)] },
    },
    spiOf(ipsec.spi),
    found ? fitting({ encr, integ }, { key: key?.slice() ?? EMPTY, integKey: integKey?.slice() ?? EMPTY }) : null,
    at,
    "RFC 6407 §5.6.1",
  )
  return [child]
}

const EMPTY = new Uint8Array(0)

const idOf = ({ type, port, data }: GdoiIdentity, protocol: number): IdentificationV1 =>
  identificationOf(type, protocol, port, data)

function rekeySa({ spi, attributes }: SaKek, packets: Packets): RekeyKeys[] {
  const cipher = KEK_CIPHER[numberOf(attributes, KEK_ATTRIBUTE.KEK_ALGORITHM) ?? 0]
  const encr =
    cipher === undefined ? undefined : encrOfIkev1(cipher, numberOf(attributes, KEK_ATTRIBUTE.KEK_KEY_LENGTH))
  const mine = packets.filter(p => toHex(p.spi) === toHex(spi))
  const kek = mine.find(p => p.type === KEY_DOWNLOAD_TYPE.KEK)
  const lkh = mine.find(p => p.type === KEY_DOWNLOAD_TYPE.LKH)
  const material =
    (kek && bytesOf(kek.attributes, KEK_KEY_ATTRIBUTE.KEK_ALGORITHM_KEY)) ??
    (lkh && rootOf(bytesOf(lkh.attributes, LKH_ATTRIBUTE.LKH_DOWNLOAD_ARRAY)))
  if (!encr || !material) return []
  // "an explicit IV MUST be included in the KEK_ALGORITHM_KEY before the actual key": servers leave it out too.
  const explicit = material.length >= encr.blockBytes + encr.keyBytes ? encr.blockBytes : 0
  if (material.length < explicit + encr.keyBytes) return []
  const spki =
    (kek && bytesOf(kek.attributes, KEK_KEY_ATTRIBUTE.SIG_ALGORITHM_KEY)) ??
    (lkh && bytesOf(lkh.attributes, LKH_ATTRIBUTE.SIG_ALGORITHM_KEY))
  return [
    {
      spi: toHex(spi),
      encr,
      key: material.slice(explicit, explicit + encr.keyBytes),
      iv: explicit > 0 ? material.slice(0, explicit) : new Uint8Array(encr.blockBytes),
      signature: signatureOf(attributes, spki?.slice()),
    },
  ]
}

/** The key at the root, which stands last: that of the whole group. */
function rootOf(array: Uint8Array | undefined): Uint8Array | undefined {
  if (!array || array.length < LKH_HEADER_BYTES) return undefined
  const count = u16At(array, 1)
  const size = (array.length - LKH_HEADER_BYTES) / count
  // All keys of a tree are of one algorithm.
  if (!Number.isInteger(size) || size <= LKH_KEY_BYTES) return undefined
  return array.subarray(array.length - size + LKH_KEY_BYTES)
}

function signatureOf(attributes: SaKek["attributes"], spki: Uint8Array | undefined): GroupSignature | undefined {
  const algorithm = numberOf(attributes, KEK_ATTRIBUTE.SIG_ALGORITHM)
  const hash = SIG_HASH.get(numberOf(attributes, KEK_ATTRIBUTE.SIG_HASH_ALGORITHM))
  switch (algorithm) {
    case undefined:
      return undefined
    case SIG_ALGORITHM.SIG_ALG_RSA:
      return { form: { scheme: "rsa-pkcs1", hash }, spki }
    case SIG_ALGORITHM.SIG_ALG_DSS:
      return { form: { scheme: "dsa", hash: hash ?? "SHA1" }, spki }
    // With the curve comes the hash. RFC 4754 §5, RFC 6407 §5.3.7.
    case SIG_ALGORITHM.SIG_ALG_ECDSA_256:
      return { form: { scheme: "ecdsa", hash: hash ?? "SHA2-256" }, spki }
    case SIG_ALGORITHM.SIG_ALG_ECDSA_384:
      return { form: { scheme: "ecdsa", hash: hash ?? "SHA2-384" }, spki }
    case SIG_ALGORITHM.SIG_ALG_ECDSA_521:
      return { form: { scheme: "ecdsa", hash: hash ?? "SHA2-512" }, spki }
    default:
      return { form: { scheme: "ecdsa", hash }, spki }
  }
}

/** RFC 6407 §5.6.4. */
function sendersOf(packets: Packets): Pick<Handed, "senderIds" | "senderIdBits"> {
  const attributes = packets.filter(p => p.type === KEY_DOWNLOAD_TYPE.SID).flatMap(p => p.attributes)
  return {
    senderIds: attributes.filter(a => a.type === SID_ATTRIBUTE.SID_VALUE).flatMap(a => attributeNumber(a.value) ?? []),
    senderIdBits: numberOf(attributes, SID_ATTRIBUTE.NUMBER_OF_SID_BITS) ?? null,
  }
}
