/** Values of the certificate extensions that IKE looks at. RFC 5280 §4.2, RFC 4945 §5. */
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import { toHex } from "../bytes/hex.ts"
import { attempt, type Der, latin1, parseDer } from "./der.ts"
import { nameText } from "./name.ts"
import { KEY_PURPOSE_OID } from "./oids.ts"

export type GeneralNameType =
  | "otherName"
  | "rfc822Name"
  | "dNSName"
  | "x400Address"
  | "directoryName"
  | "ediPartyName"
  | "uri"
  | "iPAddress"
  | "registeredID"

export interface GeneralName {
  readonly type: GeneralNameType
  /** As people read it: text, an address, RFC 4514 text; hex for the rest. */
  readonly value: string
  /** The name without its context tag: address octets, text bytes; for directoryName the DER of the Name. */
  readonly bytes: Uint8Array
}

const GENERAL_NAME_TYPE: readonly GeneralNameType[] = [
  "otherName",
  "rfc822Name",
  "dNSName",
  "x400Address",
  "directoryName",
  "ediPartyName",
  "uri",
  "iPAddress",
  "registeredID",
]

/** One GeneralName, as ID_DER_ASN1_GN carries it. Undefined when it is malformed. */
export const describeGeneralName = (der: Uint8Array): GeneralName | undefined =>
  attempt(() => generalName(parseDer(der))[0])

/** GeneralNames. RFC 5280 §4.2.1.6. */
export const generalNames = (node: Der): GeneralName[] => node.items.flatMap(generalName)

function generalName(node: Der): GeneralName[] {
  const type = GENERAL_NAME_TYPE[node.context ?? -1]
  if (!type) return []
  if (type === "directoryName") {
    const name = node.at(0)
    return [{ type, value: nameText(name), bytes: name.der }]
  }
  const bytes = node.content
  return [{ type, value: generalNameText(type, bytes), bytes }]
}

function generalNameText(type: GeneralNameType, bytes: Uint8Array): string {
  if (type === "rfc822Name" || type === "dNSName" || type === "uri") return latin1(bytes)
  if (type === "iPAddress" && bytes.length === 4) return ipv4Text(bytes)
  if (type === "iPAddress" && bytes.length === 16) return ipv6Text(bytes)
  return toHex(bytes)
}

/** RFC 5280 §4.2.1.3, by bit. */
const KEY_USAGE = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const

export const keyUsage = (node: Der): string[] => {
  const bits = node.bits
  return KEY_USAGE.filter((_, i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0)
}

export const extendedKeyUsage = (node: Der): string[] => node.items.map(i => KEY_PURPOSE_OID.get(i.oid) ?? i.oid)
