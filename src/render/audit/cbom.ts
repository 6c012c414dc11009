/** The audit as a Cryptography Bill of Materials: CycloneDX 1.6, `cryptographic-asset` components. https://cyclonedx.org/capabilities/cbom/ */
import { sha256 } from "@noble/hashes/sha2.js"
import type { AuditResult, CertificatePosture, ProofPosture, TunnelPosture } from "../../audit/types.ts"
import { utf8 } from "../../bytes/bytes.ts"
import { toHex } from "../../bytes/hex.ts"
import { safeJson } from "../../bytes/safe-json.ts"
import { safeText } from "../../bytes/safe-text.ts"
import type { Report } from "../../report/types.ts"
import {
  type AlgorithmProperties,
  cipherProperties,
  keyExchangeProperties,
  macProperties,
  prfProperties,
  signatureProperties,
} from "./cbom-algorithms.ts"
import { proofText } from "./words.ts"

interface Component {
  readonly type: "cryptographic-asset"
  readonly "bom-ref": string
  readonly name: string
  readonly cryptoProperties: object
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
}

export function auditCbom({ tunnels }: AuditResult, report: Report, version: string): string {
  const bom = new Bom()
  for (const t of tunnels) bom.tunnel(t)
  const components = [...bom.components.values()]
  const body = {
    metadata: {
      tools: { components: [{ type: "application", name: "ikedump", version }] },
      properties: report.captures.map(c => ({ name: "ikedump:capture", value: safeText(c.path) })),
    },
    components,
    dependencies: [...bom.dependencies].map(([ref, on]) => ({ ref, dependsOn: [...on] })),
  }
  const cbom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  }
  return `${safeJson(cbom, 2)}\n`
}

/** The same BOM has the same number. RFC 9562 §5.8. */
function uuidOf(text: string): string {
  const bytes = sha256(utf8(text)).slice(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

class Bom {
  readonly components = new Map<string, Component>()
  readonly dependencies = new Map<string, Set<string>>()

  tunnel(t: TunnelPosture): void {
    const ends = `${t.initiator} - ${t.responder}`
    const transforms = {
      ...this.#list("encr", [t.names.encr], cipherProperties),
      ...this.#list("integ", [t.names.integ], macProperties),
      ...this.#list("prf", [t.names.prf], prfProperties),
      ...this.#list("ke", t.names.ke, keyExchangeProperties),
      ...this.#auth(t.proofs),
    }
    this.#protocol(
      `protocol/ike/${t.id}`,
      `IKEv${t.version[0]} ${ends}`,
      { type: "ike", version: t.version, transforms },
      t,
    )
    for (const certificate of t.certificates) this.#certificate(certificate)
    for (const [i, suite] of t.child_suites.entries()) {
      const [protocol, ...names] = suite.split(" ")
      const ciphers = protocol === "ESP" ? names.slice(0, 1) : []
      const child = {
        ...this.#list("encr", ciphers, cipherProperties),
        ...this.#list("integ", names.slice(ciphers.length), macProperties),
        ...this.#list("ke", t.child_key_exchange, keyExchangeProperties),
        ...(t.esn === "all" || t.esn === "none" ? { esn: t.esn === "all" } : {}),
      }
      this.#protocol(
        `protocol/ipsec/${t.id}/${i}`,
        `${protocol} ${ends}`,
        { type: "ipsec", version: protocol, transforms: child },
        t,
      )
    }
  }

  #protocol(
    ref: string,
    name: string,
    { type, version, transforms }: { readonly type: string; readonly version: string; readonly transforms: object },
    t: TunnelPosture,
  ): void {
    const refs = Object.values(transforms).flatMap((v): string[] => (Array.isArray(v) ? v : []))
    const properties = [
      { name: "ikedump:tunnel", value: t.id },
      { name: "ikedump:first_time", value: t.first_time },
      { name: "ikedump:last_time", value: t.last_time },
      { name: "ikedump:quantum", value: t.quantum },
    ]
    this.components.set(ref, {
      type: "cryptographic-asset",
      "bom-ref": ref,
      name: safeText(name),
      cryptoProperties: {
        assetType: "protocol",
        protocolProperties: { type, version, ikev2TransformTypes: transforms },
      },
      properties,
    })
    this.dependencies.set(ref, new Set(refs))
  }

  /** References to algorithms under a member's name; no member for an empty list. */
  #list(member: string, names: readonly (string | null)[], of: (name: string) => AlgorithmProperties): object {
    const refs = [...new Set(names.flatMap(n => (n === null ? [] : [this.#algorithm(member, n, of(n))])))]
    return refs.length > 0 ? { [member]: refs } : {}
  }

  #algorithm(role: string, name: string, algorithmProperties: AlgorithmProperties): string {
    const ref = `algorithm/${role}/${name}`
    if (!this.components.has(ref))
      this.components.set(ref, {
        type: "cryptographic-asset",
        "bom-ref": ref,
        name: safeText(name),
        cryptoProperties: { assetType: "algorithm", algorithmProperties },
      })
    return ref
  }

  /** Signatures are algorithms; what both sides share is key material. */
  #auth(proofs: readonly ProofPosture[]): object {
    const refs = proofs.map(p =>
      p.scheme === null
        ? this.#material(p.method)
        : this.#algorithm("auth", proofText(p), signatureProperties(p.scheme, p.rsa_bits, p.curve)),
    )
    return refs.length > 0 ? { auth: [...new Set(refs)] } : {}
  }

  #material(method: string): string {
    const ref = `material/${method}`
    const type = method === "pre-shared key" ? "secret-key" : method.startsWith("EAP") ? "credential" : "other"
    if (!this.components.has(ref))
      this.components.set(ref, {
        type: "cryptographic-asset",
        "bom-ref": ref,
        name: safeText(method),
        cryptoProperties: { assetType: "related-crypto-material", relatedCryptoMaterialProperties: { type } },
      })
    return ref
  }

  #certificate(c: CertificatePosture): void {
    const ref = `certificate/${c.fingerprint}`
    if (this.components.has(ref)) return
    const dates = {
      ...(c.not_before === "" ? {} : { notValidBefore: c.not_before }),
      ...(c.not_after === "" ? {} : { notValidAfter: c.not_after }),
    }
    this.components.set(ref, {
      type: "cryptographic-asset",
      "bom-ref": ref,
      name: safeText(c.subject === "" ? c.fingerprint : c.subject),
      cryptoProperties: {
        assetType: "certificate",
        certificateProperties: {
          subjectName: safeText(c.subject),
          issuerName: safeText(c.issuer),
          ...dates,
          certificateFormat: "X.509",
        },
      },
      properties: [
        { name: "ikedump:key", value: safeText(c.key) },
        { name: "ikedump:signature", value: safeText(c.signature) },
      ],
    })
  }
}
