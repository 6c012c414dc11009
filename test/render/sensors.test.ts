/** Reports in the formats of other sensors, read as their tools read them. Fixtures: NAT, TCP, IKEv1, a refusal, lost packets. */
import { readFileSync } from "node:fs"
import { isIP } from "node:net"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import type { Report } from "../../src/report/types.ts"
import { runCommand } from "../helpers/run-command.ts"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const NAMES = [
  "v2-nat",
  "v2-tcp-rewrap",
  "v1-main-psk",
  "v2-auth-failed",
  "v2-ipv6-outer",
  "v1-xauth-psk-cfg",
  "v2-frag",
]
const capture = (name: string) => resolve(fixtures, name, "capture.pcap")

async function run(name: string, format: string): Promise<string> {
  const keys = resolve(fixtures, name, "keys.json")
  const done = await runCommand("report", capture(name), "--keys", keys, "--format", format)
  expect(done.err).toBe("")
  return done.out
}
const report = async (name: string): Promise<Report> => JSON.parse(await run(name, "json"))

// biome-ignore lint/suspicious/noExplicitAny: documents of other programs
const lines = (text: string): any[] =>
  text
    .trimEnd()
    .split("\n")
    .map(l => JSON.parse(l))

describe.each(NAMES)("EVE of %s", name => {
  it("has an event a message, then one a data SA, with the members Suricata writes", async () => {
    const events = lines(await run(name, "eve"))
    const { ike_sas, esp_sas } = await report(name)
    const messages = ike_sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages))
    expect(events.filter(e => e.event_type === "ike").map(e => e.pcap_cnt)).toEqual(
      messages.map(m => m.frame).sort((a, b) => a - b),
    )
    expect(events.filter(e => e.event_type === "flow").map(e => e.ikedump.sa)).toEqual(esp_sas.map(d => d.id))
    for (const e of events) {
      expect(e.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/)
      expect(e.community_id).toMatch(/^1:[A-Za-z0-9+/]{27}=$/)
      if (e.event_type !== "ike") continue
      expect(e.ike).toMatchObject({ init_spi: expect.stringMatching(/^[0-9a-f]{16}$/), message_id: expect.any(Number) })
      expect(e.ike.exchange_type).toBeGreaterThan(0)
    }
    expect(events[0].ike.resp_spi).toBe("0000000000000000")
    expect(events[1].ike.resp_spi).not.toBe("0000000000000000")
  })
})

describe("EVE", () => {
  it("names algorithms as Suricata does", async () => {
    const [, answer] = lines(await run("v2-nat", "eve"))
    const { suite } = (await report("v2-nat")).ike_sas[0]
    expect(suite.ke[0]).toMatch(/^(MODP-\d+|X25519|ECP-\d+)$/)
    expect(answer.ike).toMatchObject({
      role: "responder",
      alg_enc: expect.stringMatching(/^ENCR_/),
      alg_prf: expect.stringMatching(/^PRF_/),
      alg_dh: expect.stringMatching(/^(Modp\d+|Ecp\d+|Curve25519)$/),
      payload: expect.arrayContaining(["SecurityAssociation", "KeyExchange", "Nonce"]),
    })
  })

  it("follows the peers through a NAT: the ports of each message's own path", async () => {
    const events = lines(await run("v2-nat", "eve")).filter(e => e.event_type === "ike")
    expect(events[0].dest_port).toBe(500)
    expect(events.at(-1).src_port === 4500 || events.at(-1).dest_port === 4500).toBe(true)
  })

  it("counts the notifications that are errors", async () => {
    const events = lines(await run("v2-auth-failed", "eve")).filter(e => e.event_type === "ike")
    const failed = events.filter(e => e.ike.ikev2.errors > 0)
    expect(failed).toHaveLength(1)
    expect(failed[0].ike.ikev2.notify).toContain("AUTHENTICATION_FAILED")
    expect(failed[0].ikedump.verdict.outcome).toBe("failed")
  })

  it("is over TCP where the SA is", async () => {
    const protos = lines(await run("v2-tcp-rewrap", "eve")).map(e => e.proto)
    expect(protos).toContain("TCP")
  })
})

/** A log as zeek-cut reads it: by its header. */
function zeekLog(text: string) {
  const rows = text.trimEnd().split("\n")
  const header = new Map(rows.filter(r => r.startsWith("#")).map(r => [r.split(/[\t ]/)[0], r.split("\t").slice(1)]))
  const names = header.get("#fields") ?? []
  const types = header.get("#types") ?? []
  const entries = rows
    .filter(r => !r.startsWith("#"))
    .map(r => {
      const cells = r.split("\t")
      expect(cells).toHaveLength(names.length)
      return Object.fromEntries(names.map((n, i) => [n, cells[i]]))
    })
  return { header, names, types, entries }
}

/** What Zeek writes for a type. */
const OF_TYPE: Readonly<Record<string, RegExp>> = {
  time: /^\d+\.\d{6}$/,
  addr: /^[0-9a-f.:]+$/,
  port: /^\d+$/,
  bool: /^[TF]$/,
  count: /^\d+$/,
  string: /^.+$/,
  "vector[string]": /^.+$/,
  "vector[count]": /^\d+(,\d+)*$|^\(empty\)$/,
}

describe.each(NAMES)("Zeek's ipsec.log of %s", name => {
  it("has a line a message, with a cell a column, each of its type", async () => {
    const { header, names, types, entries } = zeekLog(await run(name, "zeek"))
    expect(header.get("#path")).toEqual(["ipsec"])
    expect(types).toHaveLength(names.length)
    const messages = (await report(name)).ike_sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages))
    expect(entries).toHaveLength(messages.length)
    for (const e of entries)
      names.forEach((n, i) => {
        if (e[n] !== "-") expect(e[n], n).toMatch(OF_TYPE[types[i]])
      })
    expect(entries[0]).toMatchObject({ is_orig: "T", responder_spi: "0000000000000000" })
    expect(entries[1]).toMatchObject({ is_orig: "F", "id.orig_h": entries[0]["id.orig_h"] })
    expect(entries[0].uid).toMatch(/^C[0-9A-Za-z]{17}$/)
  })
})

describe("Zeek's ipsec.log", () => {
  it("has the columns and types of zeek-spicy-ipsec, then ours", async () => {
    const theirs = readFileSync(resolve(fixtures, "sensors/zeek-ipsec-columns.tsv"), "utf8").trimEnd().split("\n")
    const { names, types } = zeekLog(await run("v2-nat", "zeek"))
    const ours = names.map((name, i) => `${name}\t${types[i]}`)
    const columns = theirs.filter(line => !line.startsWith("#"))
    expect(columns).toHaveLength(31)
    expect(ours.slice(0, columns.length)).toEqual(columns)
  })

  it("lists notifications and groups as vectors", async () => {
    const { entries } = zeekLog(await run("v2-nat", "zeek"))
    expect(entries[0].notify_messages.split(",")).toContain("NAT_DETECTION_SOURCE_IP")
    expect(entries[0].ke_dh_groups).toMatch(/^\d+$/)
    expect(entries[0].proposals).toMatch(/^1/)
  })
})

describe.each(NAMES)("ECS of %s", name => {
  it("has a document an SA with the fields ECS asks for", async () => {
    const documents = lines(await run(name, "ecs"))
    const { ike_sas, esp_sas } = await report(name)
    expect(documents.map(d => d.ikedump.sa)).toEqual([...ike_sas, ...esp_sas].map(sa => sa.id))
    for (const d of documents) {
      expect(d["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(d.ecs.version).toMatch(/^8\.\d+\.\d+$/)
      // The values that ECS allows in its categorization fields.
      expect(d.event).toMatchObject({ kind: "event", category: ["network"], type: ["connection", "protocol"] })
      expect(["success", "failure", "unknown"]).toContain(d.event.outcome)
      expect(Number.isSafeInteger(d.event.duration)).toBe(true)
      expect(d.event.duration).toBeGreaterThanOrEqual(0)
      expect(["ipv4", "ipv6"]).toContain(d.network.type)
      expect(d.related.ip).toContain(d.source.ip)
    }
  })
})

interface EcsField {
  readonly type: "date" | "keyword" | "ip" | "long" | "match_only_text"
  readonly normalize?: readonly string[]
  readonly allowed_values?: readonly string[]
}
const schema: {
  readonly fields: Readonly<Record<string, EcsField>>
  readonly expected_event_types: Readonly<Record<string, readonly string[]>>
} = JSON.parse(readFileSync(resolve(fixtures, "sensors/ecs-8.17-fields.json"), "utf8"))

/** What a document has that the schema of ECS does not: `network.foo: no field`, `source.port: no long`. */
function outsideEcs(document: Readonly<Record<string, unknown>>, prefix = ""): string[] {
  return Object.entries(document).flatMap(([key, value]) => {
    const name = prefix + key
    if (name === "ikedump") return []
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return outsideEcs({ ...value }, `${name}.`)
    const field = schema.fields[name]
    if (!field) return [`${name}: no field`]
    if (Array.isArray(value) !== (field.normalize?.includes("array") ?? false)) return [`${name}: a list or not`]
    const values: unknown[] = [value].flat()
    if (values.length === 0) return [`${name}: empty`]
    const good = (v: unknown): boolean =>
      field.type === "long"
        ? Number.isSafeInteger(v)
        : typeof v === "string" &&
          (field.type !== "date" || new Date(v).toISOString() === v) &&
          (field.type !== "ip" || isIP(v) > 0) &&
          (field.allowed_values?.includes(v) ?? true)
    return values.every(good) ? [] : [`${name}: no ${field.type}`]
  })
}

describe("ECS", () => {
  it("has fields, types and values of its schema alone", async () => {
    for (const name of NAMES)
      for (const document of lines(await run(name, "ecs"))) {
        expect(outsideEcs(document)).toEqual([])
        expect(schema.expected_event_types[document.event.category[0]]).toEqual(
          expect.arrayContaining(document.event.type),
        )
        expect(schema.fields["event.category"].allowed_values).toContain(document.event.category[0])
      }
    const bad = { network: { foo: 1 }, source: { port: "500", ip: "x" }, related: { ip: [] }, event: { kind: "thing" } }
    expect(outsideEcs(bad)).toEqual([
      "network.foo: no field",
      "source.port: no long",
      "source.ip: no ip",
      "related.ip: empty",
      "event.kind: no keyword",
    ])
  })

  it("says success, failure, and over TCP", async () => {
    const outcome = async (name: string) => lines(await run(name, "ecs"))[0].event.outcome
    expect(await outcome("v2-nat")).toBe("success")
    expect(await outcome("v2-auth-failed")).toBe("failure")
    expect(lines(await run("v2-tcp-rewrap", "ecs"))[0].network).toMatchObject({ transport: "tcp", iana_number: "6" })
    expect(lines(await run("v2-ipv6-outer", "ecs"))[0].network.type).toBe("ipv6")
  })
})

/** The grammar of OpenMetrics 1.0, as far as we write it. */
function openMetrics(text: string) {
  expect(text.endsWith("# EOF\n")).toBe(true)
  const families = new Map<string, string>()
  const samples: { name: string; labels: string; value: number }[] = []
  let current = ""
  for (const line of text.split("\n").slice(0, -2)) {
    const meta = /^# (TYPE|UNIT|HELP) ([a-z_]+) (.+)$/.exec(line)
    if (meta?.[1] === "TYPE") {
      expect(families.has(meta[2]), "a family is written in one place").toBe(false)
      families.set(meta[2], meta[3])
      current = meta[2]
    } else if (meta) {
      expect(meta[2]).toBe(current)
      if (meta[1] === "UNIT") expect(current.endsWith(`_${meta[3]}`)).toBe(true)
    } else {
      const m = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (\d+)$/.exec(line)
      expect(m, line).not.toBeNull()
      if (!m) continue
      expect(m[1]).toBe(families.get(current) === "counter" ? `${current}_total` : current)
      samples.push({ name: m[1], labels: m[2], value: Number(m[3]) })
    }
  }
  expect(new Set(samples.map(s => `${s.name}{${s.labels}}`)).size, "no series twice").toBe(samples.length)
  return samples
}

describe.each(NAMES)("OpenMetrics of %s", name => {
  it("is in the format, and its sums are the report's", async () => {
    const samples = openMetrics(await run(name, "openmetrics"))
    const { ike_sas, esp_sas } = await report(name)
    const sum = (metric: string) => samples.filter(s => s.name === metric).reduce((a, s) => a + s.value, 0)
    expect(sum("ikedump_ike_sas")).toBe(ike_sas.length)
    expect(sum("ikedump_esp_packets_total")).toBe(esp_sas.reduce((a, d) => a + d.packets, 0))
  })
})
