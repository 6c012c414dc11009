/** Community IDs against the examples of the specification (baseline_deflt.json of corelight/community-id-spec). */
import { expect, it } from "vitest"
import { communityId } from "../../src/report/community-id.ts"

const end = (address: string, port = 0) => ({ address, port })

it.each([
  [6, end("128.232.110.120", 34855), end("66.35.250.204", 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="],
  [6, end("66.35.250.204", 80), end("128.232.110.120", 34855), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="],
  [17, end("192.168.1.52", 54585), end("8.8.8.8", 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="],
])("%i %o %o", (protocol, a, b, id) => {
  expect(communityId(protocol, a, b)).toBe(id)
})

it("takes ESP without ports, and both directions alike", () => {
  const id = communityId(50, end("2001:db8::1"), end("2001:db8::2"))
  expect(id).toMatch(/^1:[A-Za-z0-9+/]{27}=$/)
  expect(communityId(50, end("2001:db8::2"), end("2001:db8::1"))).toBe(id)
  expect(communityId(50, end("10.1.0.1"), end("2001:db8::2"))).toBeNull()
})
