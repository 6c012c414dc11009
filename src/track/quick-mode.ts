/** Quick Mode: the Child SAs that its first two messages make, and those that they replace. RFC 2409 §5.5. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { spiOf } from "../bytes/bytes.ts"
import { encrOfEspV1 } from "../crypto/encr.ts"
import { integOfAhV1, integOfEspV1 } from "../crypto/integ.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { type IdentificationV1, id as idPayload } from "../ike/v1/identification.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import type { ProposalV1 } from "../ike/v1/proposal.ts"
import { sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { ENCAP_MODE } from "../registry/ikev1/encap-mode.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import { TRANS_AH } from "../registry/ikev1/trans-ah.ts"
import { type ChildSa, installedBy } from "./child-sa.ts"
import type { EventV1 } from "./event.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import { otherSide, type Side } from "./peer.ts"
import type { Reading } from "./phase1.ts"
import { type Selector, type Selectors, selectorOfId, selectorOfPeer, selectorTexts } from "./selector.ts"
import { espEncrNameV1 } from "./suite.ts"
import { bodyOf } from "./v1-messages.ts"
import { MAX_QUICK, MAX_QUICK_TRANSFORMS, type QuickMessages } from "./v1-state.ts"
import type { WholeMessage } from "./whole.ts"

/** Encapsulation modes: transport, and its UDP forms. RFC 2407 §4.5, RFC 3947 §5.1. */
export const TRANSPORT_MODES: readonly number[] = [
  ENCAP_MODE.TRANSPORT,
  ENCAP_MODE.UDP_ENCAPSULATED_TRANSPORT,
  ENCAP_MODE.UDP_ENCAPSULATED_TRANSPORT_DRAFT,
]

/** Child SAs remembered as those that a new one may replace. */
const MAX_NEWEST = 65_536

export class QuickModes {
  readonly #newest = new BoundedMap<string, ChildSa>(MAX_NEWEST)

  /** `childId` gives the next id for a Child SA. */
  constructor(readonly childId: () => string) {}

  /** Quick Mode: SA, Ni, KE and IDs in its first two messages. RFC 2409 §5.5. */
  add(sa: IkeSa, { state, from, whole, events }: Reading, exchange: Exchange): void {
    const offer = find(whole.payloads, saPayload)
    if (!offer || offer.groupPolicy) return
    const quick = (state.quick ??= new BoundedMap(MAX_QUICK))
    const both = quick.get(exchange.messageId) ?? { transforms: 0 }
    if (from === exchange.startedBy) both.first = whole
    else both.second = whole
    both.transforms += transformsOf(whole)
    quick.set(exchange.messageId, both)
    const { first, second } = both
    if (!first || !second) {
      forgetLong(quick)
      return
    }
    quick.delete(exchange.messageId)
    this.#children({ sa, exchange, first, second }, events)
  }

  #children(quick: QuickMode, events: EventV1[]): void {
    const { first, second } = quick
    const ni = bodyOf(first, PAYLOAD_V1.NONCE)
    const nr = bodyOf(second, PAYLOAD_V1.NONCE)
    const offered = findAll(first.payloads, saPayload)
    const ki = bodyOf(first, PAYLOAD_V1.KE)
    const kr = bodyOf(second, PAYLOAD_V1.KE)
    findAll(second.payloads, saPayload).forEach((chosenSa, index) => {
      for (const chosen of chosenSa.proposals) {
        const t = chosen.transforms[0]
        if (!t || (chosen.protocol !== PROTOCOL_ID.PROTO_IPSEC_ESP && chosen.protocol !== PROTOCOL_ID.PROTO_IPSEC_AH))
          continue
        const mine =
          offered[index]?.proposals.find(p => p.number === chosen.number && p.protocol === chosen.protocol) ??
          offered[index]?.proposals.find(p => p.protocol === chosen.protocol)
        const group = ipsecAttributes(t).group
        const pair =
          ki && kr && group !== undefined
            ? { group, i: ki.bytes, r: kr.bytes, frameI: ki.frame, frameR: kr.frame }
            : null
        const replaces = this.#replacedBy(quick, chosen.protocol)
        const child = this.#childOf(quick, { chosen, transform: t, mine, pfs: pair !== null, replaces })
        this.#remember(quick.sa, child)
        const nonces = ni && nr && { ni: ni.bytes, nr: nr.bytes, frameI: ni.frame, frameR: nr.frame }
        events.push({ kind: "child", child, negotiation: nonces && { nonces, pair }, replaces })
      }
    })
  }

  #childOf(quick: QuickMode, { chosen, transform: t, mine, pfs, replaces }: ChosenTransform): ChildSa {
    const { sa, exchange, second } = quick
    const a = ipsecAttributes(t)
    const ah = chosen.protocol === PROTOCOL_ID.PROTO_IPSEC_AH
    const encr = ah ? undefined : encrOfEspV1(t.id, a.keyLength)
    const integ = ah ? integOfAhV1(t.id) : a.authAlg === undefined ? undefined : integOfEspV1(a.authAlg)
    const integName =
      integ?.name ?? (ah ? TRANS_AH.alias(t.id) : a.authAlg === undefined ? null : IPSEC_AUTH_ALG.alias(a.authAlg))
    return {
      id: this.childId(),
      ike: sa.id,
      protocol: ah ? "AH" : "ESP",
      startedBy: exchange.startedBy,
      spiI: mine ? spiOf(mine.spi) : null,
      spiR: spiOf(chosen.spi),
      mode: a.encapMode !== undefined && TRANSPORT_MODES.includes(a.encapMode) ? "transport" : "tunnel",
      suite: {
        encr: ah ? null : espEncrNameV1(t.id, a.keyLength),
        integ: integName,
        ke: pfs && a.group !== undefined ? [GROUP.alias(a.group)] : [],
        esn: a.esn,
      },
      encr,
      integ,
      selectors: selectorsOf(quick),
      pfs,
      rekeys: replaces?.id ?? null,
      ipcomp: [],
      ...installedBy(second.datagram),
    }
  }

  /** A newer SA for the same selectors between the same peers replaces the older, under whichever ISAKMP SA: IKEv1 has no REKEY_SA. */
  #replacedBy(quick: QuickMode, proto: number): ChildSa | undefined {
    const { sa, exchange, second } = quick
    const selectors = selectorsOf(quick)
    const protocol = proto === PROTOCOL_ID.PROTO_IPSEC_AH ? "AH" : "ESP"
    const purpose = purposeOf(sa, { protocol, selectors, startedBy: exchange.startedBy })
    const old = this.#newest.get(purpose)
    // SAs of one Quick Mode stand side by side.
    return old?.state === "installed" && old.frame !== second.datagram.frame ? old : undefined
  }

  #remember(sa: IkeSa, child: ChildSa): void {
    const key = purposeOf(sa, child)
    this.#newest.set(key, child)
  }
}

/** The first two messages of a Quick Mode. */
interface QuickMode {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly first: WholeMessage
  readonly second: WholeMessage
}

/** What the second message chose of a proposal, and the one that was offered for it. */
interface ChosenTransform {
  readonly chosen: ProposalV1
  readonly transform: TransformV1
  readonly mine: ProposalV1 | undefined
  readonly pfs: boolean
  readonly replaces: ChildSa | undefined
}

/** Selectors of a Quick Mode: its ID payloads, else the addresses of the peers. RFC 2409 §5.5. */
function selectorsOf({ sa, exchange, first, second }: QuickMode): Selectors {
  const [i, r] = clientIds({ first, second })
  if (i && r) return { i: [selectorOfId(i)], r: [selectorOfId(r)] }
  const peer = (side: Side) => [selectorOfPeer(sa.peer(side).address)]
  return { i: peer(exchange.startedBy), r: peer(otherSide(exchange.startedBy)) }
}

/** IDci and IDcr as answered, else as asked. RFC 2409 §5.5. */
function clientIds({ first, second }: Pick<QuickMode, "first" | "second">): readonly IdentificationV1[] {
  const ids = findAll(second.payloads, idPayload)
  return ids.length >= 2 ? ids : findAll(first.payloads, idPayload)
}

/** Peers, selectors and protocol, no matter which side asked. */
function purposeOf(sa: IkeSa, child: Pick<ChildSa, "protocol" | "selectors" | "startedBy">): string {
  const { i, r } = child.selectors
  const end = (side: Side, selectors: readonly Selector[]) =>
    `${sa.peer(side).address} ${sa.ids[side]?.value ?? ""} ${selectorTexts(selectors)}`
  const ends = [end(child.startedBy, i), end(otherSide(child.startedBy), r)]
  return [child.protocol, ...ends.sort()].join(" | ")
}

const transformsOf = ({ payloads }: WholeMessage): number =>
  findAll(payloads, saPayload).reduce((n, sa) => sa.proposals.reduce((m, p) => m + p.transforms.length, n), 0)

/** Forgets the oldest Quick Modes under way whose offers are too long together. */
function forgetLong(quick: BoundedMap<number, QuickMessages>): void {
  let transforms = [...quick.values()].reduce((n, both) => n + both.transforms, 0)
  for (const [id, both] of quick) {
    if (transforms <= MAX_QUICK_TRANSFORMS || quick.size === 1) return
    transforms -= both.transforms
    quick.delete(id)
  }
}
