/** Every rule of the audit, in the order of reading. Each looks at one tunnel. */
import type { RuleContext } from "../context.ts"
import { auditAlgorithms } from "./algorithms.ts"
import { auditAuthentication } from "./authentication.ts"
import { auditCertificates } from "./certificates.ts"
import { auditData } from "./data.ts"
import { auditDowngrade } from "./downgrade.ts"
import { auditGroups } from "./group.ts"
import { auditIntegrity } from "./integrity.ts"
import { auditLifetimes } from "./lifetimes.ts"
import { auditOffers } from "./offers.ts"
import { auditProtocol } from "./protocol.ts"
import { auditQuantum } from "./quantum.ts"
import { auditReuse } from "./reuse.ts"

export const RULES: readonly ((context: RuleContext) => void)[] = [
  auditProtocol,
  auditAlgorithms,
  auditOffers,
  auditAuthentication,
  auditCertificates,
  auditGroups,
  auditIntegrity,
  auditReuse,
  auditLifetimes,
  auditData,
  auditDowngrade,
  auditQuantum,
]
