/** What EAP-SIM, EAP-AKA and EAP-AKA' show of the values that their master key is made from. RFC 4186 §7, RFC 4187 §7, RFC 9048 §3.3. */
import type { EapPacket } from "../ike/shared/eap/packet.ts"
import { EAP_SIM_ATTRIBUTE as AT, EAP_CODE, EAP_TYPE } from "../registry/eap-types.ts"

export interface SimTranscript {
  /** EAP type of the method; 0 while only an identity was seen. */
  readonly method: number
  /** The last AT_IDENTITY, or the identity of EAP-Response/Identity. */
  readonly identity?: Uint8Array
  readonly rands?: readonly Uint8Array[]
  readonly autn?: Uint8Array
  readonly nonceMt?: Uint8Array
  readonly versions?: Uint8Array
  readonly selected?: Uint8Array
  /** AT_KDF_INPUT: the network's name. */
  readonly network?: Uint8Array
}

const METHODS: readonly (number | undefined)[] = [EAP_TYPE.EAP_SIM, EAP_TYPE.EAP_AKA, EAP_TYPE.EAP_AKA_PRIME]
const BLOCK = 16

/** The transcript with what one more packet shows. */
export function noteSim(before: SimTranscript | null, packet: EapPacket): SimTranscript | null {
  if (packet.type === EAP_TYPE.IDENTITY)
    return packet.code === EAP_CODE.RESPONSE ? { method: 0, identity: packet.data.slice() } : before
  if (!METHODS.includes(packet.type)) return before
  const attributes = packet.method?.kind === "sim" ? packet.method.sim.attributes : []
  let now: SimTranscript = { ...before, method: packet.type ?? 0 }
  for (const { type, value } of attributes) now = { ...now, ...shown(type, value) }
  return now
}

/** Values have two octets in front: reserved, or the actual length of what follows. */
function shown(type: number, value: Uint8Array): Partial<SimTranscript> {
  const body = value.slice(2)
  const text = value.slice(2, 2 + ((value[0] << 8) | value[1]))
  switch (type) {
    case AT.AT_IDENTITY:
      return { identity: text }
    case AT.AT_RAND:
      return {
        rands: Array.from({ length: Math.floor(body.length / BLOCK) }, (_, n) =>
          body.slice(BLOCK * n, BLOCK * (n + 1)),
        ),
      }
    case AT.AT_AUTN:
      return { autn: body }
    case AT.AT_NONCE_MT:
      return { nonceMt: body }
    case AT.AT_VERSION_LIST:
      return { versions: text }
    case AT.AT_SELECTED_VERSION:
      return { selected: value.slice(0, 2) }
    case AT.AT_KDF_INPUT:
      return { network: text }
    default:
      return {}
  }
}
