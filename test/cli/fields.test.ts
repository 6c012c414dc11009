/** `ikedump fields`: rows, output options, errors, and the values that tshark printed of the fixtures. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"
import { fieldArguments, missing, type OracleFrame, oracleNames } from "../helpers/tshark-fields.ts"

const root = new URL("../..", import.meta.url).pathname
const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const keysOf = (name: string) => join(root, "fixtures", name, "keys.json")
const fields = (name: string, ...args: readonly string[]) => runCommand("fields", fixture(name), ...args)

/** The first rows without their newlines. */
async function rows(count: number, name: string, ...args: readonly string[]): Promise<string[]> {
  const { out, code } = await fields(name, ...args)
  expect(code).toBe(0)
  return out.split("\n").slice(0, count)
}

describe("ikedump fields", () => {
  it("prints a row for each frame, several values joined", async () => {
    const { out, code } = await fields(
      "v2-psk-modp2048",
      ..."-e frame.number -e ip.addr -e isakmp.tf.id.encr".split(" "),
    )
    expect(code).toBe(0)
    const lines = out.split("\n")
    expect(lines.length).toBe(93)
    expect(lines.slice(0, 3)).toEqual([
      "1\t10.1.0.1,10.1.0.2\t12",
      "2\t10.1.0.2,10.1.0.1\t12",
      "3\t10.1.0.1,10.1.0.2\t",
    ])
  })

  it("knows the frame and the packet list", async () => {
    const names =
      "frame.time frame.time_epoch frame.time_relative frame.time_delta frame.len frame.protocols _ws.col.Info _ws.col.info"
    expect(await rows(2, "v2-psk-modp2048", ...names.split(" ").flatMap(n => ["-e", n]))).toEqual([
      [
        "Nov 21, 2026 00:00:04.437735000 UTC",
        "1795219204.437735000",
        "0.000000000",
        "0.000000000",
        "526",
        "eth:ethertype:ip:udp:isakmp",
        "IKE_SA_INIT MID=00 Initiator Request",
        "IKE_SA_INIT MID=00 Initiator Request",
      ].join("\t"),
      [
        "Nov 21, 2026 00:00:04.444603000 UTC",
        "1795219204.444603000",
        "0.006868000",
        "0.006868000",
        "534",
        "eth:ethertype:ip:udp:isakmp",
        "IKE_SA_INIT MID=00 Responder Response",
        "IKE_SA_INIT MID=00 Responder Response",
      ].join("\t"),
    ])
  })

  it("header, separator, occurrence, aggregator and quote as tshark has them", async () => {
    const args = "-E header=y -E separator=, -E quote=d -e frame.number -e isakmp.notify.msgtype -e esp.spi".split(" ")
    expect(await rows(2, "v2-psk-modp2048", ...args, "-E", "occurrence=f")).toEqual([
      "frame.number,isakmp.notify.msgtype,esp.spi",
      '"1","16388",',
    ])
    expect((await rows(2, "v2-psk-modp2048", ...args, "-E", "occurrence=l"))[1]).toBe('"1","16406",')
    expect((await rows(2, "v2-psk-modp2048", ...args, "-E", "aggregator=/s"))[1]).toBe(
      '"1","16388 16389 16430 16431 16406",',
    )
    expect(
      await rows(1, "v2-psk-modp2048", "-E", "separator=/s", "-e", "ip.src", "-e", "ip.dst", "-e", "ip.src"),
    ).toEqual(["10.1.0.1 10.1.0.2 10.1.0.1"])
  })

  it("json and ndjson hold the fields that are there", async () => {
    const { out } = await fields("v2-psk-modp2048", ..."-e ip.src -e esp.spi -e isakmp.ispi --format json".split(" "))
    const frames = JSON.parse(out)
    expect(frames.length).toBe(92)
    expect(frames[0]).toEqual({ frame: 1, fields: { "ip.src": ["10.1.0.1"], "isakmp.ispi": ["23f2acdb7d9b9274"] } })
    expect(frames[4]).toEqual({ frame: 5, fields: { "ip.src": ["10.1.0.1"], "esp.spi": ["0xfa5608e0"] } })
  })

  it("opens payloads and packets with keys", async () => {
    const names = "-e isakmp.id.data.fqdn -e ip.src -e esp.icv_good -e _ws.col.Info".split(" ")
    const lines = await rows(5, "v2-psk-modp2048", ...names, "--keys", keysOf("v2-psk-modp2048"))
    expect(lines[2]).toBe("left.lab,right.lab\t10.1.0.1\t\tIKE_AUTH MID=01 Initiator Request")
    expect(lines[4]).toBe("\t10.1.0.1,10.10.1.1\t1\tEcho (ping) request id=0x479e, seq=1")
  })

  it("has several messages of a TCP stream in one row", async () => {
    const { out } = await fields("v2-tcp-rewrap", ..."-e frame.number -e isakmp.messageid -e esp.sequence".split(" "))
    expect(out).toMatch(/^\d+\t0x[0-9a-f]{8}\t/m)
    expect(out).toMatch(/^\d+\t\t\d+$/m)
  })

  it("decodes alike whatever else is asked for", async () => {
    const names = [
      "isakmp.notify.msgtype",
      "isakmp.key_exchange.dh_group",
      "isakmp.ispi",
      "isakmp.tf.id.prf",
      "ip.proto",
    ]
    const all = [...names, "isakmp.extradata", "eth.src", "frame.protocols", "isakmp.nextpayload"]
    const column = async (asked: readonly string[], name: string) => {
      const { out } = await fields("v2-psk-modp2048", ...asked.flatMap(n => ["-e", n]))
      const lines = out.split("\n").slice(0, -1)
      return lines.map(line => line.split("\t")[asked.indexOf(name)])
    }
    for (const name of names) expect(await column([name], name)).toEqual(await column(all, name))
  })

  it("passwords only with --show-keys", async () => {
    const { configuration } = await import("../../src/ike/v1/configuration.ts")
    const { PickSink } = await import("../../src/dissect/pick-sink.ts")
    const { Cursor } = await import("../../src/bytes/cursor.ts")
    const bytes = Uint8Array.of(1, 0, 0, 7, 0x40, 0x8a, 0, 2, 0x68, 0x69)
    const names = ["isakmp.cfg.attr.xauth.user_password", "isakmp.cfg.attr.value", "isakmp.cfg.identifier"]
    const picked = (showKeys: boolean) => {
      const sink = new PickSink(names, { showKeys })
      const c = new Cursor({ bytes, label: "body" }, 0, bytes.length, "Payload Length", sink)
      configuration.decode(c, { version: 1, exchangeType: 6, flags: 0 })
      return sink.values.map((values, i) => values.slice(0, sink.counts[i]))
    }
    expect(picked(true)).toEqual([["hi"], ["6869"], ["7"]])
    expect(picked(false)).toEqual([["hidden (--show-keys)"], ["hidden (--show-keys)"], ["7"]])
  })

  it("a misspelt field, option or format is a usage error", async () => {
    const wrong = await fields("v1-main-psk", "-e", "isakmp.ispy")
    expect(wrong).toMatchObject({ code: 2, out: "" })
    expect(wrong.err).toContain("did you mean isakmp.ispi?")
    expect((await fields("v1-main-psk")).code).toBe(2)
    for (const option of ["occurrence=x", "nothing=y", "separator"])
      expect((await fields("v1-main-psk", "-e", "ip.src", "-E", option)).code).toBe(2)
    expect((await fields("v1-main-psk", "-e", "ip.src", "--format", "xml")).code).toBe(2)
  })
})

/** Made of what tshark 4.0.17 printed with the fixture's keys: first frames, one line each. */
const goldens = join(root, "test/golden/fields")

describe("values of tshark", () => {
  it.each(readdirSync(goldens).map(file => basename(file, ".ndjson")))("%s", async name => {
    const lines = readFileSync(join(goldens, `${name}.ndjson`), "utf8")
      .trim()
      .split("\n")
    const oracle = lines.map(line => JSON.parse(line) as OracleFrame)
    const keys = existsSync(keysOf(name)) ? [keysOf(name)] : []
    const { out, code } = await runCommand(...fieldArguments(fixture(name), oracleNames(oracle), keys))
    expect(code).toBe(0)
    expect(missing(oracle, out).misses).toEqual([])
  })
})
