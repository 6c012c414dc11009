/** Names in DER, as identities and certificate requests carry them. RFC 2407 §4.6.2.11, RFC 7296 §3.5. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { describeGeneralName } from "../../pki/extensions.ts"
import { dnText } from "../../pki/name.ts"

/** X.501 Name is a CHOICE of one; Wireshark's field holds that choice, which it numbers 0. */
const RDN_SEQUENCE = 0
export const NAME_CHOICE = { name: (n: number) => (n === RDN_SEQUENCE ? "rdnSequence" : undefined) }

/** The text of a name, wherever it stands. */
export const dnField = field("isakmp.dn", "Distinguished Name", { kind: "text" })

/**
 * Takes the rest of the window as a Name: `shown` with the choice, and the text (RFC 4514) inside it, which is returned.
 * Undefined, and nothing taken, when it is not a Name.
 */
export function decodeDistinguishedName(c: Cursor, shown: Field): string | undefined {
  const name = dnText(c.src.bytes.subarray(c.pos, c.end))
  if (name === undefined) return undefined
  c.window(
    shown,
    c.left,
    c.limit,
    d => {
      d.note(dnField, d.pos, d.end, name)
      d.pos = d.end
    },
    RDN_SEQUENCE,
  )
  return name
}

/** The data of an identity that is a distinguished name. */
export function distinguishedName(c: Cursor, shown: Field): string {
  const text = decodeDistinguishedName(c, shown)
  if (text === undefined) throw c.invalid(shown, c.pos, "ID_DER_ASN1_DN that is not a Name in DER")
  return text
}

/** The data of an identity that is a general name. */
export function generalName(c: Cursor, shown: Field): string {
  const text = describeGeneralName(c.src.bytes.subarray(c.pos, c.end))?.value
  if (text === undefined) throw c.invalid(shown, c.pos, "ID_DER_ASN1_GN that is not a GeneralName in DER")
  c.note(shown, c.pos, c.end, text)
  c.pos = c.end
  return text
}
