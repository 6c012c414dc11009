/** What a G-IKEv2 message hands out: the data SAs and the rekey SA of its GSA payload, with keys that were unwrapped out of KD. RFC 9838 §4.4-4.5. */
import { spiOf } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { attributeNumber } from "../ike/shared/attribute.ts"
import type { GroupSecurityAssociation } from "../ike/v2/group-policy.ts"
import type { KeyDownload } from "../ike/v2/key-download.ts"
import type { Proposal } from "../ike/v2/security-association.ts"
import { childKeyLengths } from "../keys/keymat-v2.ts"
import { split } from "../keys/prf-plus.ts"
import { GROUP_WIDE_POLICY_ATTRIBUTE } from "../registry/ikev2/group-wide-policy-attributes.ts"
import { MEMBER_KEY_BAG_ATTRIBUTE } from "../registry/ikev2/member-key-bag-attributes.ts"
import { SECURITY_PROTOCOL } from "../registry/ikev2/security-protocols.ts"
import { TRANSFORM_TYPE } from "../registry/ikev2/transform-types.ts"
import type { ChildSa } from "./child-sa.ts"
import { fitting, type GroupSignature, groupChild, type Handed, type RekeyKeys } from "./group.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { Moment } from "./moment.ts"
import { selectorOf } from "./selector.ts"
import { childSuiteOf } from "./suite.ts"

type Policy = GroupSecurityAssociation["policies"][number]

/** Bytes of the key of a key wrap algorithm; one that is absent is not computed. RFC 9838 §4.4.2.1.2. */
export const WRAP_KEY_BYTES: Readonly<Record<number, number>> = { 1: 16, 2: 24, 3: 32 }

/** Where keys come from, and what they come for. */
export interface Download {
  readonly sa: IkeSa
  readonly download: KeyDownload
  readonly at: { readonly frame: number; readonly time: Moment }
  readonly nextId: () => string
  /** Keying material of an SA. */
  readonly materialOf: (protocol: number, spi: Uint8Array) => Uint8Array | undefined
  /** How messages under the SA that this one follows are signed: the policy of a rekey does not say it again. */
  readonly before: GroupSignature | undefined
}

export function handedOutV2({ policies }: GroupSecurityAssociation, d: Download): Handed {
  const data: ChildSa[] = []
  const rekeys: RekeyKeys[] = []
  let senderIdBits: number | null = null
  for (const policy of policies) {
    if (policy.protocol === SECURITY_PROTOCOL.ESP || policy.protocol === SECURITY_PROTOCOL.AH)
      data.push(dataSa(policy, d))
    else if (policy.protocol === SECURITY_PROTOCOL.GIKE_UPDATE) rekeys.push(...rekeySa(policy, d))
    else if (policy.protocol === 0) {
      const bits = policy.attributes.find(a => a.type === GROUP_WIDE_POLICY_ATTRIBUTE.GWP_SENDER_ID_BITS)
      senderIdBits = (bits && attributeNumber(bits.value)) ?? null
    }
  }
  const member = d.download.bags.filter(b => b.protocol === 0).flatMap(b => b.attributes)
  const senderIds = member
    .filter(a => a.type === MEMBER_KEY_BAG_ATTRIBUTE.GM_SENDER_ID)
    .flatMap(a => attributeNumber(a.value) ?? [])
  return { data, rekeys, senderIds, senderIdBits }
}

const proposalOf = ({ protocol, spi, transforms }: Policy): Proposal => ({
  start: 0,
  end: 0,
  last: 0,
  number: 0,
  protocol,
  spi,
  transforms,
})

function dataSa(policy: Policy, { sa, at, nextId, materialOf }: Download): ChildSa {
  const suite = childSuiteOf(proposalOf(policy))
  const material = materialOf(policy.protocol, policy.spi)
  const [key, integKey] = material ? split(material, childKeyLengths(suite)) : []
  const [source, destination] = [policy.source, policy.destination].map(s => (s ? [s] : []))
  return groupChild(
    {
      id: nextId(),
      ike: sa.id,
      protocol: policy.protocol === SECURITY_PROTOCOL.AH ? "AH" : "ESP",
      // "If the Data-Security SAs are created in tunnel mode": nothing says so but the packets.
      mode: "tunnel",
      ...suite,
      selectors: { i: source.map(selectorOf), r: destination.map(selectorOf) },
    },
    spiOf(policy.spi),
    key && integKey ? fitting(suite, { key, integKey }) : null,
    at,
    "RFC 9838 §3.4",
  )
}

/** GSK_e | GSK_a | GSK_w = KEYMAT. RFC 9838 §3.4. */
function rekeySa(policy: Policy, { materialOf, download, before }: Download): RekeyKeys[] {
  const { encr, integ } = childSuiteOf(proposalOf(policy))
  const material = materialOf(policy.protocol, policy.spi)
  const transform = (type: number) => policy.transforms.find(t => t.type === type)
  const algorithm = transform(TRANSFORM_TYPE.KWA)?.id ?? 0
  if (!encr || !material) return []
  const lengths = [...childKeyLengths({ encr, integ }), WRAP_KEY_BYTES[algorithm] ?? 0]
  const [key, integKey, wrapKey] = split(material, lengths)
  if (material.length !== lengths[0] + lengths[1] + lengths[2]) return []
  const form = transform(TRANSFORM_TYPE.GCAUTH)?.signature
  const spki = download.bags
    .filter(b => b.protocol === 0)
    .flatMap(b => b.attributes)
    .find(a => a.type === MEMBER_KEY_BAG_ATTRIBUTE.AUTH_KEY)
    ?.value.slice()
  const signature = form ? { form, spki } : before && { ...before, spki: spki ?? before.spki }
  return [{ spi: toHex(policy.spi), encr, integ, key, integKey, signature, wrap: { algorithm, key: wrapKey } }]
}
