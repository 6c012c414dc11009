/** The reader of DER: values of X.690's own examples, what is malformed, and its bounds. */
import { describe, expect, it } from "vitest"
import { hexBytes } from "../../src/bytes/hex.ts"
import { attempt, type Der, parseDer, parseWhole } from "../../src/pki/der.ts"

const read = (hex: string): Der => parseDer(hexBytes(hex.replaceAll(" ", "")))
const fails = (hex: string, of: (der: Der) => unknown = der => der): void =>
  expect(attempt(() => of(read(hex)) !== Symbol())).toBeUndefined()

describe("DER", () => {
  it("reads lengths in short, long and indefinite form", () => {
    expect(read("04 02 aabb").content).toEqual(hexBytes("aabb"))
    expect(read("04 81 02 aabb").der.length).toBe(5)
    const indefinite = read("30 80 02 01 05 30 80 02 01 06 00 00 00 00 ff")
    expect(indefinite.der.length).toBe(14)
    expect(indefinite.at(0).small).toBe(5)
    expect(indefinite.at(1).at(0).small).toBe(6)
    fails("30 80 02 01 05")
    fails("04 80 aa 00 00")
    fails("04 03 aabb")
    fails("30 03 04 02 aa")
    fails("04 85 00 00 00 00 01 aa")
  })

  it("reads object identifiers, also arcs above 2^32", () => {
    // X.690 §8.19.5 has {2 999 3}.
    expect(read("06 03 88 37 03").oid).toBe("2.999.3")
    expect(read("06 09 2a 86 48 86 f7 0d 01 01 0b").oid).toBe("1.2.840.113549.1.1.11")
    expect(read("06 08 55 90 80 80 80 80 80 00").oid).toBe("2.5.70368744177664")
    fails("06 02 2a 86", der => der.oid)
    fails("06 00", der => der.oid)
    fails("02 01 2a", der => der.oid)
  })

  it("reads numbers", () => {
    expect(read("02 03 00 ff 01").integer).toEqual(hexBytes("ff01"))
    expect(read("02 03 00 ff 01").small).toBe(0xff01)
    fails("02 01 80", der => der.natural)
    fails("02 06 01 00 00 00 00 00", der => der.small)
    expect(read("01 01 ff").boolean).toBe(true)
    fails("01 02 ff ff", der => der.boolean)
  })

  it("reads bit and octet strings, primitive ones only", () => {
    expect(read("03 03 04 ab f0").bits).toEqual(hexBytes("abf0"))
    fails("03 00", der => der.bits)
    fails("03 02 08 ab", der => der.bits)
    fails("24 04 04 02 ab cd", der => der.octets)
  })

  it("reads both kinds of time with their zones", () => {
    const time = (tag: string, text: string) =>
      read(`${tag}${text.length.toString(16).padStart(2, "0")}${Buffer.from(text).toString("hex")}`).time.toISOString()
    expect(time("17", "491231235959Z")).toBe("2049-12-31T23:59:59.000Z")
    expect(time("17", "500101000000Z")).toBe("1950-01-01T00:00:00.000Z")
    expect(time("17", "2611280900+0100")).toBe("2026-11-28T08:00:00.000Z")
    expect(time("18", "20501231235959.25Z")).toBe("2050-12-31T23:59:59.250Z")
    expect(time("18", "20260101000000-0130")).toBe("2026-01-01T01:30:00.000Z")
    expect(attempt(() => time("17", "20501231235959Z"))).toBeUndefined()
    expect(attempt(() => time("18", "noon"))).toBeUndefined()
    expect(attempt(() => time("17", "269931235959Z"))).toBeUndefined()
  })

  it("tells context tags, and tags above 30", () => {
    const explicit = read("a0 03 02 01 02")
    expect([explicit.context, explicit.universal, explicit.at(0).small]).toEqual([0, undefined, 2])
    expect(read("bf 81 00 00").context).toBe(128)
    fails("80 01 02", der => der.items)
  })

  it("ends at its bounds", () => {
    const nested = (depth: number): Uint8Array => {
      let der = hexBytes("0500")
      for (let i = 0; i < depth; i++) der = Uint8Array.of(0x30, der.length, ...der)
      return der
    }
    expect(attempt(() => parseDer(nested(30)))).toBeDefined()
    expect(attempt(() => parseDer(nested(40)))).toBeUndefined()
    expect(attempt(() => parseDer(hexBytes("3006050005000500"), 3))).toBeUndefined()
    expect(attempt(() => parseWhole(hexBytes("050000")))).toBeUndefined()
    expect(attempt(() => parseDer(new Uint8Array()))).toBeUndefined()
  })
})
