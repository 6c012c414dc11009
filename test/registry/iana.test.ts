/**
 * Our tables against public copies of IANA's (../shared/iana). Two names agree when they are equal but for letter case, punctuation
 * and the prefixes that sources leave out or add. What differs on purpose stands with its reason in iana-differences.json; a
 * difference that is not listed fails, and so does a listed one that is none.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { REGISTRIES } from "../../src/registry/index.ts"
import type { Registry } from "../../src/registry/registry.ts"
import differences from "./iana-differences.json" with { type: "json" }

const iana = resolve(import.meta.dirname, "../../../shared/iana")
const haveIana = existsSync(iana)
if (!haveIana) console.log("skipped: no copies of IANA's tables beside the checkout")

interface IanaEntry {
  value: number
  name: string
  me?: string
  later?: string
  ws?: string
  ss?: string
  ls?: string
}

/** Whether `12` or `12-15` covers a number. */
const covers = (key: string, value: number): boolean => {
  const [first, last = first] = key.split("-").map(Number)
  return first <= value && value <= last
}

/** Tables that IANA has as two and we as one: their values share a number space. */
const ELSEWHERE: Record<string, string> = {
  "ikev2-notify-error": "ikev2-notify",
  "ikev2-notify-status": "ikev2-notify",
}

const RESERVED = /^(reserved|unassigned|none|undefined|allocated|private ?use|<unknown>|\*undefined)/i
const PREFIX =
  /^(id|esp|ah|proto|ipsec|auth|encr|kw|ipcomp|prf|attr|ikev2|md5)(?=[-_ ])|^(eap)(?=-)|^(default|alternate) |^p-/i

const squeeze = (name: string) =>
  name
    .replace(/\s*\((was|renamed)[^)]*\)/i, "")
    .toLowerCase()
    .replace(PREFIX, "")
    .replace(/[^a-z0-9]/g, "")

const tableOf = (name: string): Registry | undefined =>
  REGISTRIES.find(t => t.name === (ELSEWHERE[name] ?? name))?.registry

/** A name, what stands before its brackets, and the abbreviation in them. */
const formsOf = (name: string): string[] => {
  const [, long, short] = /^([^(]+?)(?: EAP)?(?: \(([^)]+)\)?)?$/.exec(name) ?? [undefined, name, undefined]
  return [name, long ?? name, short ?? name].map(squeeze)
}

/** What IANA says: its newest copy where there is one, otherwise any of the implementations' names. */
const namesOf = (e: IanaEntry): string[] =>
  [e.later ?? e.me].filter(n => n !== undefined).length > 0
    ? [(e.later ?? e.me) as string]
    : [e.name, e.ws, e.ls, e.ss].filter(n => n !== undefined)

/** `name` of our entry, or why there is none to compare. */
function compare(table: Registry, e: IanaEntry): string | undefined {
  const ours = table.get(e.value)
  const theirs = namesOf(e)
  if (!ours) return theirs.every(n => RESERVED.test(n)) ? undefined : `missing: ${theirs[0]}`
  if (ours.status === "reserved" && theirs.some(n => RESERVED.test(n))) return undefined
  const mine = [ours.name, ours.alias ?? ours.name].flatMap(formsOf)
  return theirs.some(n => formsOf(n).some(form => mine.includes(form))) ? undefined : `${ours.name}, there ${theirs[0]}`
}

describe.skipIf(!haveIana)("registries and IANA's", () => {
  const files = haveIana ? readdirSync(iana).filter(f => f.endsWith(".json") && !f.startsWith("_")) : []
  const listed = differences as Record<string, Record<string, string>>
  const entriesOf = (file: string): IanaEntry[] => JSON.parse(readFileSync(resolve(iana, file), "utf8")).entries

  it("each of IANA's tables is ours too", () => {
    expect(files.map(f => f.replace(".json", "")).filter(f => !tableOf(f))).toEqual([])
  })

  it.each(files.map(f => f.replace(".json", "")))("%s differs only where a reason is given", name => {
    const table = tableOf(name) as Registry
    const found: Record<string, string> = {}
    for (const e of entriesOf(`${name}.json`)) {
      const difference = compare(table, e)
      if (difference !== undefined) found[e.value] = difference
    }
    const given = Object.keys(listed[name] ?? {})
    const unlisted = Object.entries(found).filter(([v]) => !given.some(g => covers(g, Number(v))))
    expect(Object.fromEntries(unlisted)).toEqual({})
    expect(given.filter(g => !Object.keys(found).some(v => covers(g, Number(v))))).toEqual([])
  })

  it("what we have and these copies lack is named", () => {
    const known = new Map<Registry, Set<number>>()
    for (const file of files) {
      const table = tableOf(file.replace(".json", "")) as Registry
      const values = known.get(table) ?? new Set()
      for (const e of entriesOf(file)) values.add(e.value)
      known.set(table, values)
    }
    // The notify table also holds what 3GPP and strongSwan use, which have tables of their own.
    const notify = tableOf("ikev2-notify-error") as Registry
    for (const part of ["ikev2-notify-3gpp", "ikev2-notify-strongswan"])
      for (const v of tableOf(part)?.entries.keys() ?? []) known.get(notify)?.add(v)
    const extra: Record<string, number[]> = {}
    for (const { name, registry } of REGISTRIES) {
      const values = known.get(registry)
      const more = values && [...registry.entries.values()].filter(e => e.status !== "reserved" && !values.has(e.value))
      if (more && more.length > 0) extra[name] = more.map(e => e.value)
    }
    const reasons = listed["not in the copies"]
    expect(Object.fromEntries(Object.entries(extra).map(([n, v]) => [n, v.join(" ")]))).toEqual(
      Object.fromEntries(Object.entries(reasons).map(([n, why]) => [n, why.replace(/:.*/, "")])),
    )
  })
})

describe("every table", () => {
  it("has a name of its own and a title", () => {
    expect(new Set(REGISTRIES.map(t => t.name)).size).toBe(REGISTRIES.length)
    expect(REGISTRIES.filter(t => !/^[a-z0-9-]+$/.test(t.name) || !t.registry.title)).toEqual([])
  })

  it("names the source of each entry", () => {
    const bare = REGISTRIES.flatMap(t => [...t.registry.entries.values()].filter(e => !e.rfc || !e.name))
    expect(bare).toEqual([])
  })

  it("has ranges that run upwards and a label for every number", () => {
    for (const { registry } of REGISTRIES) {
      expect(registry.ranges.filter(([a, b]) => a > b)).toEqual([])
      for (const v of [0, 255, 65535]) expect(registry.label(v)).not.toBe("")
    }
  })
})

describe("the report's names", () => {
  const aliases = (name: string, ...values: number[]) => values.map(v => tableOf(name)?.alias(v))

  it("are those of the contract", () => {
    expect(aliases("ikev2-encr", 12, 13, 20, 15, 28, 3, 2, 7, 6, 23, 24, 27, 30, 11, 21)).toEqual([
      "AES-CBC",
      "AES-CTR",
      "AES-GCM-16",
      "AES-CCM-12",
      "CHACHA20-POLY1305",
      "3DES-CBC",
      "DES-CBC",
      "BLOWFISH-CBC",
      "CAST-CBC",
      "CAMELLIA-CBC",
      "CAMELLIA-CTR",
      "CAMELLIA-CCM-16",
      "AES-GCM-16-IIV",
      "NULL",
      "NULL-AES-GMAC",
    ])
    expect(aliases("ikev2-integ", 9, 1026, 12, 2, 1, 5, 8)).toEqual([
      "AES-GMAC-128",
      "HMAC-SHA2-256-96",
      "HMAC-SHA2-256-128",
      "HMAC-SHA1-96",
      "HMAC-MD5-96",
      "AES-XCBC-96",
      "AES-CMAC-96",
    ])
    expect(aliases("ikev2-prf", 6, 4, 8)).toEqual(["HMAC-SHA2-384", "AES128-XCBC", "AES128-CMAC"])
    expect(aliases("ikev2-ke-methods", 14, 20, 31, 32, 22, 28, 36)).toEqual([
      "MODP-2048",
      "ECP-384",
      "X25519",
      "X448",
      "MODP-1024-160",
      "BRAINPOOL-P256R1",
      "ML-KEM-768",
    ])
    expect(aliases("ikev1-ike-hash", 1, 2, 4)).toEqual(["MD5", "SHA1", "SHA2-256"])
    expect(aliases("ikev1-exchange-types", 2, 4, 32, 5, 6, 33)).toEqual([
      "Identity Protection (Main Mode)",
      "Aggressive",
      "Quick Mode",
      "Informational",
      "Transaction (Config Mode)",
      "New Group Mode",
    ])
    expect(aliases("ikev1-notify", 14, 36136)).toEqual(["NO_PROPOSAL_CHOSEN", "R_U_THERE"])
  })

  it("give the number back", () => {
    expect(tableOf("ikev2-encr")?.value("aes-gcm-16")).toBe(20)
    expect(tableOf("ikev2-encr")?.value("ENCR_AES_GCM_16")).toBe(20)
    expect(tableOf("ikev2-encr")?.value("nothing")).toBeUndefined()
  })

  it("show unknown numbers with their range", () => {
    expect(tableOf("ikev2-encr")?.label(2000)).toBe("Private Use (2000)")
    expect(tableOf("ikev2-encr")?.label(99)).toBe("Unknown (99)")
    expect(tableOf("ikev2-encr")?.alias(99)).toBe("99")
  })
})
