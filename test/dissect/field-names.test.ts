/** Field names held against Wireshark's, and what each payload draws held against the table that decides what is skipped. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { fieldNames } from "../../src/dissect/field-names.ts"

const shared = join(new URL("../..", import.meta.url).pathname, "../shared")
const table = join(shared, "tools/tshark-fields.tsv")
if (!existsSync(table)) console.log("skipped: no list of Wireshark's fields beside the checkout")

describe("field names", () => {
  it("are sorted and once each", () => {
    const names = fieldNames()
    expect(names).toEqual([...new Set(names)].sort())
    expect(names).toContain("isakmp.ispi")
    expect(names).toContain("frame.number")
    expect(names).toContain("_ws.col.Info")
  })

  it.skipIf(!existsSync(table))("include all of Wireshark's for ISAKMP, ESP, AH and their encapsulation", () => {
    const known = new Set(fieldNames())
    const theirs = readFileSync(table, "utf8")
      .split("\n")
      .filter(line => line !== "")
      .map(line => line.split("\t")[1])
    expect(theirs.length).toBeGreaterThan(300)
    expect(theirs.filter(name => !known.has(name))).toEqual([])
  })
})
