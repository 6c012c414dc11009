/** Checks by their ids, as the tracker and the report have them: which of them prove what. */
import type { PerSide, Side } from "./peer.ts"

interface WithId {
  readonly id: string
}

/** Of AUTH in IKEv2, of HASH or SIG in IKEv1. */
const PROOFS: PerSide<readonly string[]> = {
  initiator: ["auth-initiator", "ikev1-hash-i", "ikev1-sig-i"],
  responder: ["auth-responder", "ikev1-hash-r", "ikev1-sig-r"],
}

/** Whether a check proves who a side is. */
export const isProofOf = (side: Side, { id }: WithId): boolean => PROOFS[side].includes(id)

export const isProof = (check: WithId): boolean => isProofOf("initiator", check) || isProofOf("responder", check)

/** Of who rekeys a group. RFC 6407 §4, RFC 9838 §2.4.1.1. */
const REKEY_PROOFS: readonly string[] = ["groupkey-push-sig", "gsa-rekey-auth"]

export const isRekeyProof = ({ id }: WithId): boolean => REKEY_PROOFS.includes(id)

/** Whether a check says that an IKEv2 message opens under its keys. */
export const isOpening = ({ id }: WithId): boolean => id === "sk-integrity"
