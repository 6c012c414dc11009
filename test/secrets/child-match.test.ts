/** Wildcards of Wireshark's ESP table. */
import { expect, it } from "vitest"
import { addressMatches, spiMatches } from "../../src/secrets/child-match.ts"
import type { ChildSaSecret } from "../../src/secrets/secrets.ts"

it.each([
  [undefined, "10.1.0.1", true],
  ["10.1.0.1", "10.1.0.1", true],
  ["10.1.0.1", "10.1.0.2", false],
  ["10.*.0.1", "10.1.0.1", true],
  ["10.*", "10.1.0.1", true],
  ["10.*.1", "10.1.0.1", false],
  ["10.1*.0.1", "10.12.0.1", true],
  ["10.1*.0.1", "10.2.0.1", false],
  ["2001:db8::*", "2001:db8::1", true],
  ["2001:db8::*", "2001:db9::1", false],
])("%s and %s", (pattern, address, fits) => {
  expect(addressMatches(pattern, address)).toBe(fits)
})

it("SPI, pattern, any", () => {
  const row = (r: Partial<ChildSaSecret>) => r as ChildSaSecret
  expect(spiMatches(row({ spi: 5 }), 5)).toBe(true)
  expect(spiMatches(row({ spi: 5 }), 6)).toBe(false)
  expect(spiMatches(row({}), 6)).toBe(true)
  expect(spiMatches(row({ spiPattern: "****00ff" }), 0x123400ff)).toBe(true)
  expect(spiMatches(row({ spiPattern: "****00ff" }), 0x12340100)).toBe(false)
})
