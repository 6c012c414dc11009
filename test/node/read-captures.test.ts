/** Captures from disk: plain, compressed, several merged by time. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import { type Diagnostic, findingText } from "../../src/bytes/diagnostic.ts"
import { CaptureOpenError } from "../../src/node/open-capture.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import type { ReadOptions } from "../../src/node/read-options.ts"
import { packetOf, type WalkedPacket, walked } from "../helpers/walked.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-read-"))
afterAll(() => rmSync(folder, { recursive: true }))

const fixture = (name: string) => new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url).pathname
const made = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

async function read(paths: string[], options: ReadOptions = {}) {
  const packets: (WalkedPacket & { capture: number })[] = []
  const diagnostics: Diagnostic[] = []
  const captures = await readCaptures(
    paths,
    {
      packet: v => void packets.push({ ...packetOf(v), capture: v.capture }),
      diagnostic: d => void diagnostics.push(d),
    },
    options,
  )
  return {
    packets: packets.map(({ capture, ...p }) => p),
    captureOf: packets.map(p => p.capture),
    diagnostics,
    captures,
  }
}

const nat = readFileSync(fixture("v2-nat"))
const whole = walked(nat)

describe("one capture", () => {
  it("plain", async () => {
    const got = await read([fixture("v2-nat")])
    expect(got.packets).toEqual(whole.packets)
    expect(got.captures).toEqual([
      {
        path: fixture("v2-nat"),
        format: "pcap",
        frames: 128,
        bytes: nat.length - 24 - 16 * 128,
        first_time: expect.stringMatching(/^2026-\d\d-\d\dT.*\d{9}Z$/),
        last_time: expect.stringMatching(/^2026-/),
        complete: true,
      },
    ])
  })
  it("gzip, of one member and of two", async () => {
    const two = Buffer.concat([gzipSync(nat.subarray(0, 1000)), gzipSync(nat.subarray(1000))])
    for (const bytes of [gzipSync(nat), two]) {
      const got = await read([made("a.bin", bytes)])
      expect(got.packets).toEqual(whole.packets)
      expect(got.captures[0]).toMatchObject({ format: "pcap, gzip", complete: true })
    }
  })
  it("gzip cut off or damaged keeps what came before", async () => {
    const packed = gzipSync(nat, { level: 1 })
    const cut = await read([made("cut.gz", packed.subarray(0, packed.length >> 1))])
    expect(cut.packets.length).toBeGreaterThan(20)
    expect(cut.packets).toEqual(whole.packets.slice(0, cut.packets.length))
    expect(cut.captures[0].complete).toBe(false)
    expect(cut.diagnostics.map(d => d.code)).toEqual(["capture-read"])
    const bad = await read([
      made(
        "bad.gz",
        packed.map((b, i) => (i > 5000 && i < 5100 ? b ^ 0xff : b)),
      ),
    ])
    expect(bad.captures[0].complete).toBe(false)
    expect(bad.diagnostics.length).toBe(1)
  })
  it("zstd, whole and cut off", async () => {
    const packed = Buffer.from(ZSTD, "base64")
    const plain = readFileSync(fixture("v1-main-psk")).subarray(0, 3000)
    const expected = walked(plain).packets
    expect(expected.length).toBeGreaterThan(5)
    const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9)
    for (const bytes of [packed, Buffer.concat([skippable, packed])]) {
      const got = await read([made("a.zst", bytes)])
      expect(got.packets).toEqual(expected)
      expect(got.captures[0].format).toBe("pcap, zstd")
      expect(got.diagnostics.map(d => d.code)).toEqual(["capture-truncated"])
    }
    const cut = await read([made("cut.zst", packed.subarray(0, 1000))])
    expect(cut.captures[0].complete).toBe(false)
    expect(cut.diagnostics.length).toBe(1)
  })
  it("stops when asked to", async () => {
    const stop = { stopped: false }
    let seen = 0
    await readCaptures(
      [fixture("v2-nat")],
      { packet: () => (stop.stopped = ++seen === 3), diagnostic: () => {} },
      { stop },
    )
    expect(seen).toBe(3)
  })
  it("what cannot be opened is an error", async () => {
    await expect(read([join(folder, "none.pcap")])).rejects.toThrow(CaptureOpenError)
    await expect(read([folder])).rejects.toThrow("it is a directory")
  })
})

describe("several captures", () => {
  it("parts of one capture, dealt out, merge to the whole", async () => {
    const parts = [0, 1, 2].map(() => [nat.subarray(0, 24)])
    for (let at = 24, i = 0; at < nat.length; i++) {
      const length = 16 + nat.readUInt32LE(at + 8)
      parts[(i * 7) % 3].push(nat.subarray(at, at + length))
      at += length
    }
    const paths = parts.map((p, i) => made(`part-${i}`, i === 1 ? gzipSync(Buffer.concat(p)) : Buffer.concat(p)))
    const got = await read(paths)
    expect(got.packets).toEqual(whole.packets)
    expect(got.captureOf.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2])
    expect(got.captures.map(c => c.frames)).toEqual([43, 43, 42])
  })
  it("one that is damaged does not end the others", async () => {
    const got = await read([made("junk", Uint8Array.of(1, 2, 3, 4, 5)), fixture("v2-nat")])
    expect(got.packets.map(({ payload }) => payload)).toEqual(whole.packets.map(({ payload }) => payload))
    expect(got.captures.map(c => c.complete)).toEqual([false, true])
    expect(findingText(got.diagnostics[0])).toContain("junk: neither a pcap nor a pcapng")
  })
})

/** The first 3000 bytes of v1-main-psk. */
const ZSTD =
  "KLUv/WS4Ck1EAMR71MOyoQIABAAEAAHI3wBr5vIFAPIAAOLYglzNq9on9x4OsQgARQAA5GDvQABAEcUVCgEAAQIB9AH0ANC3jhMxh2t6kziVAAEQAgDIDQAAOCwBASQAgAEAB4AOAICAgAQADoADAAGACwwOEBSIL+Vtb9INvCJRYTsuvlvrDAkAJonf1rcSr8rXE2ih8clrhpb8d1cBABhASLfVbrzohSXn3n8A1sLTgAAAAEoTHIEHA1hFXFco8g6VRS8AkMuAkT67aW4IY4G17EJ7H4MIBgDe0NEAVRgCAbzAigr3VNvuHWFltAB0GAYAtgEAAahg8cRPAZQ8bgQBjAoAAQTVdpDZ2+dLH8WUsoN/Rzq/jEELgH7GmjXY0Li5InY3RwwPi2tNUntNDmVRNxp/3o3zEzV78yEqjT4bWP03TuTBd7gxVK2CmfJaVoj1R9QwBD3TXAC6bTjh+tZo3L0pUcdTrZXQsslw9TBU+7XQoXF9aPrdKbVspj7jO9AQ5WNSmJ/+ZUiVIFGJ8Gtjrq+1u2O9pTdmQyk1xS2LLS6cr6BumIrpk+Cmuv9hYnGX080ffqBgVZ1V7+UC1WMPwgnNio2wkMHSAyWxqP4UCjofpc2fwiTigZaHLPr1XF5mDdbmef3vbfwPrV54HAFXNKPNSrFWhyGFNEz0OgD1lxqg4u1wFAAAJOMGfzJC2HXoh2LFisI4J8An1DMfBBB+dwl3DNK4CoW/JxpDQCVZJil2QhcoaXuftm7/lkfBEzGbrdLaTXJGmOQA0nI7bKqUGalYNwjrQElUeVH0NXkiR5SyyF47Fkz1TYSsN9EDVD0RfepI7bkzuCP7ycllAmNRe5HqcuwLSHl4xLDLJD+xNIZKiu1kMJ57LF22ar4SSSbGPiI1OiOnunlWJgBnMa1pziBcbGlwrxaaiDTvhCrP2FkpDrDWg3ejZE/b2xoX1p9QZf+TqU/qE95eTMMegoJz0qJwwA6M7pOsTMVKbelST8NKtHBhW5DIxcC44YOUgb8cwaj9QV+M7gq0x2O6VDIUDKklABxArbxhuc/WChfElf5Q5Bw9peD7cpxaWX25UsBL1i2sYFXvPak/8g66ESLKZpWmIUGjOXflTePO/1ICxvjRpuRRXsDpuPWidGDC7Oy0aoIlnh4k9y/V77Jx/MkccGptml27FBOz/wsNujinO5GwDNXvCKJ7CwvdQB6GSuXH3LhIBgCmAACYYPJehChlBRACAXyQWHEjuwEF0sOM9FJ143Ihr1rdWqSXxYvVB4++c5H9lpg/G6xGp+wm2xr69yaoO+HbECmzxea2O8UqLGP1QFRvZrhf4SZWIBlSs5haG7mtAM8a02AhWF9li3kUm2H+yVhtTQYAhoZ40QRsZAloXAJU4aiqdGdsHhRihsgSN7dtAvdKrdvSDjhXz5eOncTEByelV1lbQZWErAKsHHWxYPCwKdpPNolf+FProyG3jhDsUwYA5ubYYPMdxGl/CBAgAZpSUwu8alu5genJLIhQCrjTkb8FnquN5rsSJV7Amr+CpJpHu9Vv8jNPcMjOKJraXDXcO9RbAggM12UbQhcRvZIFz2/5y74tfVD9ufmS7V12NHKh383trbIgp9/xuwFxQ/HprSIpooRoSCqOlFTYRjnsXeiglZiTtXVvlbC2JW17KZi1+LG8ciTuK9qj2tbsr7dLpOy4J0xi6qZedrPhU5Mx2qkW+ndb0QULKybFoWNAzz6Sl/alGnEzndT+dNXr58odY7LrJTmQ30klWUTRmW6x+P53UfM251l0PVNeFGzjwl2rTHgkH2sroqdHtGQCxT9Obn3QvKJDwINkvWI9ppFk250hbl5l6JORk+7BciYX7eEJBp0/zi6fEKD4DEd6bYd3iPrtJD4tYIKhmItHmXEeGs0nXxBRVd6e6rVd4H9m44mBZ44m2OaKb+qaaWYGAHZ2aGD0jFRQs0yC73E7GLCYSj5m2rTD3OVGfmzfhQfMDn6F2WVEhWwAU68hbSSZhoIkfQez6IrUQ5wnfwYA6urcGpIyC1ptC6vnQkOqc2+MEjp7K1Yy0ZoPd25kV9Z6ZL3fGgDA5z2xi4F//YTrJwhgqsuO7xk+yhd8JB2vkD4H8BGDDNhD/WGYRilRKSPRVo0GQNW+pzCLL+t6cC/xsnbchAwZ8/cQ7drafGbZXgXKllndQPROUrYDNmZZHeDKiLx4rXbnvEeE834sb5fHRXI4Bh1Myfb7du6gtFTV5u4XB1YJHGqZ+CVohOT3jH9HwUh3FkgtJdBmRcMqZt41i1qc8fMRX2O29I20hIAjyAIkXh86G+OeEPC5EprcPepCg4HJdLH+0DY+Ppa5wIlFgvqUnpgzE7TUFyE16O8fhTxXwIwB2nUNQ+t+ut1nh6FtoTfkdR/YLO4dKSqiQ0EKXOYOS0deDAX0x1mcbqtyhQfrp/3yxrIZfZ1cEHCtKCkQydIAKipWBer2h9pvGMvbKE+bCcp6s2IR3dooV6UXKz0+hdCP3rEEgoBG8DnL9UhBTXqyeqYkB6MqQVUvFgrMIMf26x95IRUEq9pY6Vm8B6RpLatbBtgRCKFLAumLanedU21E9JpkffrLbCMfG+ue4X5fzrji+hznx7Lulo7cYp6NB+QaBERDAMgvWUo2ac23zBZOaSggS5LC6uIhNQMZIYowgZjAxLJbdP8MEgbuvQcwSA9E2BBo5HHgwcC+RbJVko+dvlhHYgyjYRdq3v3SoK00YgG6grDxqIMQh/KSkS/Trmue/ioNMm6PyDHhamb6WzTMuR21fBl2Xc1fafANFtoDQlAagDwA/TyOBsZE03GLBx8juS+3R+UwTB17kYFxNN8KHhb3h6MLbGyL7iRcYKwpIAMLTcLfAhdAraCumesjU1wDeV50bTwySCKcdacdfmBHW4kSFHI6K7qAigO0yBVX"
