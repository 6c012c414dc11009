/** The table of Vendor IDs: each once, and the MD5 of each known text. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { fromHex } from "../../src/bytes/hex.ts"
import { VENDOR_IDS } from "../../src/registry/vendor-id-table.ts"
import { WIRESHARK_NAMES } from "../../src/registry/vendor-id-wireshark.ts"
import { tsharkVendorString, vendorId, vendorText } from "../../src/registry/vendor-ids.ts"

const bytes = (hex: string) => fromHex(hex) as Uint8Array
const ascii = (text: string) => new TextEncoder().encode(text)

describe("the table of Vendor IDs", () => {
  it("has at least 150 IDs, each once, in lower-case hex", () => {
    expect(VENDOR_IDS.length).toBeGreaterThanOrEqual(150)
    expect(new Set(VENDOR_IDS.map(r => r.id)).size).toBe(VENDOR_IDS.length)
    expect(VENDOR_IDS.filter(r => !/^([0-9a-f]{2})+$/.test(r.id))).toEqual([])
  })

  it("has the MD5 of each text that is given", () => {
    const md5 = (text: string) => createHash("md5").update(text, "latin1").digest("hex")
    expect(VENDOR_IDS.filter(r => r.from !== undefined && !md5(r.from).startsWith(r.id))).toEqual([])
    expect(VENDOR_IDS.filter(r => r.from !== undefined).length).toBeGreaterThan(120)
  })
})

describe("vendorId", () => {
  it.each([
    ["882fe56d6fd20dbc2251613b2ebe5beb", { name: "strongSwan", vendor: "strongSwan" }],
    ["2d1f406118fbd5d28474791ffa00488a", { name: "strongSwan 4.2.3", version: "4.2.3" }],
    ["afcad71368a1f1c96b8696fc77570100", { name: "Dead Peer Detection (RFC 3706)", version: "1.0" }],
    ["12f5f28c457168a9702d9fe274cc0100", { name: "Cisco Unity", vendor: "Cisco", version: "1.0" }],
    ["1f07f70eaa6514d3b0fa96542a500305", { name: "Cisco VPN 3000 Concentrator", version: "3.0.5" }],
    ["1e2b516905991c7d7c96fcbfb587e46100000009", { name: "MS NT5 ISAKMPOAKLEY", version: "Windows 8" }],
    ["1e2b516905991c7d7c96fcbfb587e461000000ff", { name: "MS NT5 ISAKMPOAKLEY", version: "255" }],
    ["1e2b516905991c7d7c96fcbfb587e461", { name: "MS NT5 ISAKMPOAKLEY", version: undefined }],
    ["4048b7d56ebce88525e7de7f00d6c2d3c0000000", { name: "IKE Fragmentation" }],
    ["09002689dfd6b712", { name: "XAUTH" }],
    ["09002689dfd6b71280a224dec33b81e5", { name: "XAUTH, whole hash (draft-beaulieu-ike-xauth-02)" }],
    ["699369228741c6d4ca094c93e242c9de19e7b7c60000000500000500", { vendor: "Juniper", version: "5.0" }],
    ["2c9d7e81995b9967d23f571ac641f9348122f1cc1200000014060000", { vendor: "Juniper", version: "6.20" }],
    ["4865617274426561745f4e6f74696679386b0100", { vendor: "Juniper", version: "386b0100" }],
    ["8299031757a36082c6a621de00050204", { name: "FortiGate", version: "5 build 516" }],
    ["8299031757a36082c6a621de00000000", { name: "FortiGate", version: undefined }],
    ["f4ed19e0c114eb516faaac0ee37daf2807b4381f00000001000013880000000000000000", { version: "NG gateway" }],
    ["f4ed19e0c114eb516faaac0ee37daf2807b4381f000000010000138d4a4b4c4d0000000018800000", { version: "NGX gateway" }],
    ["f4ed19e0c114eb516faaac0ee37daf2807b4381f", { vendor: "Check Point", version: undefined }],
    [
      "47bbe7c993f1fc13b4e6d0db565c68e5010201010201010310382e302e3020284275696c6420313029000000",
      { name: "SafeNet SoftRemote", version: "8.0.0 (Build 10)" },
    ],
    ["424e455300000009", { vendor: "Nortel", version: "9" }],
    ["5b362bc820f60007", { vendor: "SonicWall", version: "0007" }],
    ["4f45407942714f72547e497b", { name: "FreeS/WAN, Openswan or libreswan" }],
    ["4f45486b7d44784d42676b5d", { name: "FreeS/WAN 2.00", version: "2.00" }],
  ])("knows %s", (id, expected) => {
    expect(vendorId(bytes(id))).toMatchObject(expected)
  })

  it("knows IDs that are text", () => {
    expect(vendorId(ascii("OE-Libreswan-4.10"))).toEqual({
      name: "libreswan",
      vendor: "libreswan",
      version: "4.10",
      text: "OE-Libreswan-4.10",
    })
    expect(vendorId(ascii("FLEXVPN-SUPPORTED"))).toMatchObject({ name: "Cisco FlexVPN", text: "FLEXVPN-SUPPORTED" })
    expect(vendorId(ascii("TIMESTEP 1 SGW 1520 315 2.01E013"))).toMatchObject({ version: "1 SGW 1520 315 2.01E013" })
  })

  it("does not take any text that begins with OE for Openswan, nor a shorter ID for a known one", () => {
    expect(vendorId(ascii("OEM vendor with a longer text"))).toBeUndefined()
    expect(vendorId(bytes("882fe56d6fd20dbc"))).toBeUndefined()
    expect(vendorId(new Uint8Array())).toBeUndefined()
  })

  it("takes every prefix and extension of every row without throwing", () => {
    for (const { id } of VENDOR_IDS) {
      const whole = new Uint8Array([...bytes(id), 0xff, 0, 1, 2, 3, 4, 5, 6, 7])
      for (let n = 0; n <= whole.length; n++) expect(() => vendorId(whole.subarray(0, n))).not.toThrow()
    }
  })
})

describe("vendorText", () => {
  it("is the text of printable IDs only", () => {
    expect(vendorText(ascii("Acme VPN 1.0\0"))).toBe("Acme VPN 1.0")
    expect(vendorText(ascii("Acme\u001b[31m"))).toBeUndefined()
    expect(vendorText(new Uint8Array(4))).toBeUndefined()
    expect(vendorText(new Uint8Array())).toBeUndefined()
  })
})

describe("tsharkVendorString", () => {
  it("prefers the longer ID and falls back to Unknown Vendor ID", () => {
    expect(WIRESHARK_NAMES.length).toBeGreaterThan(110)
    expect(tsharkVendorString(bytes("09002689dfd6b71280a224dec33b81e5"))).toBe("draft-beaulieu-ike-xauth-02.txt")
    expect(tsharkVendorString(bytes("09002689dfd6b712"))).toBe("XAUTH")
    expect(tsharkVendorString(bytes("90cb80913ebb696e086381b5ec427b1f"))).toBe("draft-ietf-ipsec-nat-t-ike-02\\n")
    expect(tsharkVendorString(new Uint8Array(12))).toBe("Unknown Vendor ID")
  })

  const captures = resolve(import.meta.dirname, "../../../shared/captures")
  it.skipIf(!existsSync(captures))("gives tshark's string of every Vendor ID in the captures", () => {
    const pairs = new Map<string, string>()
    for (const file of readdirSync(captures, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".tshark.json.gz")) continue
      const frames: { fields: Record<string, string[]> }[] = JSON.parse(
        gunzipSync(readFileSync(resolve(captures, file))).toString(),
      )
      for (const { fields } of frames)
        for (const [i, id] of (fields["isakmp.vid_bytes"] ?? []).entries())
          pairs.set(id, fields["isakmp.vid_string"][i])
    }
    expect(pairs.size).toBeGreaterThan(20)
    const wrong = [...pairs].filter(([id, name]) => tsharkVendorString(bytes(id)) !== name)
    expect(wrong).toEqual([])
  })
})
