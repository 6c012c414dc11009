/** What opened TLS records say inside EAP: alerts, handshake messages, AVPs of TTLS, inner EAP of PEAP, TLVs of FAST and TEAP. RFC 5281 §10, RFC 7170 §4.2, draft-josefsson-pppext-eap-tls-eap. */
import { type ByteSource, byteSource } from "../../bytes/byte-source.ts"
import { concat, u16be } from "../../bytes/bytes.ts"
import { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import type { FieldSink } from "../../bytes/field-sink.ts"
import type { TlsHeard, TlsPart } from "../../crypto/tls-inside.ts"
import { alertText, EAP_FAILURE, eapFailureOf, mschapReason } from "../../ike/shared/eap/failures.ts"
import { decodeEap, type EapPacket } from "../../ike/shared/eap/packet.ts"
import { HANDSHAKE_TYPE, RECORD_TYPE } from "../../ike/shared/eap/tls.ts"
import { attempt } from "../../ike/shared/items.ts"
import { describeCertificate } from "../../pki/certificate.ts"
import { EAP_CODE, EAP_TYPE, type EapFailure } from "../../registry/eap-types.ts"
import { CONTENT } from "./records.ts"

const names = (map: ReadonlyMap<number, string>) => ({ name: (n: number) => map.get(n) })
const decrypted = field("tls.record.decrypted", "Decrypted TLS Record", { names: RECORD_TYPE })
const alertLevel = field("tls.alert_message.level", "Alert Level", {
  names: names(
    new Map([
      [1, "warning"],
      [2, "fatal"],
    ]),
  ),
})
const alertDescription = field("tls.alert_message.desc", "Alert Description", { names: { name: alertText } })
const handshake = field("tls.handshake", "TLS Handshake Message", { kind: "none" })
const handshakeType = field("tls.handshake.type", "TLS Handshake Type", { names: HANDSHAKE_TYPE })
const handshakeLength = field("tls.handshake.length", "TLS Handshake Length")
const handshakeBody = field("tls.handshake.data", "TLS Handshake Data", { kind: "bytes" })
const certificateSubject = field("tls.handshake.certificate.subject", "Certificate Subject", { kind: "text" })
const application = field("tls.app_data", "TLS Application Data", { kind: "bytes" })
const avp = field("diameter.avp", "AVP", { kind: "none" })
const avpFlags = field("diameter.avp.flags", "AVP Flags", { kind: "hex" })
const avpLength = field("diameter.avp.len", "AVP Length")
const avpVendor = field("diameter.avp.vendorId", "AVP Vendor-Id")
const avpData = field("diameter.avp.data", "AVP Data", { kind: "bytes" })
const avpPad = field("diameter.avp.pad", "AVP Padding", { kind: "bytes" })
const userName = field("diameter.User-Name", "User-Name", { kind: "text" })
const userPassword = field("diameter.User-Password", "User-Password", { kind: "text", secret: true })
const replyMessage = field("diameter.Reply-Message", "Reply-Message", { kind: "text" })
const chapError = field("diameter.MS-CHAP-Error", "MS-CHAP-Error", { kind: "text" })
const tlv = field("teap.tlv", "TLV", { kind: "none" })
const tlvLength = field("teap.tlv.len", "TLV Length")
const tlvData = field("teap.tlv.data", "TLV Data", { kind: "bytes" })
const tlvStatus = field("teap.tlv.status", "Status", {
  names: names(
    new Map([
      [1, "Success"],
      [2, "Failure"],
    ]),
  ),
})

/** RADIUS attributes as AVPs, those that TTLS uses. RFC 2865 §5, RFC 2548. */
const MICROSOFT = 311
const AVP = new Map([
  [1, "User-Name"],
  [2, "User-Password"],
  [3, "CHAP-Password"],
  [18, "Reply-Message"],
  [60, "CHAP-Challenge"],
  [79, "EAP-Message"],
])
const MS_AVP = new Map([
  [1, "MS-CHAP-Response"],
  [2, "MS-CHAP-Error"],
  [11, "MS-CHAP-Challenge"],
  [25, "MS-CHAP2-Response"],
  [26, "MS-CHAP2-Success"],
])
const avpCode = field("diameter.avp.code", "AVP Code", { names: names(AVP) })
const msAvpCode = field("diameter.avp.code", "AVP Code", { names: names(MS_AVP) })
/** What an AVP shows of the method inside. */
const METHOD_OF = new Map([
  ["User-Password", "PAP"],
  ["CHAP-Password", "CHAP"],
  ["MS-CHAP-Response", "MS-CHAP"],
  ["MS-CHAP2-Response", "MSCHAPv2"],
])
/** RFC 4851 §4.2, RFC 7170 §4.2. */
const TLV = new Map([
  [1, "Authority-ID"],
  [2, "Identity-Type"],
  [3, "Result"],
  [4, "NAK"],
  [5, "Error"],
  [7, "Vendor-Specific"],
  [8, "Request-Action"],
  [9, "EAP-Payload"],
  [10, "Intermediate-Result"],
  [11, "PAC"],
  [12, "Crypto-Binding"],
  [13, "Basic-Password-Auth-Req"],
  [14, "Basic-Password-Auth-Resp"],
  [15, "PKCS#7"],
  [16, "PKCS#10"],
])
const RESULTS: readonly number[] = [3, 10]
const tlvType = field("teap.tlv.type", "TLV Type", { names: names(TLV) })
const HANDSHAKE_CERTIFICATE = 11
const FATAL = 2

interface Said {
  readonly type: number
  readonly clear: ByteSource
  readonly fromServer: boolean
}

/** Collects what the records of one EAP packet say, and draws them. */
export class Content {
  #part: TlsPart | undefined
  #records: Said[] = []
  #said: string[] = []
  #failure: EapFailure | undefined
  #user: string | undefined
  readonly #known = new Set<string>()

  constructor(readonly type: number) {}

  begin(part: TlsPart): void {
    this.#part = part
    this.#records = []
    this.#said = []
    this.#failure = undefined
  }

  take(type: number, content: Uint8Array, fromServer: boolean): void {
    const clear = byteSource(content, `decrypted TLS of frame ${this.#part?.frame}`)
    const record = { type, clear, fromServer }
    this.#records.push(record)
    this.#read(record)
  }

  heard(): TlsHeard | undefined {
    const records = this.#records
    if (records.length === 0) return undefined
    return {
      said: this.#said,
      failure: this.#failure,
      draw: sink => {
        // What was said has been said: drawing reports nothing anew.
        for (const record of records) new Content(this.type).#quiet(this.#part).#read(record, sink)
      },
    }
  }

  #quiet(part: TlsPart | undefined): this {
    this.#part = part
    return this
  }

  #read({ type, clear, fromServer }: Said, sink?: FieldSink): void {
    const c = new Cursor(clear, 0, clear.bytes.length, "TLS record", sink)
    c.window(
      decrypted,
      c.left,
      c.limit,
      d =>
        attempt(d, () => {
          if (type === CONTENT.ALERT) this.#alert(d)
          else if (type === CONTENT.HANDSHAKE) this.#handshake(d, fromServer)
          else if (type === CONTENT.APPLICATION) this.#application(d, fromServer)
          if (d.left > 0) d.bytes(application)
        }),
      type,
    )
  }

  #alert(c: Cursor): void {
    const level = c.u8(alertLevel)
    const description = c.u8(alertDescription)
    if (level === FATAL)
      this.#failure = { kind: "eap-alert", name: `${EAP_TYPE.alias(this.type)} alert`, detail: alertText(description) }
  }

  /** Messages that are whole in the record; their headers, and whose certificate it is. */
  #handshake(c: Cursor, fromServer: boolean): void {
    while (c.left >= 4) {
      const length = ((c.peek(1) ?? 0) << 16) | ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
      if (!HANDSHAKE_TYPE.name(c.peek() ?? -1) || length + 4 > c.left) return
      c.window(handshake, 4 + length, "TLS Handshake Length", m => {
        const type = m.u8(handshakeType)
        m.u24(handshakeLength)
        const at = m.pos
        const body = m.left > 0 ? m.bytes(handshakeBody) : undefined
        const subject = type === HANDSHAKE_CERTIFICATE && body ? subjectOf(body) : undefined
        if (subject === undefined) return
        m.note(certificateSubject, at, m.pos, subject)
        this.#say(`${fromServer ? "server" : "client"} certificate of ${subject}`)
      })
    }
  }

  #application(c: Cursor, fromServer: boolean): void {
    if (this.type === EAP_TYPE.EAP_TTLS) while (c.left > 0) this.#avp(c)
    else if (this.type === EAP_TYPE.EAP_PEAP) this.#peap(c, fromServer)
    else if (this.type === EAP_TYPE.EAP_FAST || this.type === EAP_TYPE.EAP_TEAP) while (c.left > 0) this.#tlv(c)
  }

  /**
   *     |                           AVP Code                            |
   *     |V M r r r r r r|                  AVP Length                   |
   *     |                        Vendor-ID (opt)                        |
   *     |    Data ...
   */
  #avp(c: Cursor): void {
    const length = ((c.peek(5) ?? 0) << 16) | ((c.peek(6) ?? 0) << 8) | (c.peek(7) ?? 0)
    const isVendor = ((c.peek(4) ?? 0) & 0x80) !== 0
    const head = isVendor ? 12 : 8
    if (length < head)
      throw c.invalid(avpLength, c.pos + 5, `AVP Length ${length} is less than its own header of ${head}`)
    c.window(avp, length, "AVP Length", a => {
      const microsoft =
        isVendor &&
        a.left >= 12 &&
        a.peek(8) === 0 &&
        a.peek(9) === 0 &&
        (((a.peek(10) ?? 0) << 8) | (a.peek(11) ?? 0)) === MICROSOFT
      const code = a.u32(microsoft ? msAvpCode : avpCode)
      a.u8(avpFlags)
      a.u24(avpLength)
      if (isVendor) a.u32(avpVendor)
      const name = microsoft ? MS_AVP.get(code) : isVendor ? undefined : AVP.get(code)
      this.#avpData(a, name)
    })
    // Padded to words; the last one may end the record.
    const padding = Math.min(-length & 3, c.left)
    if (padding > 0) c.bytes(avpPad, padding)
  }

  #avpData(a: Cursor, name: string | undefined): void {
    const method = METHOD_OF.get(name ?? "")
    switch (name) {
      case "User-Name":
        this.#user = a.text(userName)
        return
      case "User-Password":
        a.text(userPassword)
        break
      case "Reply-Message":
        a.text(replyMessage)
        break
      case "MS-CHAP-Error": {
        const text = a.text(chapError)
        this.#failure = { kind: "eap-failure", name: "MSCHAPv2 error", detail: mschapReason(text) }
        break
      }
      case "EAP-Message":
        this.#eap(a)
        break
      default:
        if (a.left > 0) a.bytes(avpData)
    }
    if (method) this.#say(this.#user === undefined ? method : `${method} as ${this.#user}`)
  }

  /** PEAP version 0 leaves code, identifier and length of the inner EAP packet out; version 1, and some packets of 0, have them. */
  #peap(c: Cursor, fromServer: boolean): void {
    const code = c.peek() ?? 0
    const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
    if (code >= EAP_CODE.REQUEST && code <= EAP_CODE.FAILURE && length === c.left) {
      this.#eap(c)
      return
    }
    const { src, pos, end } = c
    const head = concat(
      Uint8Array.of(fromServer ? EAP_CODE.REQUEST : EAP_CODE.RESPONSE, this.#part?.identifier ?? 0),
      u16be(4 + end - pos),
    )
    const whole = byteSource(concat(head, src.bytes.subarray(pos, end)), src.label)
    this.#eap(new Cursor(whole, 0, whole.bytes.length, c.limit, c.sink))
    c.pos = end
  }

  #tlv(c: Cursor): void {
    const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
    c.window(tlv, 4 + length, "TLV Length", t => {
      const type = t.ahead(tlvType, 2) & 0x3fff
      t.note(tlvType, t.pos, t.pos + 2, type)
      t.pos += 2
      t.u16(tlvLength)
      if (type === 9) this.#eap(t)
      else if (RESULTS.includes(type) && t.left >= 2) t.u16(tlvStatus)
      if (t.left > 0) t.bytes(tlvData)
    })
  }

  #eap(c: Cursor): void {
    const { value: packet } = attempt(c, () => decodeEap(c))
    if (!packet) return
    const failure = eapFailureOf(packet)
    if (failure)
      this.#failure = { ...failure, name: failure.name === EAP_FAILURE ? `inner ${EAP_FAILURE}` : failure.name }
    this.#method(packet)
  }

  #method({ code, type = 0, method }: EapPacket): void {
    if (method?.kind === "identity" && code === EAP_CODE.RESPONSE) this.#user = method.identity
    const isMethod = type > EAP_TYPE.NAK && type !== EAP_TYPE.MS_AUTHENTICATION_TLV
    if (!isMethod || code !== EAP_CODE.RESPONSE) return
    const name = type === EAP_TYPE.MS_EAP_AUTHENTICATION ? "EAP-MSCHAPv2" : EAP_TYPE.alias(type)
    const user = method?.kind === "mschapv2" ? (method.mschapv2.name ?? this.#user) : this.#user
    this.#say(user === undefined ? name : `${name} as ${user}`)
  }

  /** Says a thing once. */
  #say(text: string): void {
    if (this.#known.has(text) || this.#known.size >= MAX_SAID) return
    this.#known.add(text)
    this.#said.push(text)
  }
}

const MAX_SAID = 8

/** The subject of the first certificate of a Certificate message, of TLS 1.3 or before. RFC 8446 §4.4.2, RFC 5246 §7.4.2. */
function subjectOf(body: Uint8Array): string | undefined {
  for (const at of [1 + (body[0] ?? 0) + 3, 3]) {
    const length = (body[at] << 16) | (body[at + 1] << 8) | body[at + 2]
    const der = body.subarray(at + 3, at + 3 + length)
    const subject = der.length === length && length > 0 ? describeCertificate(der)?.subject : undefined
    if (subject !== undefined) return subject
  }
  return undefined
}
