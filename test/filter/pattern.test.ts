/** Patterns of `matches` beside JavaScript's regular expressions where both say the same, and what only ours promise: linear time. */
import { describe, expect, it } from "vitest"
import { Pattern } from "../../src/filter/pattern.ts"
import { PatternError } from "../../src/filter/pattern-syntax.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "aab",
  "abab",
  "AB",
  "foo\nbar",
  "foo\n",
  "x1_y",
  " a b ",
  "10.1.0.2",
  "[a-z]",
  "é",
  "\\",
  "aaaa",
]

describe("agrees with RegExp", () => {
  it.each([
    "",
    "a",
    "ab|b",
    "^a",
    "b$",
    "^$",
    "a*b",
    "a+?b",
    "(ab){2}",
    "^(a|b)*$",
    "[^a]",
    "[a-c]b",
    "\\d+\\.\\d",
    "\\bfoo\\b",
    "\\Bo",
    "o.b",
    "\\w\\W",
    "\\s\\S",
    "[\\]]",
    "[]a]".replace("]a", "\\]a"),
    "(?:a(?:b|))b",
    "a{2,3}b",
    "a{2}$",
    "(a?){4}$",
    "(a*)*b",
    "x\\x31",
    "[\\d_]y",
    "\\\\",
    "é",
    "(|a)b",
    "[-a]b",
    "[a-]b",
    "a{,2}",
  ])("%s", pattern => {
    const ours = new Pattern(pattern)
    for (const text of TEXTS)
      expect([text, ours.test(bytes(text))]).toEqual([text, new RegExp(pattern, "i").test(text)])
  })
})

describe("as PCRE2", () => {
  it.each([
    ["foo$", "foo\n", true],
    ["foo\\z", "foo\n", false],
    ["foo\\Z", "foo\n", true],
    ["\\Abar", "foo\nbar", false],
    ["(?m)^bar", "foo\nbar", true],
    ["o.b", "foo\nbar", false],
    ["(?s)o.b", "foo\nbar", true],
    ["(?-i)a", "A", false],
    ["(?-i:a)B", "ab", true],
    ["((?-i)a)B", "Ab", false],
    ["[[:alpha:]]{3}", "foo", true],
    ["[[:^alpha:]]", "foo", false],
    ["\\Qa.b\\E", "a.b", true],
    ["\\Qa.b\\E", "axb", false],
    ["(?<name>a)", "a", true],
    ["(?#words)a", "a", true],
    ["[]x]", "]", true],
    ["[\\x00-\\x1f]", "\n", true],
    ["\\x{41}", "a", true],
  ])("%s in %j: %s", (pattern, text, expected) => expect(new Pattern(pattern).test(bytes(text))).toBe(expected))

  it("searches bytes that are no text", () => {
    expect(new Pattern("^\\x00{8}$").test(new Uint8Array(8))).toBe(true)
    expect(new Pattern("\\xff\\x00").test(Uint8Array.of(1, 0xff, 0))).toBe(true)
  })
})

it.each([
  "(a)\\1",
  "(?=a)",
  "(?<!a)b",
  "(?>a)",
  "a++",
  "a{2,1}",
  "*a",
  "(",
  ")",
  "[a",
  "[z-a]",
  "\\",
  "[[:nope:]]",
  "a{5000}",
])("%s is refused", pattern => expect(() => new Pattern(pattern)).toThrow(PatternError))

it.each(["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*x", "(a?){50}a{50}$"])("%s takes linear time", pattern => {
  expect(new Pattern(`^${pattern}`).test(bytes(`${"a".repeat(20_000)}!`))).toBe(false)
})
