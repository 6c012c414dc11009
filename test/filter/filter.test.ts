/** Display filters over values made by hand: what tshark 4.0 has no word for, errors and their columns, hostile text. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { allFields, type Field, type FieldValue } from "../../src/bytes/field.ts"
import { compileFilter } from "../../src/filter/filter.ts"
import { FilterError } from "../../src/filter/filter-error.ts"
import { FilterSink } from "../../src/filter/filter-sink.ts"

const named = (name: string, nth = 0): Field => allFields().filter(f => f.name === name)[nth]

/** Draws [name, value, bytes on the wire] one behind the other; a heading has no value. */
function passes(filter: string, drawn: readonly (readonly [string, FieldValue?, number[]?, number?])[]): boolean {
  const sink = new FilterSink(compileFilter(filter))
  for (const [name, value, wire = [], nth] of drawn) {
    const src = byteSource(Uint8Array.from(wire), "test")
    if (name.includes(".")) sink.leaf(named(name, nth), src, 0, wire.length, value)
    else sink.open(named(name), src, 0, wire.length)
  }
  return sink.matches()
}

function errorOf(filter: string): FilterError {
  try {
    compileFilter(filter)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`${filter} compiles`)
}

const PORTS = [
  ["udp"],
  ["udp.srcport", 500, [1, 0xf4]],
  ["udp.port", 500, [1, 0xf4]],
  ["udp.dstport", 4500, [0x11, 0x94]],
  ["udp.port", 4500, [0x11, 0x94]],
] as const

describe("any and all", () => {
  it.each([
    ["udp.port == 500", true],
    ["udp.port != 500", false],
    ["udp.port !== 500", true],
    ["udp.port === 500", false],
    ["all udp.port in {500, 4500}", true],
    ["all udp.port in {500}", false],
    ["udp.port all_eq 500 or udp.port any_ne 500", true],
    ["udp.port > 4000", true],
    ["all udp.port > 4000", false],
    ["tcp.port != 500", false],
    ["!(tcp.port == 500)", true],
  ])("%s: %s", (filter, expected) => expect(passes(filter, PORTS as never)).toBe(expected))
})

describe("what came with later Wiresharks", () => {
  it.each([
    ["udp xor tcp", true],
    ["udp ^^ udp", false],
    ["@udp.srcport == 01:f4", true],
    ["@udp.srcport[1] == f4", true],
    ["500 == udp.srcport", true],
    ["(udp.srcport + 4000) * 2 == 9000", true],
    ["(udp.srcport & 0xff) == 0xf4", true],
    ["udp.srcport-1 == 499", true],
    ['string(udp.port) in {"500"}', true],
  ])("%s: %s", (filter, expected) => expect(passes(filter, PORTS as never)).toBe(expected))
})

describe("precedence", () => {
  it.each([
    ["udp or tcp and ip", true],
    ["(udp or tcp) and ip", false],
    ["not tcp and udp", true],
    ["udp.srcport & 1 == 0", true],
    ["udp.srcport + 2 * 3 == 506", true],
    ["400 < udp.srcport < 600", true],
    ["", true],
  ])("%s: %s", (filter, expected) => expect(passes(filter, PORTS as never)).toBe(expected))
})

describe("names of numbers", () => {
  it("a name speaks of its own version's table", () => {
    const nonce = 'isakmp.typepayload == "Nonce"'
    expect(passes(nonce, [["isakmp.typepayload", 10, [10], 0]])).toBe(true)
    expect(passes(nonce, [["isakmp.typepayload", 40, [40], 1]])).toBe(true)
    expect(passes(nonce, [["isakmp.typepayload", 10, [10], 1]])).toBe(false)
  })

  it.each(["IKE_SA_INIT", '"IKE_SA_INIT"', '"ike_sa_init"', "34", "0x22", "042", "0b100010", "'\"'"])("%s", text =>
    expect(passes(`isakmp.exchangetype == ${text}`, [["isakmp.exchangetype", 34, [34], 1]])).toBe(true),
  )

  it("flags are words too", () => {
    for (const word of ["true", "TRUE", "1", "2", '"Set"', "Initiator"])
      expect(passes(`isakmp.flag_i == ${word}`, [["isakmp.flag_i", true, [8]]])).toBe(true)
  })
})

describe("addresses, bytes, text, times", () => {
  const v6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
  it.each([
    ["ipv6.src == fe80::1", true],
    ["ipv6.src == fe80::/10", true],
    ["ipv6.src == fec0::/10", false],
    ["ipv6.src in {::1, fe80::0.0.0.1}", true],
    ["ipv6.src[-2:] == 00:01", true],
    ["ipv6.src[0,15] == fe:01", true],
    ["ipv6.src[14-15] == 0001", true],
    ["ipv6.src[16]", false],
  ])("%s: %s", (filter, expected) => expect(passes(filter, [["ipv6.src", Uint8Array.from(v6), v6]])).toBe(expected))

  it.each([
    ['isakmp.vid_string contains "Swan"', true],
    ['isakmp.vid_string matches "SWAN$"', true],
    ['isakmp.vid_string matches "(?-i)SWAN$"', false],
    ['upper(isakmp.vid_string) == "STRONGSWAN"', true],
    ["len(isakmp.vid_string) == 10", true],
    ['isakmp.vid_string[0:6] == "strong"', true],
    ["isakmp.vid_string == strongSwan", true],
    [String.raw`isakmp.vid_string == "\x73trong\123wan"`, true],
    [String.raw`isakmp.vid_string matches r"\w+wan"`, true],
  ])("%s: %s", (filter, expected) => expect(passes(filter, [["isakmp.vid_string", "strongSwan"]])).toBe(expected))

  it.each([
    ["frame.time_relative > 1.5", true],
    ["frame.time_relative == 1.6", true],
    ["frame.time_relative + 0.5 < 2", false],
    ['frame.time >= "2026-01-02 03:04:05"', true],
    ['frame.time == "2026-01-02T03:04:05.25Z"', true],
    ['frame.time < "Jan 2, 2026 03:04:05"', false],
  ])("%s: %s", (filter, expected) =>
    expect(
      passes(filter, [
        ["frame.time_relative", "1.600000000"],
        ["frame.time", "Jan  2, 2026 03:04:05.250000000 UTC"],
      ]),
    ).toBe(expected),
  )

  it("64-bit numbers stay exact", () => {
    const lifetime = "isakmp.messageid"
    const big = 0xffff_ffff_ffff_ffffn
    expect(passes(`${lifetime} == 0xffffffffffffffff`, [[lifetime, big]])).toBe(true)
    expect(passes(`${lifetime} == 0xfffffffffffffffe`, [[lifetime, big]])).toBe(false)
    expect(passes(`${lifetime} & 1 == 1`, [[lifetime, big]])).toBe(true)
  })
})

describe("layers", () => {
  const address = (last: number) => [10, 0, 0, last]
  const tunnel = [
    ["ip"],
    ["ip.src", Uint8Array.from(address(1)), address(1)],
    ["ip"],
    ["ip.src", Uint8Array.from(address(2)), address(2)],
  ] as const
  it.each([
    ["ip.src#1 == 10.0.0.1", true],
    ["ip.src#2 == 10.0.0.1", false],
    ["ip.src#[-1] == 10.0.0.2", true],
    ["ip.src#[1-] == 10.0.0.2", true],
    ["ip.src#[1-2,9] == 10.0.0.2", true],
    ["count(ip.src) == 2 and count(ip) == 2", true],
    ["ip#2", true],
    ["ip#3", false],
  ])("%s: %s", (filter, expected) => expect(passes(filter, tunnel as never)).toBe(expected))
})

describe("errors point at the column", () => {
  it.each([
    ["isakmp.exchangtype == 1", 1, 18, "isakmp.exchangetype"],
    ["udp and isakmp.exchangtype", 9, 26, "isakmp.exchangetype"],
    ["ip.src == ip.dts", 11, 16, "ip.dst"],
    ["udp.port == fish", 13, 16, undefined],
    ["isakmp.exchangetype == IKE_SA_INT", 24, 33, "IKE_SA_INIT"],
    ["udp.port ==", 12, 12, undefined],
    ["(udp", 1, 1, undefined],
    ["udp)", 4, 4, undefined],
    ["udp.port = 5", 10, 10, '"=="'],
    ["udp AND tcp", 5, 7, "and"],
    ["udp.port[0]", 1, 11, "@udp.port"],
    ["udp.port contains 3", 1, 8, "string(udp.port)"],
    ['ip.src matches "x"', 1, 6, "string(ip.src)"],
    ['udp.length == "5"', 15, 17, "without quotes"],
    ["ip.src == 10.0.0.0/33", 11, 21, undefined],
    ["ip.src == udp.port", 1, 18, undefined],
    ["lenn(udp) > 1", 1, 4, "len"],
    ["len(udp)", 1, 8, "must"],
    ['isakmp.vid_string matches "(a"', 27, 30, undefined],
    ['isakmp.vid_string == "abc', 22, 22, undefined],
    ['isakmp.vid_string == "\\q"', 23, 24, "backslash"],
    ["udp.port in 5", 13, 13, "{500, 4500}"],
    ["udp.port in {}", 14, 14, undefined],
    ["1 == 1", 1, 1, undefined],
    ["ip.src#0", 7, 8, "count from 1"],
    ["ip.src[x]", 7, 9, "[first"],
    [".udp.prt == 1", 1, 8, "udp.port"],
  ])("%s", (filter, column, last, hint) => {
    const error = errorOf(filter)
    expect([error.column, Math.max(error.at + 1, error.end)]).toEqual([column, Math.max(column, last)])
    if (hint) expect(`${error.message} ${error.hints.join(" ")}`).toContain(hint)
  })

  it("marks the place", () => {
    expect(errorOf("udp and ip.scr").marked("udp and ip.scr")).toBe("udp and ip.scr\n        ^~~~~~")
    expect(errorOf("udp \u001b[2J").marked("udp \u001b[2J")).not.toContain("\u001b")
  })
})

describe("hostile filters", () => {
  it.each([
    "(".repeat(100_000),
    "!".repeat(99_999),
    "-".repeat(99_999),
    `${"{".repeat(50_000)}1`,
    `udp.port == ${"len(".repeat(20_000)}`,
    "udp ".repeat(30_000),
    `isakmp.vid_string matches "${"(".repeat(90_000)}"`,
    'isakmp.vid_string matches "(a{1000}){1000}"',
    `udp.port == ${"9".repeat(90_000)}`,
  ])("%.20s… is an error", filter => expect(() => compileFilter(filter)).toThrow(FilterError))

  it("a long chain is no nesting", () => {
    const filter = compileFilter(Array.from({ length: 4000 }, (_, n) => `udp.port == ${n}`).join(" or "))
    expect(filter.wanted.map(w => w.name)).toEqual(["udp.port"])
  })
})

it("says which fields it reads", () => {
  const filter = compileFilter("isakmp.exchangetype == 34 and len(ip) == 20 and esp")
  expect(filter.wanted.map(w => [w.name, w.bytes])).toEqual([
    ["isakmp.exchangetype", false],
    ["ip", true],
    ["esp", false],
  ])
  expect(filter.fields.has(named("isakmp.exchangetype").id)).toBe(true)
  expect(filter.fields.has(named("udp.port").id)).toBe(false)
})
