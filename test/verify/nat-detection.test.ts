/** NAT detection hashes against the ends of a frame, over IPv4 and IPv6. RFC 7296 §2.23. */
import { describe, expect, it } from "vitest"
import { findAll } from "../../src/ike/shared/payload.ts"
import { notify } from "../../src/ike/v2/notify.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { NOTIFY } from "../../src/registry/ikev2/notify.ts"
import type { Peer } from "../../src/track/peer.ts"
import { verifyNatEnd } from "../../src/verify/nat-detection.ts"
import { hearFixture } from "./heard.ts"

const sha1 = nodeProvider.hash.sha1!

describe.each(["v2-psk-modp2048", "v2-ipv6-outer"])("NAT detection hashes of %s", async name => {
  const { whole } = (await hearFixture(name, {})).messages[0]
  const { datagram, message, payloads } = whole
  const claim = { hash: sha1, header: message.src.bytes, start: message.start, rfc: "RFC 7296 §2.23" }
  const hashes = (type: number) => findAll(payloads, notify).flatMap(n => (n.type === type ? [n.data] : []))
  const source = hashes(NOTIFY.NAT_DETECTION_SOURCE_IP)
  const destination = hashes(NOTIFY.NAT_DETECTION_DESTINATION_IP)

  it("are those of the frame's ends", () => {
    expect(verifyNatEnd(claim, "source", source, datagram)).toMatchObject({
      id: "nat-detection-source",
      status: "pass",
    })
    expect(verifyNatEnd(claim, "destination", destination, datagram).status).toBe("pass")
    expect(verifyNatEnd(claim, "source", [destination[0], source[0]], datagram).status).toBe("pass")
  })

  it("are others once an address or a port is another, or is none", () => {
    const { address, port } = datagram.source
    const moved: Peer[] = [
      { address: "192.0.2.7", port },
      { address, port: port + 1 },
      { address: "", port },
    ]
    for (const peer of moved) {
      const result = verifyNatEnd(claim, "source", source, { ...datagram, source: peer })
      expect(result).toMatchObject({ status: "skipped", reason: expect.stringMatching(/NAT changed it/) })
    }
    expect(verifyNatEnd(claim, "destination", source, datagram).status).toBe("skipped")
  })
})
