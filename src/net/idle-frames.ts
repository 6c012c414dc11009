/**
 * Whether a frame of Ethernet holds nothing for us, in a few loads of bytes: IP with TCP or UDP of ports that mean nothing. It answers for most frames
 * of a capture, and only where the descent (`descent.ts`) finds nothing, says nothing and remembers nothing: when in doubt it says no, and the
 * descent looks. `test/net/idle-frames.test.ts` holds it to the descent.
 */
import type { FrameTest } from "../capture/record.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { ETHERTYPE } from "./layers.ts"
import { CISCO_PORT, Port, portTable } from "./ports.ts"
import { TCPT_COMMAND_BYTES } from "./tcp-framing.ts"

const { TCP, UDP } = IP_PROTOCOL
/** Both addresses and the EtherType. */
const ETHERNET_BYTES = 14
const IPV6_BYTES = 40
const LEAST_BYTES = ETHERNET_BYTES + 20 + 8

export class IdleFrames implements FrameTest {
  readonly #bits: Int32Array

  constructor(ports: Uint8Array) {
    this.#bits = ports === WELL_KNOWN ? WELL_KNOWN_BITS : bitsOf(ports)
  }

  isIdle(b: Uint8Array, start: number, end: number): boolean {
    if (end - start < LEAST_BYTES) return false
    const type = (b[start + 12] << 8) | b[start + 13]
    const ip = start + ETHERNET_BYTES
    const first = b[ip]
    let protocol: number
    let body: number
    if (type === ETHERTYPE.IPV4) {
      if (first < 0x45 || first > 0x4f) return false
      // Fragments are put together.
      if ((((b[ip + 6] << 8) | b[ip + 7]) & 0x3fff) !== 0) return false
      protocol = b[ip + 9]
      body = ip + ((first & 15) << 2)
    } else if (type === ETHERTYPE.IPV6) {
      if (first >> 4 !== 6) return false
      protocol = b[ip + 6]
      body = ip + IPV6_BYTES
    } else return false
    if (protocol !== TCP && protocol !== UDP) return false
    if (body + 4 > end) return false
    const source = (b[body] << 8) | b[body + 1]
    const destination = (b[body + 2] << 8) | b[body + 3]
    const bits = this.#bits
    if (((bits[source >> 5] >> (source & 31)) | (bits[destination >> 5] >> (destination & 31))) & 1) return false
    return protocol === UDP || !mayOpenTcpt(b, body, end)
  }
}

/** Of the ports of vendors' TCP one is looked at in every frame; on the others Check Point's has to begin. */
const isLookedAt = (port: number, meaning: number): boolean =>
  port === CISCO_PORT || (meaning !== Port.NONE && meaning !== Port.VENDOR_TCP)

/** A bit for each port that means something: 8 KB, which stay in the processor's nearest cache, where the table of ports does not. */
function bitsOf(ports: Uint8Array): Int32Array {
  const bits = new Int32Array(65_536 >> 5)
  for (let port = 0; port < ports.length; port++) if (isLookedAt(port, ports[port])) bits[port >> 5] |= 1 << (port & 31)
  return bits
}

const WELL_KNOWN = portTable([])
const WELL_KNOWN_BITS = bitsOf(WELL_KNOWN)

/** Whether the segment with its header at `at` may begin as Check Point's TCPT does: with a length of 12. */
function mayOpenTcpt(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 20) return false
  const payload = at + ((b[at + 12] >> 4) << 2)
  return payload + 8 <= end && b[payload + 3] === TCPT_COMMAND_BYTES
}
