/**
 * With which keys the messages of one side open: the suite is that of the negotiation or of the keys file, and a salt that was not given is
 * read out of a message. RFC 7296 §2.14, RFC 5282 §7.1.
 */
import { concat } from "../bytes/bytes.ts"
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { encrFromKeyLength } from "../crypto/encr.ts"
import { integByName } from "../crypto/integ.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { type SkKeys, skSalt } from "../open/ike-v2.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessage } from "../track/sealed-message.ts"
import type { IkeChoice } from "../track/suite.ts"
import type { GivenEntries } from "./given-entries.ts"
import { anyInteg, choiceOfEntry } from "./given-suite.ts"

export class SkDirections {
  /** Entries that lacked a salt, with what messages gave away of it. */
  readonly #salted = new Map<IkeSaSecret, IkeSaSecret>()

  constructor(
    readonly given: GivenEntries,
    readonly provider: CryptoProvider,
  ) {}

  /** Suite from the negotiation, or from the keys file. */
  choice(sa: Pick<IkeSa, "choice" | "spiI" | "spiR" | "exchanges">): IkeChoice | null {
    if (sa.choice) return sa.choice
    const entry = this.given.of(sa).find(e => e.encr)
    return entry ? choiceOfEntry(entry, sa.exchanges[0]?.messages[0]?.frame ?? 0) : null
  }

  /** The keys of the messages that one side sends; undefined where one is missing, or does not fit the suite. */
  of(
    sa: Pick<IkeSa, "choice" | "spiI" | "spiR" | "exchanges">,
    values: Readonly<Partial<Record<string, Uint8Array>>>,
    from: Side,
    entry?: IkeSaSecret,
  ): SkKeys | undefined {
    const [ske, ska] = from === "initiator" ? [values.sk_ei, values.sk_ai] : [values.sk_er, values.sk_ar]
    if (!ske) return undefined
    const choice = this.choice(sa)
    const named = entry?.encr === undefined ? undefined : encrFromKeyLength(entry.encr, ske.length)
    const encr = choice?.encr ?? named
    const integ: Integ | undefined =
      choice?.integ ?? (entry?.integ === undefined ? undefined : (anyInteg(entry.integ) ?? integByName(entry.integ)))
    if (!encr || ske.length < encr.keyBytes + encr.saltBytes) return undefined
    if (encr.aead) return { encr, integ: null, ske, ska: EMPTY }
    return (
      integ && { encr, integ, ske, ska: ska ?? EMPTY, unchecked: !ska || ska.length < integ.keyBytes || !integ.mac }
    )
  }

  /** The entry, completed when its key of this direction lacks the salt and this message gives it away. */
  *withSalt(given: IkeSaSecret, { sa, record, message, payload }: SealedMessage): KeySearch<IkeSaSecret> {
    const entry = this.#salted.get(given) ?? given
    const name = record.from === "initiator" ? "sk_ei" : "sk_er"
    const key = entry.values[name]
    const encr = this.choice(sa)?.encr
    const salt = key && encr && lacksSalt(encr, key) ? skSalt(message, payload, encr, key, this.provider) : undefined
    if (!key || !salt) return entry
    const salted = concat(key, salt)
    const whole = { ...entry, values: { ...entry.values, [name]: salted } }
    this.#salted.set(given, whole)
    for (const epoch of sa.epochs)
      if (epoch.values[name] === key) yield { kind: "learnt", epoch, values: { [name]: salted } }
    return whole
  }
}

/** Whether an AEAD or counter-mode key came without the salt behind it. */
const lacksSalt = (encr: Encr, key: Uint8Array | undefined): boolean =>
  key !== undefined && encr.saltBytes > 0 && key.length === encr.keyBytes

const EMPTY = new Uint8Array(0)
