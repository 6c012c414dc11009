/** `show --format pdml`, held against `tshark -T pdml`. */
import { spawnSync } from "node:child_process"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { readPdml, type XmlElement } from "../helpers/format-readers.ts"
import { havePrograms } from "../helpers/programs.ts"
import { runCommand } from "../helpers/run-command.ts"

const fixture = (path: string) => resolve(import.meta.dirname, "../../fixtures", path)
const all = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(all)]
const pdmlOf = async (...args: string[]) => readPdml((await runCommand("show", ...args, "--format", "pdml")).out)

const tshark = havePrograms("tshark")

describe.skipIf(!tshark)("PDML", () => {
  it("has the fields that tshark has, with their values and places", async () => {
    const capture = fixture("v2-no-proposal/capture.pcap")
    const theirs = readPdml(spawnSync("tshark", ["-r", capture, "-T", "pdml"], { encoding: "utf8" }).stdout)
    const ours = await pdmlOf(capture, "1-")
    expect(ours.children).toHaveLength(theirs.children.length)
    for (const [i, packet] of ours.children.entries()) {
      const said = (root: XmlElement) =>
        all(root)
          .map(({ attributes: { name, show, pos, size } }) => ({ name, text: `${name} ${show} ${pos} ${size}` }))
          .filter(({ name }) => /^(?:ip|udp|isakmp)\./.test(name ?? ""))
      const known = new Set(said(theirs.children[i]).map(f => f.text))
      const names = new Set(said(theirs.children[i]).map(f => f.name))
      const both = said(packet).filter(f => names.has(f.name))
      expect(both.length).toBeGreaterThan(40)
      const differ = both.filter(f => !known.has(f.text)).map(f => f.text)
      expect(differ).toEqual([])
    }
  })
})

describe("PDML of an opened message", () => {
  const capture = fixture("v2-psk-modp2048/capture.pcap")

  it("has what is inside, and of no frame is an empty document", async () => {
    const opened = await pdmlOf(capture, "3", "--keys", fixture("v2-psk-modp2048/keys.json"))
    expect(all(opened).some(({ attributes: a }) => a.name === "isakmp.id.data.fqdn" && a.show === "left.lab")).toBe(
      true,
    )
    expect(all(await pdmlOf(capture, "3")).some(({ attributes: a }) => a.show === "left.lab")).toBe(false)
    expect((await pdmlOf(capture, "-Y", "ah")).children).toEqual([])
  })
})
