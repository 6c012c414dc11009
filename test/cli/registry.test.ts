/** `ikedump registry`: tables, their rows and ranges. */
import { describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"

const run = (...argv: string[]) => runCommand("registry", ...argv)

describe("ikedump registry", () => {
  it("lists the tables", async () => {
    const { out, code } = await run()
    expect(code).toBe(0)
    expect(out).toMatch(/^ikev2-encr +\d+ {2}Transform Type 1 - Encryption Algorithm Transform IDs$/m)
    expect(out).toMatch(/^eap-types /m)
  })

  it("prints a table with its ranges", async () => {
    const { out } = await run("ikev2-sequence-numbers")
    expect(out).toMatchInlineSnapshot(`
      "ikev2-sequence-numbers  Transform Type 5 - Sequence Numbers Properties Transform IDs
        value  name                                             in reports          reference  status
            0  32-bit Sequential Numbers                        NO-ESN              RFC 9827
            1  Partially Transmitted 64-bit Sequential Numbers  ESN                 RFC 9827
            2  32-bit Unspecified Numbers                       32-BIT-UNSPECIFIED  RFC 9827
        1024-65535  Private Use
      "
    `)
  })

  it("prints one number of every table whose name fits", async () => {
    const { out } = await run("encr", "20")
    expect(out).toContain("ENCR_AES_GCM_16")
    expect(out).toMatch(/^ikev1-ike-encr .*\n {2}Unknown \(20\)$/m)
    expect((await run("ikev2-notify", "0x4004")).out).toContain("NAT_DETECTION_SOURCE_IP")
    expect((await run("ikev2-notify", "60000")).out).toContain("Private Use Status (60000)")
  })

  it("finds names, whatever their case and punctuation", async () => {
    const { out } = await run("notify", "no-proposal-chosen")
    expect(out).toContain("ikev2-notify ")
    expect(out).toContain("ikev1-notify ")
    expect(out).toContain("NO_PROPOSAL_CHOSEN")
  })

  it("lists the tables that a part of a name fits", async () => {
    const { out } = await run("payload-types")
    expect(out).toContain("ikev1-payload-types")
    expect(out).toContain("ikev2-payload-types")
    expect(out).not.toContain("Security Association")
  })

  it("prints JSON", async () => {
    const { out } = await run("ikev2-prf", "5", "--format", "json")
    expect(JSON.parse(out)).toEqual([
      {
        name: "ikev2-prf",
        title: "Transform Type 2 - Pseudorandom Function Transform IDs",
        entries: [
          {
            value: 5,
            name: "PRF_HMAC_SHA2_256",
            report_name: "HMAC-SHA2-256",
            reference: "RFC 4868",
            status: null,
          },
        ],
        ranges: [{ first: 1024, last: 65535, name: "Private Use" }],
      },
    ])
    expect(JSON.parse((await run("--format", "json")).out)[0]).toHaveProperty("title")
    const unknown = JSON.parse((await run("ikev2-prf", "999", "--format", "json")).out)
    expect(unknown[0].entries).toEqual([{ value: 999, name: null, report_name: "999", reference: null, status: null }])
  })

  it.each([
    [["nonsense"], 'no table is named "nonsense"'],
    [["ikev2-encr", "rot13"], 'no entry is named "rot13"'],
    [["--format", "xml"], 'unknown format "xml"'],
  ])("exits with 2 on %j", async (argv, message) => {
    const { out, err, code } = await run(...argv)
    expect(code).toBe(2)
    expect(out).toBe("")
    expect(err).toContain(message)
  })
})
