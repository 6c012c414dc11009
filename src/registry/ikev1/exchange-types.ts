/** Exchange types of IKEv1; reports use these names. */
import { registry } from "../registry.ts"

/** What GDOI calls the numbers that it shares. RFC 6407 §3, §4. */
export const GDOI_EXCHANGES: ReadonlyMap<number, string> = new Map([
  [32, "GROUPKEY-PULL"],
  [33, "GROUPKEY-PUSH"],
])

/** ISAKMP Exchange Types. RFC 2408 §3.1, RFC 2409 Appendix A. */
export const EXCHANGE_TYPE = registry(
  "ISAKMP Exchange Types",
  {
    NONE: [0, "RFC 2408"],
    BASE: [1, "RFC 2408", { name: "Base" }],
    MAIN_MODE: [2, "RFC 2408", { name: "Identity Protection (Main Mode)" }],
    AUTHENTICATION_ONLY: [3, "RFC 2408", { name: "Authentication Only" }],
    AGGRESSIVE: [4, "RFC 2408", { name: "Aggressive" }],
    INFORMATIONAL: [5, "RFC 2408", { name: "Informational" }],
    TRANSACTION: [6, "draft-dukes-ike-mode-cfg", { name: "Transaction (Config Mode)" }],
    QUICK_MODE: [32, "RFC 2409", { name: "Quick Mode" }],
    NEW_GROUP_MODE: [33, "RFC 2409", { name: "New Group Mode" }],
    GROUPKEY_PUSH_ACK: [35, "RFC 8263", { name: "GROUPKEY-PUSH-ACK" }],
  },
  [
    [7, 31, "ISAKMP Future Use"],
    [32, 239, "DOI Specific Use"],
    [240, 255, "Private Use"],
  ],
)

/** Exchanges of phase 1, which begin an ISAKMP SA. RFC 2408 §4, RFC 2409 §5. */
export const PHASE_1: readonly number[] = [EXCHANGE_TYPE.BASE, EXCHANGE_TYPE.MAIN_MODE, EXCHANGE_TYPE.AGGRESSIVE]
