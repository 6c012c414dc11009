/** TLS records: cutting a stream of octets into them, and opening one under the keys of its direction. RFC 5246 §6, RFC 4346 §6, RFC 7366, RFC 7905, RFC 8446 §5. */
import { concat, equal, u16At, u16be } from "../../bytes/bytes.ts"
import type { SymmetricProvider } from "../../crypto/provider.ts"
import type { TlsSuite } from "./suites.ts"

export const TLS_1_0 = 0x0301
export const TLS_1_2 = 0x0303
export const TLS_1_3 = 0x0304

export const CONTENT = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION: 23 } as const

export interface TlsRecord {
  readonly type: number
  /** Type, version and length as sent. */
  readonly header: Uint8Array
  readonly body: Uint8Array
}

const HEADER_BYTES = 5
/** 2^14 and what encryption may add. RFC 5246 §6.2.3. */
const MAX_RECORD = (1 << 14) + 2048

/** One direction's octets. */
export class RecordStream {
  #rest: Uint8Array = new Uint8Array(0)
  /** No TLS any more: what follows is not looked at. */
  lost = false

  /** The records that `bytes` complete. */
  add(bytes: Uint8Array): TlsRecord[] {
    const records: TlsRecord[] = []
    this.#rest = concat(this.#rest, bytes)
    while (!this.lost && this.#rest.length >= HEADER_BYTES) {
      const all = this.#rest
      const end = HEADER_BYTES + u16At(all, 3)
      this.lost = all[1] !== 3 || end > HEADER_BYTES + MAX_RECORD
      if (this.lost || all.length < end) break
      this.#rest = all.slice(end)
      records.push({ type: all[0], header: all.slice(0, HEADER_BYTES), body: all.slice(HEADER_BYTES, end) })
    }
    return records
  }
}

/** Keys of one direction; `iv` is the fixed part of an AEAD's nonce, in TLS 1.0 the IV of the next record. */
export interface DirectionKeys {
  readonly key: Uint8Array
  iv: Uint8Array
  readonly macKey: Uint8Array
}

/** Opens the records of one direction, in order. */
export class RecordOpener {
  #sequence = 0

  constructor(
    readonly provider: SymmetricProvider,
    readonly suite: TlsSuite,
    readonly version: number,
    readonly keys: DirectionKeys,
    readonly encryptThenMac: boolean,
  ) {}

  /** Content type and content, or undefined where the record does not verify. */
  open(record: TlsRecord): { type: number; content: Uint8Array } | undefined {
    const opened =
      this.version === TLS_1_3 ? this.#tls13(record) : this.suite.aead ? this.#aead(record) : this.#cbc(record)
    this.#sequence++
    return opened
  }

  #count(): Uint8Array {
    const out = new Uint8Array(8)
    new DataView(out.buffer).setUint32(4, this.#sequence)
    return out
  }

  /** The fixed IV xor the record's number. */
  #nonce(): Uint8Array {
    const nonce = this.keys.iv.slice()
    this.#count().forEach((b, i) => {
      nonce[nonce.length - 8 + i] ^= b
    })
    return nonce
  }

  #tls13({ header, body }: TlsRecord) {
    const clear = this.#unsealed(this.#nonce(), header, body)
    if (!clear) return undefined
    let end = clear.length
    while (end > 0 && clear[end - 1] === 0) end--
    return end > 0 ? { type: clear[end - 1], content: clear.slice(0, end - 1) } : undefined
  }

  #aead({ type, header, body }: TlsRecord) {
    // ChaCha20-Poly1305 has no explicit nonce (RFC 7905 §2).
    const explicit = this.keys.iv.length === 12 ? 0 : 8
    const tagBytes = this.suite.aead?.tagBytes ?? 0
    if (body.length < explicit + tagBytes) return undefined
    const nonce = explicit ? concat(this.keys.iv, body.subarray(0, explicit)) : this.#nonce()
    const bytes = body.length - explicit - tagBytes
    const aad = concat(this.#count(), header.subarray(0, 3), u16be(bytes))
    const content = this.#unsealed(nonce, aad, body.subarray(explicit))
    return content && { type, content }
  }

  #unsealed(nonce: Uint8Array, aad: Uint8Array, body: Uint8Array): Uint8Array | undefined {
    const { aead } = this.suite
    const open = aead && this.provider.aead[aead.id]?.open
    if (!aead || !open || body.length < aead.tagBytes) return undefined
    const at = body.length - aead.tagBytes
    return open(this.keys.key, nonce, aad, body.subarray(0, at), body.subarray(at))
  }

  #cbc({ type, header, body }: TlsRecord) {
    const { cbc } = this.suite
    const decrypt = cbc && this.provider.cipher[cbc.id]?.decrypt
    const mac = cbc && this.provider.mac[cbc.mac]?.(this.keys.macKey)
    if (!cbc || !decrypt || !mac) return undefined
    const sealedEnd = body.length - (this.encryptThenMac ? cbc.macBytes : 0)
    const chained = this.version === TLS_1_0
    const start = chained ? 0 : cbc.blockBytes
    const bytes = sealedEnd - start
    if (bytes < cbc.blockBytes || bytes % cbc.blockBytes !== 0) return undefined
    const macOf = (content: Uint8Array) =>
      mac(concat(this.#count(), header.subarray(0, 3), u16be(content.length), content)).subarray(0, cbc.macBytes)
    if (this.encryptThenMac && !equal(macOf(body.subarray(0, sealedEnd)), body.subarray(sealedEnd))) return undefined
    const iv = chained ? this.keys.iv : body.subarray(0, start)
    const clear = decrypt(this.keys.key, iv, body.subarray(start, sealedEnd))
    if (chained) this.keys.iv = body.slice(sealedEnd - cbc.blockBytes, sealedEnd)
    const end = clear.length - 1 - clear[clear.length - 1]
    if (this.encryptThenMac) return end < 0 ? undefined : { type, content: clear.slice(0, end) }
    const at = end - cbc.macBytes
    if (at < 0 || !equal(macOf(clear.subarray(0, at)), clear.subarray(at, end))) return undefined
    return { type, content: clear.slice(0, at) }
  }
}
