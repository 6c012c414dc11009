/** G-IKEv2 in the fold: what registrations and rekeys hand out, and the rekey SAs that follow from it. RFC 9838. */
import type { Message } from "../ike/message.ts"
import { find } from "../ike/shared/payload.ts"
import { sa as saPayload } from "../ike/v2/security-association.ts"
import { TRANSFORM_TYPE } from "../registry/ikev2/transform-types.ts"
import type { EventV2 } from "../track/event.ts"
import { isRekey, newGroup } from "../track/group.ts"
import { handedOutV2 } from "../track/group-v2.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { GroupUnlockV2, type WrapKey } from "../unlock/group-v2.ts"
import type { V2Unlock } from "../unlock/v2.ts"
import { verifyRekey } from "../verify/group-v2.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { takeHanded } from "./handed.ts"
import type { Whole } from "./notes-v2.ts"

type Handed = Extract<EventV2, { readonly kind: "handed" }>

export class GroupsV2 {
  readonly #unlock: GroupUnlockV2

  constructor(
    readonly context: FoldContext,
    readonly children: ChildUnlock,
    readonly keys: V2Unlock,
  ) {
    this.#unlock = new GroupUnlockV2(context.provider)
  }

  /** A key server sends under SPIs that it handed out: its messages belong to no negotiation. */
  recognize(sa: IkeSa, message: Message, frame: number): void {
    if (!isRekey(sa, message)) return
    sa.group ??= newGroup("rekey")
    if (sa.epochs.length === 0) this.#adopt(sa, frame)
  }

  /** Takes what a message hands out. Returns rekey SAs that are there already: what they hold may open now. */
  handed({ sa, whole }: Whole, { policy, download }: Handed): IkeSa[] {
    const { tracker } = this.context
    const wrap = this.#wrapKey(sa)
    const handed = handedOutV2(policy, {
      sa,
      download,
      at: whole.datagram,
      nextId: () => tracker.childId(),
      materialOf: wrap ? this.#unlock.unwrap(download, wrap) : () => undefined,
      before: this.#unlock.of(sa)?.keys.signature,
    })
    const live = takeHanded(sa, handed, this.children, this.context, keys => this.#unlock.learn(keys, sa))
    for (const rekey of live)
      if (rekey.group && rekey.epochs.length === 0) this.#adopt(rekey, rekey.exchanges[0]?.messages[0]?.frame ?? 0)
    return live
  }

  /** Checks of a message under a rekey SA. */
  verify({ sa, whole }: Whole): void {
    const known = this.#unlock.of(sa)
    sa.facts.authenticated = true
    if (!known) return
    for (const check of verifyRekey(whole, known.keys, this.context.provider)) addCheck(this.context, sa, check)
  }

  /** Under a rekey SA its GSK_w; in a registration what SK_d gives for the algorithm that IKE_SA_INIT chose. */
  #wrapKey(sa: IkeSa): WrapKey | undefined {
    if (sa.group?.role === "rekey") return this.#unlock.of(sa)?.keys.wrap
    const chosen = v2StateOf(sa).init.response
    const proposal = chosen && find(chosen.payloads, saPayload)?.proposals[0]
    const algorithm = proposal?.transforms.find(t => t.type === TRANSFORM_TYPE.KWA)?.id
    const prf = this.keys.next.prfOf(sa)
    const skD = this.keys.currentEpoch(sa)?.values.sk_d
    if (algorithm === undefined || !prf || !skD) return undefined
    return this.#unlock.defaultKey({ prf, provider: this.context.provider }, skD, algorithm)
  }

  /** The keys of a rekey SA, which are the same for every sender. */
  #adopt(sa: IkeSa, frame: number): void {
    const known = this.#unlock.of(sa)
    if (!known || !sa.group) return
    const { keys, from } = known
    sa.group.from = from
    const { encr, integ, key, integKey = new Uint8Array(0), wrap } = keys
    sa.choice = {
      names: { encr: encr.name, integ: integ?.name ?? null, prf: null, ke: [], hash: null },
      encr,
      integ,
      ke: 0,
      additional: [],
      frame,
    }
    const step = (name: string, out: Uint8Array) => ({
      name,
      formula: "GSK_e | GSK_a | GSK_w = KEYMAT",
      rfc: "RFC 9838 §3.4",
      inputs: [{ name: `SA_KEY of ${from.id}` }],
      out,
    })
    const epoch = {
      fromMessageId: 0,
      values: {
        sk_ei: key,
        sk_er: key,
        sk_ai: integKey,
        sk_ar: integKey,
        ...(wrap && wrap.key.length > 0 ? { gsk_w: wrap.key } : {}),
      },
      steps: [step("GSK_e", key), ...(integKey.length > 0 ? [step("GSK_a", integKey)] : [])],
      source: { origins: [], pairs: [], from: { sa: from.id } },
      proof: { first: frame, last: frame },
    }
    this.context.keys.write({ kind: "epoch", sa, epoch, status: "derived", from: from.keysFrom })
  }
}
