/** `signature-parameters`: the AlgorithmIdentifier in front of a digital signature has the parameters of its algorithm. RFC 7427 §3 and appendix A. */
import type { SignatureAlgorithm } from "../pki/algorithm.ts"
import type { SignatureScheme } from "../pki/oids.ts"
import type { Side } from "../track/peer.ts"
import { type At, type CheckResult, fail } from "./check.ts"

interface Rule {
  readonly right: SignatureAlgorithm["parameters"]
  readonly rfc: string
  readonly rule: string
}

const OMITTED = "the encoding MUST omit the parameters field"
const ABSENT = "the parameters MUST be absent"
const RULES: Readonly<Partial<Record<SignatureScheme, Rule>>> = {
  "rsa-pkcs1": { right: "NULL", rfc: "RFC 4055 §5", rule: "the parameters MUST be NULL" },
  "rsa-pss": { right: "others", rfc: "RFC 4055 §3.1", rule: "the parameters field MUST be present" },
  ecdsa: { right: "none", rfc: "RFC 5758 §3.2", rule: OMITTED },
  dsa: { right: "none", rfc: "RFC 5758 §3.1", rule: OMITTED },
  ed25519: { right: "none", rfc: "RFC 8410 §3", rule: ABSENT },
  ed448: { right: "none", rfc: "RFC 8410 §3", rule: ABSENT },
  "ml-dsa": { right: "none", rfc: "RFC 9881 §2", rule: ABSENT },
  "slh-dsa": { right: "none", rfc: "RFC 9909 §3", rule: ABSENT },
}

/** Of a signature that holds: nothing where they are right. */
export function signatureParameters(algorithm: SignatureAlgorithm | undefined, from: Side, at: At): CheckResult[] {
  const wanted = algorithm?.scheme && RULES[algorithm.scheme]
  if (!wanted || algorithm.parameters === wanted.right) return []
  const seen = algorithm.parameters === "others" ? "parameters that it has none of" : SEEN[algorithm.parameters]
  const reason = `the signature of the ${from} holds, but its AlgorithmIdentifier, ${algorithm.name}, has ${seen}: a peer that compares its octets refuses it. ${wanted.rfc}: "${wanted.rule}"`
  return [fail("signature-parameters", wanted.rfc, at, reason)]
}

const SEEN = { none: "no parameters", NULL: "NULL as its parameters" }
