/** EAP-MSCHAPv2: challenge, response, success, failure. draft-kamath-pppext-eap-mschapv2-02 §2. */
import type { Cursor } from "../../../bytes/cursor.ts"
import { field } from "../../../bytes/field.ts"
import { EAP_MSCHAPV2_OPCODE } from "../../../registry/eap-types.ts"

export interface EapMschapv2 {
  /** 1 Challenge, 2 Response, 3 Success, 4 Failure, 7 Change-Password. */
  readonly opcode: number
  /** Absent in the responses to Success and Failure, which are one octet. */
  readonly id?: number
  /** Of the authenticator, in a Challenge; of the peer, in a Response. 16 bytes, views of the packet. */
  readonly challenge?: Uint8Array
  /** 24 bytes. */
  readonly ntResponse?: Uint8Array
  /** Of the authenticator or of the user. */
  readonly name?: string
  /** `S=…` of Success, `E=… R=… C=… V=… M=…` of Failure. */
  readonly message?: string
}

const RESPONSE_BYTES = 49

const opcode = field("eap.ms_chap_v2.opcode", "OpCode", { names: EAP_MSCHAPV2_OPCODE })
const id = field("eap.ms_chap_v2.id", "MS-CHAPv2-ID")
const length = field("eap.ms_chap_v2.length", "MS-Length")
const valueSize = field("eap.ms_chap_v2.value_size", "Value-Size")
const challenge = field("eap.ms_chap_v2.challenge", "Challenge", { kind: "bytes" })
const peerChallenge = field("eap.ms_chap_v2.peer_challenge", "Peer-Challenge", { kind: "bytes" })
const reserved = field("eap.ms_chap_v2.reserved", "Reserved", { kind: "bytes" })
const ntResponse = field("eap.ms_chap_v2.nt_response", "NT-Response", { kind: "bytes" })
const flags = field("eap.ms_chap_v2.flags", "Flags", { kind: "hex" })
const otherResponse = field("eap.ms_chap_v2.response", "Response", { kind: "bytes" })
const name = field("eap.ms_chap_v2.name", "Name", { kind: "text" })
const message = field("eap.ms_chap_v2.message", "Message", { kind: "text" })
const failure = field("eap.ms_chap_v2.failure_request", "Failure-Request", { kind: "text" })
const data = field("eap.ms_chap_v2.data", "Data", { kind: "bytes" })

/**
 *     |    OpCode     |  MS-CHAPv2-ID |           MS-Length           |
 *     |  Value-Size   |   Value ... Name ...
 */
export function decodeMschapv2(c: Cursor): EapMschapv2 {
  const op = c.u8(opcode)
  if (c.left === 0) return { opcode: op }
  const head = { opcode: op, id: c.u8(id) }
  c.u16(length)
  if (op === EAP_MSCHAPV2_OPCODE.CHALLENGE) {
    const value = c.bytes(challenge, c.u8(valueSize))
    return { ...head, challenge: value, name: c.text(name) }
  }
  if (op === EAP_MSCHAPV2_OPCODE.RESPONSE) return { ...head, ...decodeResponse(c) }
  if (op === EAP_MSCHAPV2_OPCODE.SUCCESS) return { ...head, message: c.text(message) }
  if (op === EAP_MSCHAPV2_OPCODE.FAILURE) return { ...head, message: c.text(failure) }
  if (c.left > 0) c.bytes(data)
  return head
}

function decodeResponse(c: Cursor): Partial<EapMschapv2> {
  const size = c.u8(valueSize)
  if (size !== RESPONSE_BYTES) {
    c.bytes(otherResponse, size)
    return { name: c.text(name) }
  }
  const peer = c.bytes(peerChallenge, 16)
  c.pass(reserved, 8)
  const response = c.bytes(ntResponse, 24)
  c.u8(flags)
  return { challenge: peer, ntResponse: response, name: c.text(name) }
}
