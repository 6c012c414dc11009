/**
 * The world of an SA that closes in a stream, for the many where there is nothing to see: no ICMP errors and no lost datagrams in the capture so far,
 * no ESP between its addresses. Where there is, it asks the plain form (`liveWorld`), which is made then.
 */
import type { DataSa } from "../../track/data-sa.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { LostDatagram } from "../../track/lost-datagram.ts"
import type { Moment } from "../../track/moment.ts"
import type { GivenCertificates } from "../../unlock/given-certificates.ts"
import type { SecretUse } from "../types.ts"
import type { Gap } from "./gaps.ts"
import { type Carried, type LiveInput, liveWorld, type World } from "./world.ts"

const NO_DATA: readonly Carried[] = []
const NO_GAPS: readonly Gap[] = []
const NO_ERRORS: readonly IcmpError[] = []
const NONE_LOST: readonly LostDatagram[] = []

export class LiveWorld implements World {
  readonly #alone: readonly IkeSa[]
  #plain: World | undefined

  constructor(
    readonly sa: IkeSa,
    readonly live: LiveInput,
  ) {
    this.#alone = [sa]
  }

  get end(): Moment | null {
    return this.live.end
  }

  get gaps(): readonly Gap[] {
    return NO_GAPS
  }

  get certificates(): GivenCertificates {
    return this.live.certificates
  }

  get provider(): LiveInput["provider"] {
    return this.live.provider
  }

  dataOf(sa: IkeSa): readonly Carried[] {
    return sa === this.sa && this.#isWithoutData() ? NO_DATA : this.#whole().dataOf(sa)
  }

  #isWithoutData(): boolean {
    const { initiator, responder, ends } = this.sa
    return ends.length === 1 && this.live.between(initiator.address, responder.address).length === 0
  }

  flows(source: string, destination: string): readonly DataSa[] {
    return this.#whole().flows(source, destination)
  }

  copiesOf(data: DataSa): readonly DataSa[] {
    return this.#whole().copiesOf(data)
  }

  sentOnTo(): undefined {
    return undefined
  }

  between(sa: IkeSa): readonly IkeSa[] {
    return sa === this.sa ? this.#alone : this.#whole().between(sa)
  }

  icmpOf(sa: IkeSa): readonly IcmpError[] {
    return this.live.icmp.length === 0 ? NO_ERRORS : this.#whole().icmpOf(sa)
  }

  icmpOfData(sa: IkeSa): readonly IcmpError[] {
    return this.live.icmp.length === 0 ? NO_ERRORS : this.#whole().icmpOfData(sa)
  }

  lostOf(sa: IkeSa): readonly LostDatagram[] {
    return this.live.lost.length === 0 ? NONE_LOST : this.#whole().lostOf(sa)
  }

  uses(): readonly SecretUse[] {
    return this.live.uses()
  }

  #whole(): World {
    this.#plain ??= liveWorld(this.sa, this.live)
    return this.#plain
  }
}
