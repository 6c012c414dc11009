/** The keys file of ikedump: JSON, strict, so that a mistake is reported and never costs a secret silently. `schemas/keys.schema.json`. */
import { utf8 } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import { encrOfLength, integKeyBytes, isEncrName, isIntegName, keyFault } from "../algorithm-names.ts"
import { SecretsError } from "../errors.ts"
import { JsonError, type JsonNode, parseJson } from "../json.ts"
import type { Pool } from "../pool.ts"
import { IKE_SECRET_NAMES, type IkeSecretName } from "../secrets.ts"
import { takeTlsLine } from "./sslkeylog.ts"

/** Reads the file that a path in `private_keys` or `certificates` names, as PEM; undefined when there is none. */
export type PemReader = (path: string, what: "PRIVATE KEY" | "CERTIFICATE") => string | undefined

/** Reads a keys file into `pool`. Throws SecretsError, which names the member and the line. */
export function readNative(text: string, pool: Pool, readPem?: PemReader): void {
  let node: JsonNode
  try {
    node = parseJson(text)
  } catch (e) {
    if (!(e instanceof JsonError)) throw e
    throw new SecretsError(`not valid JSON: ${e.message}`, pool.file, e.line)
  }
  new Native(pool, readPem).file(node)
}

/** AES-GCM with 128 bits, and its salt. */
const TICKET_KEY_BYTES = 20

/** Members of a keys file. */
export const MEMBERS = [
  "ikedump_keys",
  "psks",
  "dh_private",
  "dh_shared",
  "skeyseed",
  "ppks",
  "private_keys",
  "certificates",
  "ike_sas",
  "child_sas",
  "sim_keys",
  "tls_keys",
  "ticket_keys",
] as const
const IKE_TEXTS = ["spi_i", "spi_r", "version", "encr", "integ", "prf"] as const
const IKE_MEMBERS: readonly string[] = [...IKE_TEXTS, ...IKE_SECRET_NAMES]
const CHILD_MEMBERS = ["protocol", "spi", "source", "destination", "encr", "key", "integ", "integ_key", "esn", "seq_hi"]
/** Keys that an AEAD or NULL leaves empty. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["sk_ai", "sk_ar", "sk_ei", "sk_er"])

/** Whether a text is a JSON object that begins like a keys file, with its marker or with one of its lists. */
export const looksNative = (text: string): boolean =>
  new RegExp(`^\\s*\\{\\s*"(?:${MEMBERS.join("|")})"\\s*:`).test(text) || text.includes('"ikedump_keys"')

class Native {
  constructor(
    private readonly pool: Pool,
    private readonly readPem?: PemReader,
  ) {}

  file(node: JsonNode): void {
    const root = this.object(node, "", MEMBERS)
    const version = root.get("ikedump_keys")
    if (!version && root.size === 0)
      throw this.fault(node, "ikedump_keys", 'is missing: a keys file begins with "ikedump_keys": 1')
    if (version && version.value !== 1)
      throw this.fault(version, "ikedump_keys", "must be 1, the only version there is")
    const { pool } = this
    this.each(root, "psks", (n, m) => this.labelled(n, m, (value, id) => pool.psk(value, n.line, id)))
    this.each(root, "ppks", (n, m) => this.labelled(n, m, (value, id) => pool.ppk(value, n.line, id)))
    this.each(root, "dh_private", (n, m) => pool.dhPrivate(this.hex(n, m, 1), n.line))
    this.each(root, "dh_shared", (n, m) => pool.dhShared(this.hex(n, m, 1), n.line))
    this.each(root, "skeyseed", (n, m) => pool.skeyseed(this.hex(n, m, 1), n.line))
    this.each(root, "private_keys", (n, m) => pool.privateKey(this.pem(n, m, "PRIVATE KEY"), n.line))
    this.each(root, "certificates", (n, m) => pool.certificate(this.pem(n, m, "CERTIFICATE"), n.line))
    this.each(root, "ike_sas", (n, m) => this.ikeSa(n, m))
    this.each(root, "child_sas", (n, m) => this.childSa(n, m))
    this.each(root, "sim_keys", (n, m) => this.simKey(n, m))
    this.each(root, "ticket_keys", (n, m) => pool.ticketKey(this.sized(n, m, TICKET_KEY_BYTES), n.line))
    this.each(root, "tls_keys", (n, m) => {
      if (typeof n.value !== "string" || !takeTlsLine(pool, n.value, n.line))
        throw this.fault(n, m, "is no line of a TLS key log: label, client random, secret")
    })
  }

  private labelled(node: JsonNode, member: string, add: (value: Uint8Array, id?: string) => void): void {
    if (typeof node.value === "string") {
      add(utf8(node.value))
      return
    }
    const entry = this.object(node, member, ["secret", "id"])
    const secret = entry.get("secret")
    const at = `${member}.secret`
    if (!secret) throw this.fault(node, at, "is missing")
    const id = entry.get("id")
    const idText = id && this.text(id, `${member}.id`)
    add(typeof secret.value === "string" ? utf8(secret.value) : this.hexMember(secret, at), idText)
  }

  private hexMember(node: JsonNode, member: string): Uint8Array {
    const hex = this.object(node, member, ["hex"]).get("hex")
    if (!hex) throw this.fault(node, `${member}.hex`, "is missing")
    return this.hex(hex, `${member}.hex`, 0)
  }

  private ikeSa(node: JsonNode, member: string): void {
    const entry = this.object(node, member, IKE_MEMBERS)
    const values: Partial<Record<IkeSecretName, Uint8Array>> = {}
    for (const name of IKE_SECRET_NAMES) {
      const given = entry.get(name)
      if (!given) continue
      const value = this.hex(given, `${member}.${name}`, MAY_BE_EMPTY.has(name) ? 0 : 1)
      if (value.length > 0) values[name] = value
    }
    const [spiI, spiR] = (["spi_i", "spi_r"] as const).map(n => {
      const given = entry.get(n)
      return given && this.digits(given, `${member}.${n}`, 16)
    })
    const [version, encr, integ, prf] = (["version", "encr", "integ", "prf"] as const).map(n => {
      const given = entry.get(n)
      return given && this.text(given, `${member}.${n}`)
    })
    if (version !== undefined && version !== "1.0" && version !== "2.0")
      throw this.fault(entry.get("version") ?? node, `${member}.version`, 'must be "1.0" or "2.0"')
    this.knownNames(node, member, encr, integ)
    for (const name of ["sk_ei", "sk_er"] as const)
      this.encrLength(entry.get(name), `${member}.${name}`, encr, values[name])
    for (const name of ["sk_ai", "sk_ar"] as const)
      this.integLength(entry.get(name), `${member}.${name}`, integ, values[name])
    for (const name of ["nonce_i", "nonce_r"] as const)
      this.nonceLength(entry.get(name), `${member}.${name}`, values[name])
    this.pool.ikeSa({ spiI, spiR, values, version, encr, integ, prf }, node.line)
  }

  private childSa(node: JsonNode, member: string): void {
    const entry = this.object(node, member, CHILD_MEMBERS)
    const text = (n: string) => {
      const given = entry.get(n)
      return given && this.text(given, `${member}.${n}`)
    }
    const hex = (n: string) => {
      const given = entry.get(n)
      return given ? this.hex(given, `${member}.${n}`, 0) : new Uint8Array()
    }
    const protocol = text("protocol") ?? "ESP"
    if (protocol !== "ESP" && protocol !== "AH")
      throw this.fault(entry.get("protocol") ?? node, `${member}.protocol`, 'must be "ESP" or "AH"')
    const spi = entry.get("spi")
    const esnNode = entry.get("esn")
    const esn = esnNode?.value
    if (esnNode && typeof esn !== "boolean") throw this.fault(esnNode, `${member}.esn`, "must be true or false")
    const seqHi = entry.get("seq_hi")
    const encr = text("encr")
    const integ = text("integ")
    const key = hex("key")
    const integKey = hex("integ_key")
    this.knownNames(node, member, encr, integ)
    this.encrLength(entry.get("key") ?? node, `${member}.key`, encr, key)
    this.integLength(entry.get("integ_key") ?? node, `${member}.integ_key`, integ, integKey)
    this.pool.childSa(
      {
        protocol,
        spi: spi && Number.parseInt(this.digits(spi, `${member}.spi`, 8), 16),
        source: text("source")?.toLowerCase(),
        destination: text("destination")?.toLowerCase(),
        encr,
        integ,
        key,
        integKey,
        esn: typeof esn === "boolean" ? esn : undefined,
        seqHi: seqHi && Number.parseInt(this.digits(seqHi, `${member}.seq_hi`, 8), 16),
      },
      node.line,
    )
  }

  /** K with OP or OPc, or CK and IK, of 16 bytes each; or the Kc of GSM, of 8. */
  private simKey(node: JsonNode, member: string): void {
    const entry = this.object(node, member, ["k", "op", "opc", "ck", "ik", "kc"])
    const key = (name: string): Uint8Array | undefined => {
      const given = entry.get(name)
      return given && this.sized(given, `${member}.${name}`, 16)
    }
    const kc: Uint8Array[] = []
    this.each(entry, "kc", (n, m) => kc.push(this.sized(n, `${member}.${m}`, 8)))
    const secret = { k: key("k"), op: key("op"), opc: key("opc"), ck: key("ck"), ik: key("ik") }
    const whole = (secret.k && (secret.op || secret.opc)) || (secret.ck && secret.ik) || kc.length > 0
    if (!whole) throw this.fault(node, member, "needs k with op or opc, or ck with ik, or kc")
    this.pool.simKey({ ...secret, kc: kc.length > 0 ? kc : undefined }, node.line)
  }

  private sized(node: JsonNode, member: string, bytes: number): Uint8Array {
    const value = this.hex(node, member, 1)
    if (value.length !== bytes) throw this.fault(node, member, `has ${value.length} bytes instead of ${bytes}`)
    return value
  }

  private knownNames(node: JsonNode, member: string, encr?: string, integ?: string): void {
    if (encr !== undefined && !isEncrName(encr))
      this.pool.note(
        "warning",
        `${member}.encr is not the name of an encryption algorithm that ikedump knows`,
        node.line,
      )
    if (integ !== undefined && !isIntegName(integ))
      this.pool.note(
        "warning",
        `${member}.integ is not the name of an integrity algorithm that ikedump knows`,
        node.line,
      )
  }

  private encrLength(node: JsonNode | undefined, member: string, encr?: string, key?: Uint8Array): void {
    if (!node || !encr || !key || !isEncrName(encr)) return
    const named = encrOfLength(encr, key.length)
    if (!named || named.saltMissing) throw this.fault(node, member, keyFault(encr, key.length))
  }

  private integLength(node: JsonNode | undefined, member: string, integ?: string, key?: Uint8Array): void {
    const bytes = integ === undefined ? undefined : integKeyBytes(integ)
    if (!node || !key || bytes === undefined || key.length === bytes) return
    throw this.fault(node, member, `has ${key.length} bytes, ${integ} takes ${bytes}`)
  }

  /** RFC 7296 §3.9: 16 to 256 bytes; RFC 2408 §3.13 and RFC 2409 §5: 8 to 256. */
  private nonceLength(node: JsonNode | undefined, member: string, value?: Uint8Array): void {
    if (!node || !value || (value.length >= 8 && value.length <= 256)) return
    throw this.fault(node, member, `has ${value.length} bytes, a nonce has 8 to 256`)
  }

  private object(node: JsonNode, member: string, allowed: readonly string[]): ReadonlyMap<string, JsonNode> {
    if (!(node.value instanceof Map)) throw this.fault(node, member, "must be an object")
    let place = 0
    for (const [name, child] of node.value) {
      place++
      if (allowed.includes(name)) continue
      // Only a slip of a known name is quoted: anything else may be a secret that was typed into the wrong place.
      const hint = near(name, allowed)
      throw this.fault(child, join(member, hint ? safeName(name) : `member ${place}`), `is not known here${hint}`)
    }
    return node.value
  }

  private each(root: ReadonlyMap<string, JsonNode>, member: string, read: (n: JsonNode, member: string) => void): void {
    const node = root.get(member)
    if (!node) return
    if (!Array.isArray(node.value)) throw this.fault(node, member, "must be an array")
    node.value.forEach((n, i) => {
      read(n, `${member}[${i}]`)
    })
  }

  private text(node: JsonNode, member: string): string {
    if (typeof node.value !== "string") throw this.fault(node, member, "must be a string")
    return node.value
  }

  private hex(node: JsonNode, member: string, least: number): Uint8Array {
    const text = this.text(node, member)
    if (!/^[0-9a-fA-F]*$/.test(text)) throw this.fault(node, member, "is not hexadecimal")
    const bytes = fromHex(text)
    if (!bytes) throw this.fault(node, member, "has an odd number of hex digits")
    if (bytes.length < least) throw this.fault(node, member, "is empty")
    return bytes
  }

  private digits(node: JsonNode, member: string, digits: number): string {
    const text = this.text(node, member)
    if (text.length !== digits || !/^[0-9a-fA-F]*$/.test(text))
      throw this.fault(node, member, `must be ${digits} hex digits`)
    return text.toLowerCase()
  }

  private pem(node: JsonNode, member: string, what: "PRIVATE KEY" | "CERTIFICATE"): string {
    const text = this.text(node, member)
    if (text.includes("-----BEGIN ")) return text
    const read = this.readPem?.(text, what)
    if (read === undefined) throw this.fault(node, member, "is neither PEM text nor a file that can be read")
    if (!read.includes("-----BEGIN ")) throw this.fault(node, member, "names a file that holds no PEM")
    return read
  }

  private fault(node: JsonNode, member: string, why: string): SecretsError {
    return new SecretsError(`${member || "the keys file"} ${why}`, this.pool.file, node.line, member || undefined)
  }
}

const join = (member: string, name: string): string => (member ? `${member}.${name}` : name)

/** A member name fit for a message: people paste secrets in odd places, so nothing that is no plain short name is quoted. */
const safeName = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_-]{0,23}$/.test(name) && !/^[0-9a-fA-F]{8,}$/.test(name) ? name : "(a member)"

/** `: did you mean "…"` for a name one or two letters off. */
function near(name: string, allowed: readonly string[]): string {
  const plain = (s: string) => s.toLowerCase().replace(/[^a-z]/g, "")
  const hit = allowed.find(
    a => plain(a) === plain(name) || plain(`${a}s`) === plain(name) || plain(a) === plain(`${name}s`),
  )
  return hit ? `: did you mean "${hit}"?` : ""
}
