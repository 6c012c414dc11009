/** Inner packets against traffic selectors. */
import { describe, expect, it } from "vitest"
import { addressKey, isAllowed, type SelectorRange } from "../../src/keys/inner-selectors.ts"

const ipv4 = (text: string) => new Uint8Array(text.split(".").map(Number))
const range = (first: string, last: string, upper: Partial<SelectorRange> = {}): SelectorRange => ({
  first: addressKey(ipv4(first)),
  last: addressKey(ipv4(last)),
  protocol: 0,
  firstPort: 0,
  lastPort: 0xffff,
  ...upper,
})

/** An IPv4 packet of 28 bytes; `fragment` in units of 8 bytes. */
function packet(source: string, destination: string, protocol = 6, ports = [1000, 80], fragment = 0): Uint8Array {
  const b = new Uint8Array(28)
  b[0] = 0x45
  b[7] = fragment
  b[9] = protocol
  b.set(ipv4(source), 12)
  b.set(ipv4(destination), 16)
  b.set([ports[0] >> 8, ports[0] & 0xff, ports[1] >> 8, ports[1] & 0xff], 20)
  return b
}

const nets = { source: [range("10.1.0.0", "10.1.0.255")], destination: [range("10.2.0.0", "10.2.0.255")] }
const allowed = (selectors: typeof nets, b: Uint8Array) => isAllowed(selectors, b, 0, b.length)

describe("addresses", () => {
  it("must lie in a range of each side", () => {
    expect(allowed(nets, packet("10.1.0.7", "10.2.0.255"))).toBe(true)
    expect(allowed(nets, packet("10.1.1.0", "10.2.0.1"))).toBe(false)
    expect(allowed(nets, packet("10.1.0.7", "10.2.1.0"))).toBe(false)
    expect(allowed(nets, packet("10.2.0.7", "10.1.0.7"))).toBe(false)
  })

  it("of another family are outside", () => {
    const b = new Uint8Array(48)
    b[0] = 0x60
    expect(allowed(nets, b)).toBe(false)
  })

  it("of what is no IP packet are not held against it", () => {
    expect(allowed(nets, new Uint8Array(4))).toBe(true)
    expect(allowed(nets, new Uint8Array(40))).toBe(true)
  })
})

describe("protocol and ports", () => {
  const web = { ...nets, destination: [range("10.2.0.0", "10.2.0.255", { protocol: 6, firstPort: 80, lastPort: 80 })] }
  it("must be among the selector's", () => {
    expect(allowed(web, packet("10.1.0.7", "10.2.0.1"))).toBe(true)
    expect(allowed(web, packet("10.1.0.7", "10.2.0.1", 6, [80, 81]))).toBe(false)
    expect(allowed(web, packet("10.1.0.7", "10.2.0.1", 17))).toBe(false)
  })

  it("of a later fragment are not known", () => {
    expect(allowed(web, packet("10.1.0.7", "10.2.0.1", 6, [1, 2], 3))).toBe(true)
    expect(allowed(web, packet("10.1.0.7", "10.9.0.1", 6, [1, 2], 3))).toBe(false)
  })

  it("of ICMP are type and code, on both sides", () => {
    const echo = { protocol: 1, firstPort: 0x0800, lastPort: 0x08ff }
    const ping = {
      source: [range("10.1.0.0", "10.1.0.255", echo)],
      destination: [range("10.2.0.0", "10.2.0.255", echo)],
    }
    expect(allowed(ping, packet("10.1.0.7", "10.2.0.1", 1, [0x0800, 0]))).toBe(true)
    expect(allowed(ping, packet("10.1.0.7", "10.2.0.1", 1, [0x0000, 0]))).toBe(false)
  })

  it("any selector of a list is enough", () => {
    const two = { ...nets, destination: [range("10.3.0.0", "10.3.0.255"), ...nets.destination] }
    expect(allowed(two, packet("10.1.0.7", "10.2.0.1"))).toBe(true)
  })
})
