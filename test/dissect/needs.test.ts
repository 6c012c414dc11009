/** What may be skipped: every field that a payload drew in the fixtures must be among those that keep it from being skipped. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { FieldNode } from "../../src/bytes/field-sink.ts"
import { TreeSink } from "../../src/bytes/field-sink.ts"
import { needsOf, wantedPayloads } from "../../src/dissect/needs.ts"
import { decodeMessage } from "../../src/ike/message.ts"
import { frameSources } from "../../src/net/dissect.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"

const fixtures = new URL("../../fixtures", import.meta.url).pathname
const captures = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(f => f.endsWith("capture.pcap"))

/** What the generic header draws: the walker reads it whether the body is wanted or not. */
const GENERIC = ["typepayload", "nextpayload", "criticalpayload", "reserved7", "payloadlength", "reserved"].map(
  name => `isakmp.${name}`,
)

const NOTIFY = 41
/** What a notification draws before its data. */
const NOTIFY_HEAD = ["notify.protoid", "notify.msgtype", "spisize", "spi"].map(name => `isakmp.${name}`)

function namesIn(node: FieldNode): string[] {
  return node.children.flatMap(child => [child.field.name, ...namesIn(child)])
}

describe("needs of fields", () => {
  it("frame fields and columns decode nothing of IKE", () => {
    expect(needsOf(["frame.number", "frame.len"])).toMatchObject({ layers: false, ike: "none", data: false })
    expect(needsOf(["isakmp.ispi", "frame.number"])).toMatchObject({ layers: false, ike: "header" })
    expect(needsOf(["isakmp.ispi", "isakmp.nonce"])).toMatchObject({ ike: "payloads" })
    expect(needsOf(["ip.src"])).toMatchObject({ layers: true, ike: "none", data: true })
    expect(needsOf(["somebody.else"])).toMatchObject({ layers: true, ike: "payloads", data: true })
  })

  it("a payload is decoded for each field that it draws", () => {
    const wrong = new Set<string>()
    let seen = 0
    for (const capture of captures)
      walkCapture(readFileSync(join(fixtures, capture)), {
        packet(view) {
          if (view.kind !== Kind.ISAKMP) return
          const { payload, payloadStart, payloadEnd } = frameSources(view)
          const sink = new TreeSink()
          const message = decodeMessage(payload, payloadStart, payloadEnd, { sink })
          for (const node of sink.roots[0]?.children ?? []) {
            if (node.field.name !== "isakmp.typepayload" || !message) continue
            for (const name of namesIn(node)) {
              if (GENERIC.includes(name) || !name.startsWith("isakmp.")) continue
              seen++
              const type = node.value as number
              const wanted = wantedPayloads([name])
              const inData = type === NOTIFY && message.version === 2 && NOTIFY_HEAD.includes(name)
              if (!wanted.has(message.version, type) || (type === NOTIFY && !inData && !wanted.notifyData))
                wrong.add(`v${message.version} ${type} ${name}`)
            }
          }
        },
        diagnostic() {},
      })
    expect(seen).toBeGreaterThan(100)
    expect([...wrong]).toEqual([])
  })
})
