/** One TLS connection inside EAP: the handshake as far as it is in the clear, keys out of a key log, records opened, and what they say. */
import { concat, equal, u16At } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import { present } from "../../bytes/typed.ts"
import type { SymmetricProvider } from "../../crypto/provider.ts"
import type { FollowTls, TlsConversation, TlsHeard, TlsKey, TlsPart } from "../../crypto/tls-inside.ts"
import { mskOfTls13, msksOfTls12, type Tls13, type TlsPrf, tls10Prf, tls12Prf, tls13 } from "../../keys/tls.ts"
import { Content } from "./content.ts"
import { CONTENT, RecordOpener, RecordStream, TLS_1_0, TLS_1_2, TLS_1_3, type TlsRecord } from "./records.ts"
import { suiteName, suiteOf, type TlsSuite } from "./suites.ts"

const HANDSHAKE = { CLIENT_HELLO: 1, SERVER_HELLO: 2, FINISHED: 20, KEY_UPDATE: 24 } as const
const EXTENSION = { ENCRYPT_THEN_MAC: 22, SUPPORTED_VERSIONS: 43 } as const
const VERSIONS: Readonly<Record<number, string>> = {
  [TLS_1_0]: "TLS 1.0",
  770: "TLS 1.1",
  [TLS_1_2]: "TLS 1.2",
  [TLS_1_3]: "TLS 1.3",
}
/** The random of a HelloRetryRequest. RFC 8446 §4.1.3. */
const RETRY = present(fromHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"))
/** Octets of a direction that are followed. */
const MAX_BYTES = 1 << 20
const RANDOM_AT = 6
const RANDOM_BYTES = 32

/** Follows the TLS connections of one IKE SA's EAP. */
export const followTls =
  (provider: SymmetricProvider): FollowTls =>
  keys =>
    new Conversation(provider, keys)

class Direction {
  readonly stream = new RecordStream()
  /** Handshake octets that are not whole messages yet. */
  handshake: Uint8Array = new Uint8Array(0)
  encrypted = false
  opener: RecordOpener | undefined
  /** Of TLS 1.3: the secret in force. */
  secret: Uint8Array | undefined
  bytes = 0
  /** A record stays closed. */
  lost = false

  constructor(readonly isServer: boolean) {}
}

class Conversation<K extends TlsKey> implements TlsConversation<K> {
  opened = 0
  closed: TlsConversation<K>["closed"]
  #client = new Direction(false)
  #server = new Direction(true)
  #clientRandom: Uint8Array | undefined
  #serverRandom: Uint8Array | undefined
  #version = 0
  #suiteNumber = -1
  #suite: TlsSuite | undefined
  #encryptThenMac = false
  #type = 0
  #content: Content

  constructor(
    readonly provider: SymmetricProvider,
    readonly keys: readonly K[],
  ) {
    this.#content = new Content(0)
  }

  get suite(): string | undefined {
    if (this.#suiteNumber < 0) return undefined
    const name = suiteName(this.#suiteNumber) ?? `cipher suite 0x${this.#suiteNumber.toString(16).padStart(4, "0")}`
    return `${VERSIONS[this.#version] ?? "TLS"}, ${name}`
  }

  add(part: TlsPart): TlsHeard | undefined {
    if (part.start || part.type !== this.#type) this.#begin(part.type)
    // What comes with a Start is the method's own.
    if (part.start) return undefined
    const from = part.fromServer ? this.#server : this.#client
    from.bytes += part.data.length
    if (from.bytes > MAX_BYTES) return undefined
    this.#content.begin(part)
    for (const record of from.stream.add(part.data)) if (!from.lost) this.#record(from, record, part)
    return this.#content.heard()
  }

  used(): K[] {
    const random = this.#clientRandom
    return random && this.opened > 0 ? this.keys.filter(k => equal(k.clientRandom, random)) : []
  }

  msks(): { value: Uint8Array; key: K }[] {
    if (this.opened === 0 || !this.#clientRandom || !this.#serverRandom) return []
    if (this.#version === TLS_1_3) {
      const key = this.#key("EXPORTER_SECRET")
      const schedule = this.#schedule()
      return key && schedule ? [{ key, value: mskOfTls13(schedule, key.value, this.#type) }] : []
    }
    const key = this.#key("CLIENT_RANDOM")
    const prf = this.#prf()
    const randoms = concat(this.#clientRandom, this.#serverRandom)
    return key && prf ? msksOfTls12(prf, key.value, this.#type, randoms).map(value => ({ key, value })) : []
  }

  #begin(type: number): void {
    this.#type = type
    this.#client = new Direction(false)
    this.#server = new Direction(true)
    this.#clientRandom = this.#serverRandom = this.#suite = undefined
    this.#version = 0
    this.#suiteNumber = -1
    this.opened = 0
    this.#content = new Content(type)
  }

  #key(label: string): K | undefined {
    const random = this.#clientRandom
    return random && this.keys.find(k => k.label === label && equal(k.clientRandom, random))
  }

  #record(from: Direction, record: TlsRecord, part: TlsPart): void {
    const { type } = record
    const sealed = this.#version === TLS_1_3 ? from.encrypted && type === CONTENT.APPLICATION : from.encrypted
    if (sealed) {
      const why = this.#openerOf(from)
      const opened = why ? undefined : from.opener?.open(record)
      if (!opened) {
        this.closed ??= { frame: part.frame, why: why ?? "mismatch" }
        // Nothing that follows can be distinguished any more.
        from.lost = true
        return
      }
      this.opened++
      this.#content.take(opened.type, opened.content, from.isServer)
      if (opened.type === CONTENT.HANDSHAKE) this.#handshake(from, opened.content)
    } else if (type === CONTENT.HANDSHAKE) this.#handshake(from, record.body)
    else if (type === CONTENT.CHANGE_CIPHER_SPEC && this.#version !== TLS_1_3) from.encrypted = true
  }

  #handshake(from: Direction, bytes: Uint8Array): void {
    from.handshake = concat(from.handshake, bytes)
    for (let all = from.handshake; all.length >= 4; all = from.handshake) {
      const end = 4 + (all[1] << 16) + u16At(all, 2)
      if (all.length < end) return
      from.handshake = all.slice(end)
      this.#message(from, all.subarray(0, end))
    }
  }

  #message(from: Direction, message: Uint8Array): void {
    const tls13 = this.#version === TLS_1_3
    switch (message[0]) {
      case HANDSHAKE.CLIENT_HELLO:
        if (!from.isServer) this.#clientRandom = message.slice(RANDOM_AT, RANDOM_AT + RANDOM_BYTES)
        return
      case HANDSHAKE.SERVER_HELLO:
        if (from.isServer) this.#serverHello(message)
        return
      case HANDSHAKE.FINISHED:
        if (tls13) this.#useSecret(from, `${from.isServer ? "SERVER" : "CLIENT"}_TRAFFIC_SECRET_0`)
        return
      case HANDSHAKE.KEY_UPDATE:
        if (tls13 && from.secret) {
          const hash = this.#schedule()?.hash(NOTHING)
          this.#setSecret(from, hash && this.#schedule()?.expand(from.secret, "traffic upd", NOTHING, hash.length))
        }
    }
  }

  /** Version, random, session id, suite, compression, extensions. RFC 5246 §7.4.1.3, RFC 8446 §4.1.3. */
  #serverHello(m: Uint8Array): void {
    const at = RANDOM_AT + RANDOM_BYTES
    const random = m.slice(RANDOM_AT, at)
    const suiteAt = at + 1 + (m[at] ?? 0)
    if (suiteAt + 3 > m.length || equal(random, RETRY)) return
    this.#serverRandom = random
    this.#version = u16At(m, 4)
    this.#suiteNumber = u16At(m, suiteAt)
    this.#suite = suiteOf(this.#suiteNumber)
    this.#encryptThenMac = false
    for (let e = suiteAt + 5; e + 4 <= m.length; e += 4 + u16At(m, e + 2)) {
      const kind = u16At(m, e)
      if (kind === EXTENSION.ENCRYPT_THEN_MAC) this.#encryptThenMac = true
      if (kind === EXTENSION.SUPPORTED_VERSIONS && e + 6 <= m.length) this.#version = u16At(m, e + 4)
    }
    if (this.#version !== TLS_1_3) return
    this.#client.encrypted = this.#server.encrypted = true
    this.#useSecret(this.#client, "CLIENT_HANDSHAKE_TRAFFIC_SECRET")
    this.#useSecret(this.#server, "SERVER_HANDSHAKE_TRAFFIC_SECRET")
  }

  #schedule = (): Tls13 | undefined => this.#suite && tls13(this.provider, this.#suite.hash)
  #prf = (): TlsPrf | undefined =>
    this.#version < TLS_1_2 ? tls10Prf(this.provider) : this.#suite && tls12Prf(this.provider, this.#suite.hash)

  #useSecret(direction: Direction, label: string): void {
    this.#setSecret(direction, this.#key(label)?.value)
  }

  /** Traffic keys of TLS 1.3. RFC 8446 §7.3. */
  #setSecret(direction: Direction, secret: Uint8Array | undefined): void {
    direction.secret = secret
    direction.opener = undefined
    const suite = this.#suite
    const schedule = this.#schedule()
    if (!secret || !suite || !schedule) return
    const key = schedule.expand(secret, "key", NOTHING, suite.keyBytes)
    const iv = schedule.expand(secret, "iv", NOTHING, 12)
    direction.opener = new RecordOpener(this.provider, suite, TLS_1_3, { key, iv, macKey: NOTHING }, false)
  }

  /** Sees that a direction has its keys; why it has none. */
  #openerOf(direction: Direction): "no-key" | "no-suite" | undefined {
    if (direction.opener) return undefined
    if (!this.#suite) return "no-suite"
    if (this.#version !== TLS_1_3) this.#deriveKeys(this.#suite)
    return direction.opener ? undefined : "no-key"
  }

  /** Both directions' keys of TLS 1.2 and before: MAC keys, keys, IVs. RFC 5246 §6.3. */
  #deriveKeys(suite: TlsSuite): void {
    const master = this.#key("CLIENT_RANDOM")
    const prf = this.#prf()
    if (!master || !prf || !this.#clientRandom || !this.#serverRandom) return
    const { keyBytes, aead, cbc } = suite
    const macBytes = cbc?.macBytes ?? 0
    const chained = this.#version === TLS_1_0 ? (cbc?.blockBytes ?? 0) : 0
    const ivBytes = aead ? (aead.id === "chacha20-poly1305" ? 12 : 4) : chained
    const seed = concat(this.#serverRandom, this.#clientRandom)
    const block = prf(master.value, "key expansion", seed, 2 * (macBytes + keyBytes + ivBytes))
    for (const [n, direction] of [this.#client, this.#server].entries()) {
      const part = (at: number, bytes: number) => block.slice(at + n * bytes, at + (n + 1) * bytes)
      const macKey = part(0, macBytes)
      const key = part(2 * macBytes, keyBytes)
      const iv = part(2 * (macBytes + keyBytes), ivBytes)
      const keys = { key, iv, macKey }
      direction.opener ??= new RecordOpener(this.provider, suite, this.#version, keys, this.#encryptThenMac)
    }
  }
}

const NOTHING: Uint8Array = new Uint8Array(0)
