/** Payload types of IKEv1; the alias is the RFC's notation in exchanges. */
import { registry } from "../registry.ts"

/** ISAKMP Next Payload Types. RFC 2408 §3.1, RFC 3947, RFC 6407. */
export const PAYLOAD_TYPE = registry(
  "ISAKMP Next Payload Types",
  {
    NONE: [0, "RFC 2408", { name: "No Next Payload", alias: "NONE" }],
    SA: [1, "RFC 2408", { name: "Security Association", alias: "SA" }],
    PROPOSAL: [2, "RFC 2408", { name: "Proposal", alias: "P" }],
    TRANSFORM: [3, "RFC 2408", { name: "Transform", alias: "T" }],
    KE: [4, "RFC 2408", { name: "Key Exchange", alias: "KE" }],
    ID: [5, "RFC 2408", { name: "Identification", alias: "ID" }],
    CERT: [6, "RFC 2408", { name: "Certificate", alias: "CERT" }],
    CR: [7, "RFC 2408", { name: "Certificate Request", alias: "CR" }],
    HASH: [8, "RFC 2408", { name: "Hash", alias: "HASH" }],
    SIG: [9, "RFC 2408", { name: "Signature", alias: "SIG" }],
    NONCE: [10, "RFC 2408", { name: "Nonce", alias: "Nonce" }],
    NOTIFICATION: [11, "RFC 2408", { name: "Notification", alias: "N" }],
    DELETE: [12, "RFC 2408", { name: "Delete", alias: "D" }],
    VENDOR_ID: [13, "RFC 2408", { name: "Vendor ID", alias: "VID" }],
    ATTR: [14, "draft-dukes-ike-mode-cfg", { name: "Attributes", alias: "ATTR" }],
    SAK: [15, "RFC 6407", { name: "SA KEK Payload", alias: "SAK" }],
    SAT: [16, "RFC 6407", { name: "SA TEK Payload", alias: "SAT" }],
    KD: [17, "RFC 6407", { name: "Key Download", alias: "KD" }],
    SEQ: [18, "RFC 6407", { name: "Sequence Number", alias: "SEQ" }],
    POP: [19, "RFC 3547", { name: "Proof of Possession", alias: "POP", status: "obsolete" }],
    NAT_D: [20, "RFC 3947", { name: "NAT-D" }],
    NAT_OA: [21, "RFC 3947", { name: "NAT-OA" }],
    GAP: [22, "RFC 6407", { name: "Group Associated Policy", alias: "GAP" }],
    SK: [128, "GM/T 0022", { name: "Symmetric Key", alias: "SK", status: "private" }],
    NAT_D_DRAFT: [130, "draft-ietf-ipsec-nat-t-ike-03", { name: "NAT-D (draft)", alias: "NAT-D", status: "private" }],
    NAT_OA_DRAFT: [
      131,
      "draft-ietf-ipsec-nat-t-ike-03",
      { name: "NAT-OA (draft)", alias: "NAT-OA", status: "private" },
    ],
    FRAG: [132, "Cisco", { name: "Cisco Fragmentation", alias: "FRAG", status: "private" }],
    // As the isakmp crate of snx-rs has them.
    MACHINE_CERT: [246, "Check Point", { name: "Machine Certificate", alias: "MCERT", status: "private" }],
    MACHINE_SIG: [249, "Check Point", { name: "Machine Signature", alias: "MSIG", status: "private" }],
  },
  [
    [33, 54, "Used by IKEv2"],
    [128, 255, "Private Use"],
  ],
)

/** Exchanges that GDOI shares numbers with: GROUPKEY-PULL is 32 as Quick Mode, GROUPKEY-PUSH 33 as New Group Mode. RFC 6407 §3, §4. */
export const isGdoiExchange = (exchangeType: number): boolean => exchangeType === 0 || exchangeType >= 32

/** Outside GDOI's exchanges drafts 04 to 08 of NAT traversal use its numbers. draft-ietf-ipsec-nat-t-ike-08 §9. */
const DRAFT_NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [PAYLOAD_TYPE.SAK, "NAT-D (draft)"],
  [PAYLOAD_TYPE.SAT, "NAT-OA (draft)"],
])

/** Names of payload types in exchanges that are not GDOI's. */
export const NOT_GDOI = {
  name: (type: number): string | undefined => DRAFT_NAMES.get(type) ?? PAYLOAD_TYPE.name(type),
}
