/** `eap-tls`: what a packet adds to a TLS conversation. RFC 5216 §2.3. */
import { describe, expect, it } from "vitest"
import { tlsChecks, tlsMsks } from "../../src/verify/tls-inside.ts"

const at = { frame: 7, time: { seconds: 0, nanos: 0 } }
const none = { opened: 0, closed: undefined }
type Now = Parameters<typeof tlsChecks>[0]
const closed = (why: NonNullable<Now["closed"]>["why"]): Now => ({
  opened: 0,
  closed: { frame: 7, why },
  suite: "TLS_NULL",
})

describe("eap-tls", () => {
  it("passes where the first record opens, once", () => {
    const now = { ...none, opened: 1, suite: "TLS_NULL" }
    expect(tlsChecks(now, none, at)).toMatchObject([{ id: "eap-tls", status: "pass", at: { frame: 7 } }])
    expect(tlsChecks({ ...now, opened: 2 }, { ...none, opened: 1 }, at)).toEqual([])
  })

  it("fails where a record does not verify; what the log or the provider lacks is skipped", () => {
    const of = (why: Parameters<typeof closed>[0]) => tlsChecks(closed(why), none, at)[0]
    expect(of("mismatch").status).toBe("fail")
    expect(of("no-suite")).toMatchObject({ status: "skipped", reason: "TLS_NULL is not computed here" })
    expect(of("no-key")).toMatchObject({ status: "skipped", reason: expect.stringMatching(/no line/) })
    expect(tlsChecks(closed("mismatch"), closed("mismatch"), at)).toEqual([])
  })

  it("no conversation gives no MSK", () => {
    expect(tlsMsks({ tls: null, eap: 13 })).toEqual([])
  })
})
