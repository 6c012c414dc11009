/** What the rules about data SAs read. */
import type { DataSa } from "../../track/data-sa.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { SipSa } from "../../track/sip-agreements.ts"
import type { ChildIndex } from "../assemble.ts"

export interface DataInput {
  readonly all: readonly DataSa[]
  readonly index: ChildIndex
  readonly sas: readonly IkeSa[]
  readonly icmp: readonly IcmpError[]
  /** When each capture begins, as `Report.captures` says it. */
  readonly begins: readonly (string | null)[]
  /** Data SAs that SIP agreed on. */
  readonly sip?: { find(destination: string, spi: number): SipSa | undefined }
}
