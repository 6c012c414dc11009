/** Algorithms by the report's names as CycloneDX describes them: primitive, mode, parameter set, security levels. */
import { encryptionBits, isPostQuantum, keyExchangeBits } from "../../audit/strength.ts"

/** `algorithmProperties` of CycloneDX 1.6. */
export interface AlgorithmProperties {
  readonly primitive: string
  readonly parameterSetIdentifier?: string
  readonly curve?: string
  readonly mode?: string
  readonly padding?: string
  readonly cryptoFunctions: readonly string[]
  readonly classicalSecurityLevel?: number
  /** NIST's categories 1 to 5; 0 for what a quantum computer breaks. */
  readonly nistQuantumSecurityLevel?: number
}

const MODES: readonly string[] = ["cbc", "ctr", "gcm", "ccm"]
/** AES is the yardstick of NIST's categories 1, 3 and 5. */
const AES_LEVEL: Readonly<Record<number, number>> = { 128: 1, 192: 3, 256: 5 }

export function cipherProperties(name: string): AlgorithmProperties {
  const bits = encryptionBits(name)
  const mode = MODES.find(m => name.toLowerCase().includes(`-${m}`))
  const ae = mode === "gcm" || mode === "ccm" || name.startsWith("CHACHA20")
  return {
    primitive: bits === undefined ? "other" : ae ? "ae" : "block-cipher",
    ...(bits === undefined ? {} : { parameterSetIdentifier: String(bits), classicalSecurityLevel: bits }),
    ...(mode ? { mode } : {}),
    cryptoFunctions: ae ? ["encrypt", "decrypt", "tag"] : ["encrypt", "decrypt"],
    ...(name.startsWith("AES-") && bits !== undefined ? { nistQuantumSecurityLevel: AES_LEVEL[bits] ?? 0 } : {}),
  }
}

/** `HMAC-SHA2-256-128`: the last number is what is left of the MAC. */
export const macProperties = (name: string): AlgorithmProperties => ({
  primitive: "mac",
  parameterSetIdentifier: /-(\d+)$/.exec(name)?.[1] ?? name,
  cryptoFunctions: ["tag"],
})

export const prfProperties = (): AlgorithmProperties => ({ primitive: "kdf", cryptoFunctions: ["keyderive"] })

const KEM_LEVEL: Readonly<Record<string, number>> = { "512": 1, "768": 3, "1024": 5 }

export function keyExchangeProperties(name: string): AlgorithmProperties {
  const bits = keyExchangeBits(name)
  const number = /(\d+)/.exec(name.replace(/^ML-KEM/, ""))?.[1]
  if (isPostQuantum(name))
    return {
      primitive: "kem",
      ...(number ? { parameterSetIdentifier: number } : {}),
      cryptoFunctions: ["encapsulate", "decapsulate"],
      ...(bits === undefined ? {} : { classicalSecurityLevel: bits }),
      ...(name.startsWith("ML-KEM") && number ? { nistQuantumSecurityLevel: KEM_LEVEL[number] } : {}),
    }
  const curve = curveOf(name)
  return {
    primitive: "key-agree",
    ...(curve ? { curve } : number ? { parameterSetIdentifier: number } : {}),
    cryptoFunctions: ["keyderive"],
    ...(bits === undefined ? {} : { classicalSecurityLevel: bits }),
    nistQuantumSecurityLevel: 0,
  }
}

function curveOf(name: string): string | undefined {
  const ecp = /^ECP-(\d+)$/.exec(name)
  if (ecp) return `nist/P-${ecp[1]}`
  const brainpool = /^BRAINPOOL-P(\d+)R1$/.exec(name)
  if (brainpool) return `brainpool/brainpoolP${brainpool[1]}r1`
  return name === "X25519" ? "other/Curve25519" : name === "X448" ? "other/Curve448" : undefined
}

/** A signature by its parts, as `ProofPosture` has them. */
export function signatureProperties(scheme: string, bits: number | null, curve: string | null): AlgorithmProperties {
  const mlDsa = /^ML-DSA-(\d+)$/.exec(scheme)?.[1]
  return {
    primitive: "signature",
    ...(bits === null ? {} : { parameterSetIdentifier: String(bits) }),
    ...(mlDsa ? { parameterSetIdentifier: mlDsa } : {}),
    ...(curve === null ? {} : { curve }),
    ...(scheme === "RSASSA-PKCS1-v1_5" ? { padding: "pkcs1v15" } : {}),
    cryptoFunctions: ["sign", "verify"],
    nistQuantumSecurityLevel: mlDsa
      ? ({ "44": 2, "65": 3, "87": 5 }[mlDsa] ?? 0)
      : scheme.startsWith("SLH-DSA")
        ? 1
        : 0,
  }
}
