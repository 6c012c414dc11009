/** Nonces that are short or come again, key exchange values, SPIs and IVs used twice, packets replayed. RFC 7296 §2.10, §2.12, RFC 5116 §3.1. */
import { prfByName } from "../../crypto/prf.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { firstFrame, type RuleContext, source } from "../context.ts"
import type { Reuse } from "../reuse.ts"
import type { TunnelData } from "../tunnel.ts"
import { plural } from "../words.ts"

/** RFC 7296 §2.10: at least so long whatever the PRF. */
const MIN_NONCE = 16
/** RFC 2409 §5. */
const MIN_NONCE_V1 = 8

export function auditReuse(context: RuleContext): void {
  for (const sa of context.tunnel.sas) auditNonces(context, sa)
  for (const sa of context.tunnel.sas)
    for (const reuse of context.scope.index.reuses.get(sa) ?? []) reportReuse(context, reuse)
  for (const sa of context.tunnel.sas) reportForeseen(context, sa)
  auditSpis(context)
  for (const data of context.tunnel.data) auditPackets(context, data)
}

function auditNonces(context: RuleContext, sa: IkeSa): void {
  const prf = sa.version === 2 && sa.choice?.names.prf ? prfByName(sa.choice.names.prf) : undefined
  const least = sa.version === 1 ? MIN_NONCE_V1 : Math.max(MIN_NONCE, Math.ceil((prf?.keyBytes ?? 0) / 2))
  const short = context.facts(sa).nonces.filter(n => n.bytes < least)
  if (short.length === 0) return
  const shortest = Math.min(...short.map(n => n.bytes))
  const why =
    least > MIN_NONCE ? `half the key of ${sa.choice?.names.prf} are ${least}` : `at least ${least} are required`
  context.report({
    rule: "short-nonce",
    severity: "medium",
    message: `nonces are as short as ${shortest} octets: ${why}`,
    advice: "update the peer that sends them: keys are as fresh as its nonces",
    objects: [sa.id],
    frames: short.map(n => n.frame),
    sources: [sa.version === 1 ? source("RFC 2409", "§5", "1998-11") : source("RFC 7296", "§2.10", "2014-10")],
  })
}

function reportReuse(context: RuleContext, { what, sa, firstSa, frames, samePeer }: Reuse): void {
  const objects = [...new Set([firstSa.id, sa.id])]
  const elsewhere = firstSa === sa ? "in this SA" : `in ${firstSa.id}`
  // Requests that nobody answered make no keys.
  const agreed = sa.choice !== null && firstSa.choice !== null
  // One attempt after another under one SPI says the same again: a COOKIE, another group asked for.
  const { firstUnder } = context.scope.index
  if (!agreed && firstUnder(sa) === firstUnder(firstSa)) return
  if (what === "nonce")
    context.report({
      rule: "nonce-reused",
      severity: agreed ? "high" : "low",
      message: `a nonce stood ${elsewhere} before: keys may come again, and the random numbers of ${samePeer ? "the peer" : "both peers"} are in doubt`,
      advice:
        "find out why the random number generator repeats itself (clones of a virtual machine, no entropy at boot), and replace keys made with it",
      objects,
      frames,
      sources: [source("RFC 7296", "§2.10", "2014-10")],
    })
  else if (what === "key exchange")
    context.report({
      rule: "key-exchange-reused",
      severity: agreed ? (samePeer ? "medium" : "high") : "info",
      message: samePeer
        ? `a key exchange value stood ${elsewhere} before: a stolen private value opens every SA made with it`
        : `a key exchange value of another peer stood ${elsewhere} before: both have one private value, or one was copied`,
      advice: "make a new value for every exchange",
      objects,
      frames,
      sources: [source("RFC 7296", "§2.12", "2014-10"), source("RFC 6989", "§2", "2013-07")],
    })
  else {
    const encr = sa.choice?.encr
    const fatal = encr?.aead !== undefined || /ctr/.test(encr?.cipher ?? "")
    context.report({
      rule: "iv-reused",
      severity: fatal ? "critical" : "medium",
      message: fatal
        ? `an IV of ${sa.choice?.names.encr} is used twice under one key of the IKE SA: both messages can be read and new ones forged`
        : `an IV of ${sa.choice?.names.encr} is used twice under one key of the IKE SA: equal beginnings show`,
      advice: "replace this implementation, and take what the SA carried for known",
      objects,
      frames,
      sources: [source("RFC 5282", "§3.1", "2008-08"), source("RFC 7296", "§3.14", "2014-10")],
    })
  }
}

function reportForeseen(context: RuleContext, sa: IkeSa): void {
  const { foreseen } = context.facts(sa)
  if (foreseen.length === 0) return
  const sides = [...new Set(foreseen.map(f => f.from))].sort()
  context.report({
    rule: "iv-predictable",
    severity: "medium",
    message: `${plural(foreseen.length, "IV")} of ${sa.choice?.names.encr} from the ${sides.join(" and the ")} could be foretold from the message before: its last block, or its IV counted on; senders "MUST select a new unpredictable IV for every message"`,
    advice: "update that peer: who chooses what it sends can test guesses of what it sent before",
    objects: [sa.id],
    frames: foreseen.map(f => f.frame),
    sources: [source("RFC 7296", "§3.14", "2014-10")],
  })
}

/** SPIs that two SAs of one peer share: 64 and 32 random bits do not meet by chance. */
function auditSpis(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    const other = context.scope.index.firstUnder(sa)
    if (other === sa || other.spiR === sa.spiR || sa.choice === null || other.choice === null) continue
    // The same message captured twice is no second choice.
    if (other.exchanges[0]?.messages[0]?.digest === sa.exchanges[0]?.messages[0]?.digest) continue
    context.report({
      rule: "spi-reused",
      severity: "low",
      message: `the initiator chose the SPI ${sa.spiI} for ${other.id} too: SPIs should be random`,
      advice: "look whether the initiator was restarted from a copy, and whether its random numbers repeat",
      objects: [other.id, sa.id],
      frames: [firstFrame(other), firstFrame(sa)],
      sources: [source("RFC 7296", "§2.6", "2014-10")],
    })
  }
}

function auditPackets(context: RuleContext, data: TunnelData): void {
  const { report, results } = data
  const reused = results.reduce((n, r) => n + r.ivReused, 0)
  if (reused > 0)
    context.report({
      rule: "iv-reused",
      severity: "critical",
      message: `${plural(reused, "packet")} of ${report.protocol} ${report.spi} repeat an IV under one key: their content can be read, and new packets forged`,
      advice:
        "stop using the peer that sends them (restored from a snapshot? broken offload?), and take what the SA carried for known",
      objects: [report.id],
      frames: results.flatMap(r => r.ivReuseFrames),
      sources: [source("RFC 5116", "§3.1", "2008-01"), source("RFC 4106", "§3.1", "2005-06")],
    })
  const replays = results.reduce((n, r) => n + r.replays, 0)
  const again = Math.max(replays, report.sequence.duplicate)
  if (again > 0)
    context.report({
      rule: "replayed-packets",
      severity: "low",
      message: `${plural(again, "packet")} of ${report.protocol} ${report.spi} repeat a sequence number: replayed, or doubled by the network`,
      advice: "make sure that the receiver's anti-replay window is on, and see where the copies come from",
      objects: [report.id],
      frames: results.some(r => r.replayFrames.length > 0) ? results.flatMap(r => r.replayFrames) : [data.firstFrame],
      sources: [source(report.protocol === "AH" ? "RFC 4302" : "RFC 4303", "§3.4.3", "2005-12")],
    })
}
