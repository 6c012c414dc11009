/** `show`: frames as trees, in text and JSON. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { DecodeError } from "../../src/bytes/errors.ts"
import { field } from "../../src/bytes/field.ts"
import { TreeSink } from "../../src/bytes/field-sink.ts"
import { hexPane, hexPanes } from "../../src/render/hex-pane.ts"
import { penFor } from "../../src/render/pen.ts"
import { themeOf } from "../../src/render/theme.ts"
import { treeJson, treeLines } from "../../src/render/tree.ts"
import { expectGolden } from "./golden.ts"

const names = (map: Record<number, string>) => ({ name: (n: number) => map[n] })
const message = field("test.message", "Message", { kind: "none" })
const exchange = field("test.exchange", "Exchange type", { names: names({ 35: "IKE_AUTH" }) })
const flag = field("test.flag", "Response", { kind: "bool" })
const id = field("test.id", "Message ID", { kind: "hex" })
const payload = field("isakmp.typepayload", "Type Payload", {
  names: names({ 40: "Nonce", 46: "Encrypted and Authenticated" }),
})
const data = field("test.data", "Data", { kind: "bytes" })
const who = field("test.who", "Identity", { kind: "text" })
const password = field("test.password", "Password", { kind: "text", secret: true })

/** A frame with two payloads, the second holding decrypted bytes with one more, and a fault. */
function tree() {
  const sink = new TreeSink()
  const frame = byteSource(
    Uint8Array.from({ length: 60 }, (_, n) => n + 0x20),
    "frame 3",
  )
  const clear = byteSource(new TextEncoder().encode("left.lab\u001b[2J hunter2"), "decrypted SK of frame 3")
  const c = new Cursor(frame, 0, 60, "datagram", sink)
  c.group(message, 60, () => {
    c.note(exchange, 0, 1, 35)
    c.note(flag, 0, 1, true)
    c.note(id, 0, 4, 1)
    c.pos = 4
    c.window(payload, 20, "Payload Length", p => p.bytes(data), 40)
    c.window(
      payload,
      36,
      "Payload Length",
      () => {
        const inner = new Cursor(clear, 0, clear.bytes.length, "Pad Length", sink)
        inner.window(
          payload,
          12,
          "Payload Length",
          p => {
            p.text(who)
            sink.fault(
              new DecodeError({ code: "truncated", field: data, at: 12, need: 4, have: 0, limit: "Payload Length" }),
            )
          },
          99,
        )
        inner.text(password)
      },
      46,
    )
  })
  return { roots: sink.roots, frame, clear }
}

describe("tree", () => {
  it("is drawn with names, faults and sources", () => {
    const text = treeLines(tree().roots, penFor({ width: 80 }), { ranges: true }).join("\n")
    expect(text).not.toContain("hunter2")
    expect(text).not.toContain("\u001b")
    expectGolden("show/tree-80.txt", `${text}\n`)
    expect(treeLines(tree().roots, penFor(), { showKeys: true }).join()).toContain("hunter2")
  })

  it("is JSON with ranges, sources and faults, secrets hidden", () => {
    const [root] = treeJson(tree().roots)
    expect(root.children[0]).toEqual({
      name: "test.exchange",
      label: "Exchange type",
      value: 35,
      text: "IKE_AUTH (35)",
      start: 0,
      end: 1,
      source: "frame 3",
      fault: [],
      children: [],
    })
    expect(JSON.stringify(root)).not.toContain("hunter2")
    const inner = root.children[4].children[0]
    expect(inner).toMatchObject({
      source: "decrypted SK of frame 3",
      fault: [{ code: "truncated", field: "test.data", at: 12 }],
    })
  })

  it("survives a tree deeper than any line", () => {
    const sink = new TreeSink()
    const src = byteSource(new Uint8Array(1), "frame 1")
    for (let i = 0; i < 500; i++) sink.open(message, src, 0, 1)
    expect(Math.max(...treeLines(sink.roots, penFor({ width: 80 })).map(l => l.length))).toBeLessThanOrEqual(80)
  })
})

describe("hex pane", () => {
  it("draws each source with its title", () => {
    const panes = hexPanes(tree().roots, penFor({ width: 80 }))
    expectGolden("show/hex-80.txt", `${panes.map(p => p.join("\n")).join("\n\n")}\n`)
    const narrow = hexPanes(tree().roots, penFor({ width: 60 }))
    expect(panes.flat().join()).not.toMatch(/hun|68 75 6e/)
    expect(hexPanes(tree().roots, penFor(), { showKeys: true }).flat().join()).toContain("68 75 6e")
    expect(Math.max(...narrow.flat().map(l => l.length))).toBeLessThanOrEqual(60)
  })

  it("marks payloads by colour, the inner one over the outer", () => {
    const panes = hexPanes(tree().roots, penFor({ width: 80, theme: themeOf(1) }))
    expectGolden("show/hex-80-colour.txt", `${panes.map(p => p.join("\n")).join("\n\n")}\n`)
  })

  it("shows a range only", () => {
    const { frame } = tree()
    const lines = hexPane(frame, [], penFor({ width: 80 }), { start: 18, end: 20 })
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^0010 {8}32 33 +23$/)
    expect(lines[1].indexOf("23")).toBe("0010  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  ".length + 2)
  })
})
