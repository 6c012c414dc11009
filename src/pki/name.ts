/** X.501 distinguished names as RFC 4514 text. */
import { toHex } from "../bytes/hex.ts"
import { attempt, type Der, parseDer } from "./der.ts"
import { ATTRIBUTE_OID } from "./oids.ts"

/** RFC 4514 text (last RDN first) of a DER Name, as ID_DER_ASN1_DN carries it. Undefined when it is malformed. */
export const dnText = (der: Uint8Array): string | undefined => attempt(() => nameText(parseDer(der)))

/** The common name of a DER Name, the last one where it has several. Undefined without one, or when it is malformed. */
export const commonName = (der: Uint8Array): string | undefined =>
  attempt(() => {
    const attributes = parseDer(der).items.flatMap(rdn => rdn.items)
    return attributes.findLast(a => ATTRIBUTE_OID.get(a.at(0).oid) === "CN")?.at(1).string
  })

/** How many RDNs a DER Name has. Undefined when it is malformed. */
export const rdnCount = (der: Uint8Array): number | undefined => attempt(() => parseDer(der).items.length)

/** RFC 4514 text of a Name. Throws when the node is not a Name. */
export const nameText = (name: Der): string =>
  name.items
    .map(rdn => rdn.items.map(attributeText).join("+"))
    .reverse()
    .join(",")

function attributeText(attribute: Der): string {
  const type = attribute.at(0).oid
  const value = attribute.at(1)
  const text = value.string
  const known = ATTRIBUTE_OID.get(type)
  // RFC 4514 §2.4: a type without a short name has its value as #hex of the BER.
  return known && text !== undefined ? `${known}=${escapeValue(text)}` : `${known ?? type}=#${toHex(value.der)}`
}

/** RFC 4514 §2.4. */
const escapeValue = (text: string): string =>
  text
    .replace(/["+,;<>\\]/g, "\\$&")
    .replace(/\u0000/g, "\\00")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ")
