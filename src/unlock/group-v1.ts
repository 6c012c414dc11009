/** Opens GROUPKEY-PUSH messages with the KEK that a registration handed out. RFC 6407 §4, §5.6.2. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { lastBlock, type OpenedV1, openV1 } from "../open/ike-v1.ts"
import { PAYLOAD_TYPE } from "../registry/ikev1/payload-types.ts"
import type { RekeyKeys } from "../track/group.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { SealedMessageV1 } from "../track/sealed-message.ts"

/** Rekey SAs whose keys are remembered. */
const MAX_REKEYS = 4096
/** Messages whose last block may be the IV of the next. */
const BLOCKS = 8

interface Known {
  readonly keys: RekeyKeys
  /** The SA by which they came. */
  readonly from: IkeSa
  /** Last blocks of earlier messages, the newest first. */
  readonly blocks: Uint8Array[]
}

export class GroupUnlockV1 {
  readonly #known = new BoundedMap<string, Known>(MAX_REKEYS)

  constructor(readonly provider: CryptoProvider) {}

  learn(keys: RekeyKeys, from: IkeSa): void {
    if (!this.#known.get(keys.spi)) this.#known.set(keys.spi, { keys, from, blocks: [] })
  }

  /** The keys of a rekey SA, once they are known. */
  keysOf(sa: IkeSa): RekeyKeys | undefined {
    return this.#known.get(sa.spiI + sa.spiR)?.keys
  }

  /** The SA by which they came. */
  from(sa: IkeSa): IkeSa | undefined {
    return this.#known.get(sa.spiI + sa.spiR)?.from
  }

  *open(sealed: SealedMessageV1): KeySearch<OpenedV1 | undefined> {
    const { sa, record, message } = sealed
    const known = this.#known.get(sa.spiI + sa.spiR)
    if (!known) return undefined
    const { keys, blocks } = known
    // The IV comes with the key; servers that go on from message to message have the last block of the one before.
    for (const iv of [...(keys.iv ? [keys.iv] : []), ...blocks]) {
      const opened = openV1(message, keys.key, iv, keys.encr, this.provider)
      if (!opened || opened.payloads[0].type !== PAYLOAD_TYPE.SEQ) continue
      const block = lastBlock(message, keys.encr.blockBytes)
      if (block) blocks.unshift(block)
      blocks.length = Math.min(blocks.length, BLOCKS)
      if (sa.epochs.length === 0) yield* adopt(sa, known, record.frame)
      else yield { kind: "opened", epoch: sa.epochs[0], frame: record.frame }
      return opened
    }
    return undefined
  }
}

function* adopt(sa: IkeSa, { keys, from }: Known, frame: number): KeySearch {
  const step = (name: string, out: Uint8Array) => ({
    name,
    formula: `KEK_ALGORITHM_KEY, handed out by ${from.id}`,
    rfc: "RFC 6407 §5.6.2.1",
    inputs: [{ name: "KD" }],
    out,
  })
  const epoch = {
    fromMessageId: 0,
    values: { kek: keys.key, ...(keys.iv ? { kek_iv: keys.iv } : {}) },
    steps: [step("KEK", keys.key), ...(keys.iv ? [step("IV", keys.iv)] : [])],
    source: { origins: [], pairs: [], from: { sa: from.id } },
    proof: { first: frame, last: frame },
  }
  yield { kind: "epoch", sa, epoch, status: "derived", from: from.keysFrom }
}
