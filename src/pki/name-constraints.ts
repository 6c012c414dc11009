/** Name constraints: which names an authority may certify. RFC 5280 §4.2.1.10. */
import { equal } from "../bytes/bytes.ts"
import { attempt, type Der, latin1, parseDer } from "./der.ts"
import { type GeneralName, generalNames } from "./extensions.ts"
import { nameText } from "./name.ts"

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

/** What a certificate names. */
export interface CertifiedNames {
  readonly subject: string
  readonly subjectDer: Uint8Array
  readonly subjectAltNames: readonly GeneralName[]
}

/** Reads the extension's value: [0] permitted and [1] excluded subtrees. Throws when it is malformed. */
export function nameConstraints(value: Der): NameConstraints {
  const subtrees = (tag: number): GeneralName[] => {
    const list = value.items.find(i => i.context === tag)
    return list ? list.items.flatMap(subtree => generalNames(subtree)) : []
  }
  return { permitted: subtrees(0), excluded: subtrees(1) }
}

/** A name of the certificate that the constraints do not allow, with what forbids it; undefined when all are allowed. */
export function violatedName(cert: CertifiedNames, { permitted, excluded }: NameConstraints): string | undefined {
  for (const name of namesOf(cert)) {
    const forbidden = excluded.find(e => e.type === name.type && isWithin(name, e))
    if (forbidden) return `${name.value} is within the excluded ${forbidden.value || "all"}`
    const same = permitted.filter(p => p.type === name.type)
    if (same.length > 0 && !same.some(p => isWithin(name, p)))
      return `${name.value} is not within ${same.map(p => p.value).join(", ")}`
  }
  return undefined
}

/** The subject, its e-mail addresses where no subjectAltName has one, and the subjectAltNames. */
function namesOf(cert: CertifiedNames): GeneralName[] {
  const names = [...cert.subjectAltNames]
  if (cert.subject !== "") names.push({ type: "directoryName", value: cert.subject, bytes: cert.subjectDer })
  if (!cert.subjectAltNames.some(n => n.type === "rfc822Name")) names.push(...mailboxesOf(cert))
  return names
}

const EMAIL_ADDRESS = "1.2.840.113549.1.9.1"

const mailboxesOf = (cert: CertifiedNames): GeneralName[] =>
  attempt(() =>
    parseDer(cert.subjectDer)
      .items.flatMap(rdn => rdn.items)
      .filter(a => a.at(0).oid === EMAIL_ADDRESS)
      .map((a): GeneralName => ({ type: "rfc822Name", value: a.at(1).string ?? "", bytes: a.at(1).content })),
  ) ?? []

/** Whether a name lies in a subtree of its type. Types without rules here lie in no subtree but their own equal. */
function isWithin(name: GeneralName, tree: GeneralName): boolean {
  switch (name.type) {
    case "dNSName":
      return isHostWithin(latin1(name.bytes), latin1(tree.bytes))
    case "rfc822Name":
      return isMailboxWithin(latin1(name.bytes), latin1(tree.bytes))
    case "uri":
      return isUriWithin(latin1(name.bytes), latin1(tree.bytes))
    case "iPAddress":
      return isAddressWithin(name.bytes, tree.bytes)
    case "directoryName":
      return isNameWithin(name.bytes, tree.bytes)
    default:
      return equal(name.bytes, tree.bytes)
  }
}

/** `example.org` covers itself and what stands left of it; with a point in front only the latter. */
function isHostWithin(host: string, tree: string): boolean {
  const [h, t] = [host.toLowerCase(), tree.toLowerCase()]
  if (t === "") return true
  return t.startsWith(".") ? h.endsWith(t) : h === t || h.endsWith(`.${t}`)
}

/** A whole mailbox, all mailboxes of one host, or with a point in front those of a domain's hosts. */
function isMailboxWithin(mailbox: string, tree: string): boolean {
  const at = mailbox.lastIndexOf("@")
  const host = mailbox.slice(at + 1).toLowerCase()
  const t = tree.toLowerCase()
  if (tree.includes("@")) {
    const split = tree.lastIndexOf("@")
    return mailbox.slice(0, at) === tree.slice(0, split) && host === t.slice(split + 1)
  }
  return t === "" || (t.startsWith(".") ? host.endsWith(t) : host === t)
}

function isUriWithin(uri: string, tree: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]*)/i.exec(uri)?.[1].toLowerCase() ?? ""
  const t = tree.toLowerCase()
  return t.startsWith(".") ? host.endsWith(t) : host === t
}

/** The tree is an address and a mask. */
function isAddressWithin(address: Uint8Array, tree: Uint8Array): boolean {
  const size = tree.length / 2
  return address.length === size && address.every((b, i) => (b & tree[size + i]) === (tree[i] & tree[size + i]))
}

/** The tree is the beginning of the name. Names compare without regard to string types, letter case and runs of blanks (§7.1). */
function isNameWithin(name: Uint8Array, tree: Uint8Array): boolean {
  const [rdns, prefix] = [name, tree].map(n => attempt(() => parseDer(n).items.map(rdnKey)))
  return rdns !== undefined && prefix?.every((rdn, i) => rdns[i] === rdn) === true
}

const rdnKey = (rdn: Der): string => nameOfRdn(rdn).toLowerCase().replace(/\s+/g, " ")

function nameOfRdn(rdn: Der): string {
  return rdn.items
    .map(a => `${a.at(0).oid}=${a.at(1).string ?? nameText(rdn)}`)
    .sort()
    .join("+")
}
