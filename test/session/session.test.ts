/** Sessions: what is there when, the same answers as the commands, more secrets, aborts, compressed and several captures. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Worker } from "node:worker_threads"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { audit } from "../../src/audit/audit.ts"
import { AuditFacts } from "../../src/audit/facts.ts"
import { memorySource } from "../../src/index.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { nodeFile } from "../../src/node/session-file.ts"
import { SharedStop } from "../../src/node/shared-stop.ts"
import { analyze } from "../../src/pipeline.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import type { SessionOptions } from "../../src/session/analyses.ts"
import { memoryFile, type SessionFile } from "../../src/session/file.ts"
import { openSession, type Session } from "../../src/session/session.ts"
import type { FilterPart } from "../../src/session/types.ts"
import { secretsOf as playedSecrets } from "../play/analyzed.ts"
import { PlayV2, SUITE } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"

const fixture = (name: string): string => resolve(import.meta.dirname, `../../fixtures/${name}`)
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(`${name}/capture.pcap`)))
const secretsOf = async (name: string) => (await loadSecrets([fixture(`${name}/keys.json`)])).secrets
const NODE: SessionOptions = { provider: nodeProvider, data: { createOpener: createNodeEspOpener, inflate } }

async function open(name: string, options: SessionOptions = {}, bytes = bytesOf(name)): Promise<Session> {
  const session = await openSession([memoryFile(`${name}.pcap`, bytes)], { ...NODE, ...options })
  await session.finished
  return session
}

async function passing(session: Session, text: string): Promise<number[]> {
  const parts: FilterPart[] = []
  expect(await session.filter(text, part => parts.push(part))).toBeNull()
  const frames: number[] = []
  for (const { from, until, bits } of parts)
    for (let n = from; n < until; n++) if (bits[(n - from) >>> 5] & (1 << ((n - from) & 31))) frames.push(n)
  return frames
}

describe("findings beside a verdict", () => {
  it("repeat it, or say more", async () => {
    const findings = async (name: string, options?: SessionOptions) => (await open(name, options)).verdict().findings
    const [refused] = await findings("v2-auth-failed")
    expect(refused).toMatchObject({ code: "ike-auth-refused", repeats: true })
    const secrets = await secretsOf("v2-ts-unacceptable")
    const [selectors] = await findings("v2-ts-unacceptable", { secrets })
    expect(selectors).toMatchObject({ code: "ts-unacceptable", repeats: true })
    // What was offered stands in the finding alone.
    const [proposal] = await findings("v2-no-proposal")
    expect(proposal).toMatchObject({ code: "no-proposal-chosen", repeats: false })
  })
})

describe("a session", () => {
  it("has the report of the pipeline", async () => {
    const secrets = await secretsOf("v2-nat")
    const session = await open("v2-nat", { secrets })
    const { report } = await analyze(memorySource(bytesOf("v2-nat")), { ...NODE, provider: nodeProvider, secrets })
    const { captures, ...rest } = session.report()
    const { captures: theirs, ...same } = report
    expect(rest).toEqual(same)
    expect(captures).toMatchObject([{ frames: theirs[0].frames, format: "pcap", complete: true }])
  })

  it("has the ladder before ESP is opened", async () => {
    const session = await openSession([memoryFile("a", bytesOf("v2-nat"))], {
      ...NODE,
      secrets: await secretsOf("v2-nat"),
    })
    expect(session.info().stage).toBe("control")
    const early = session.ladder("ike/0")!
    expect(early.ladder.rows.filter(r => r.kind === "message")).toHaveLength(12)
    expect(early.ladder.rows.find(r => r.kind === "data")).toMatchObject({ esp: { packets: 43, icv_ok: 0 } })
    await session.finished
    expect(session.info().stage).toBe("done")
    expect(session.ladder("ike/0")!.ladder.rows.find(r => r.kind === "data")).toMatchObject({ esp: { icv_ok: 43 } })
  })

  it("audits as the command does", async () => {
    const secrets = await secretsOf("v2-nat")
    const facts = new AuditFacts()
    const result = await analyze(memorySource(bytesOf("v2-nat")), {
      ...NODE,
      provider: nodeProvider,
      secrets,
      observer: facts,
    })
    expect((await open("v2-nat", { secrets })).audit()).toEqual(audit(result, facts))
  })

  it("takes secrets later and ends where one with them begins", async () => {
    const late = await open("v2-nat")
    expect(late.info().secrets).toMatchObject({ given: 0, used: 0 })
    await late.addSecretsText("keys.json", new Uint8Array(readFileSync(fixture("v2-nat/keys.json"))))
    await late.finished
    const early = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    expect(late.report()).toEqual(early.report())
    expect(await late.frame(92)).toEqual(await early.frame(92))
    expect(late.info().secrets.used).toBeGreaterThan(0)
  })

  it("gives plain data only", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    const all = [
      session.info(),
      session.report(),
      session.sas(),
      session.sa("child/1"),
      session.ladder("ike/0"),
      session.timeline(null, { bins: 200 }),
      await session.lines([1, 2, 92]),
      await session.frame(92),
      session.derivations(),
      session.audit(),
      session.verdict(),
      session.columns(),
    ]
    for (const value of all) expect(structuredClone(value)).toEqual(value)
  })

  it("keeps the values of keys to itself unless asked", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    const hidden = session.derivations()
    expect(hidden.flatMap(d => d.steps).every(s => s.value === null && s.bytes > 0)).toBe(true)
    const shown = session.derivations({ showKeys: true })
    const values = shown.flatMap(d => [...d.steps, ...d.given]).map(s => s.value!)
    const said = JSON.stringify([session.report(), hidden, session.info(), session.verdict(), session.audit()])
    for (const value of values) expect(said).not.toContain(value)
  })

  it("says what each key is for, and where in the output of prf+ it lies", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    const [first, child, , rekeyed] = session.derivations()
    expect(first.steps.map(s => [s.name, s.use, s.way, s.at])).toEqual([
      ["SKEYSEED", "seed", undefined, undefined],
      ["SK_d", "derive", undefined, 0],
      ["SK_ai", "integrity", "i", 32],
      ["SK_ar", "integrity", "r", 64],
      ["SK_ei", "encrypt", "i", 96],
      ["SK_er", "encrypt", "r", 128],
      ["SK_pi", "prove", "i", 160],
      ["SK_pr", "prove", "r", 192],
    ])
    expect(child).toMatchObject({
      child: true,
      given: [{ name: "SK_d", kind: null }],
      steps: [{ use: "keymat" }, {}, {}],
    })
    expect(rekeyed.given).toMatchObject([{ kind: null }, { name: "g^ir(new)", kind: "dh_shared" }])
    const v1 = await open("v1-main-psk", { secrets: await secretsOf("v1-main-psk") })
    const [phase1] = v1.derivations()
    expect(phase1.steps.map(s => s.use)).toEqual(["seed", "derive", "prove", "encrypt", "encrypt"])
    expect(phase1.given.map(g => g.kind)).toEqual(["dh_shared", "psks"])
  })

  it("knows which notifications are errors, and what a payload is called", async () => {
    const session = await open("v2-no-proposal")
    const rows = session.ladder("ike/0")!.ladder.rows.filter(r => r.kind === "message")
    expect(rows.map(r => r.errors)).toEqual([[], ["NO_PROPOSAL_CHOSEN"]])
    const { tree } = (await session.frame(1))!
    const titles = tree.at(-1)!.children.flatMap(c => c.title ?? [])
    expect(titles.slice(0, 4)).toEqual(["Security Association", "Key Exchange", "Nonce", "Notify"])
  })

  it("lists frames as the packet list does", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    expect(await session.lines([1, 5, 92])).toMatchObject([
      {
        ...{ frame: 1, protocol: "ISAKMP", info: "IKE_SA_INIT MID=00 Initiator Request", sa: "ike/0", opened: false },
        payloads: "SAi1, KEi, Ni, N×5, V",
      },
      { frame: 5, protocol: "ICMP", sa: "child/0", opened: true, spi: "ef3ddc4d" },
      { frame: 92, protocol: "ISAKMP", sa: "ike/0", opened: true, relative: "1.005685" },
    ])
  })

  it("folds idle time and counts volume both ways", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    const t = session.timeline("ike/1", { bins: 100 })
    expect(t.lanes.map(l => l.id)).toEqual(["ike/0", "child/0", "child/1", "ike/1", "NAT keepalives"])
    expect(t.stretches.length).toBeGreaterThan(3)
    expect(t.stretches.at(-1)!.to).toBeCloseTo(1)
    const sum = (a: Float32Array) => a.reduce((n, v) => n + v, 0)
    const child = t.lanes[1]
    expect([sum(child.up) > 0, sum(child.down) > 0, child.packets]).toEqual([true, true, 86])
  })

  it("marks where new keys begin in the lane of an SA", async () => {
    const play = new PlayV2(new Tape(), { suite: { ...SUITE, additional: [36, 19] } }).saInit()
    play.addKe(36).addKe(19).auth()
    const dh_private = play.exchanged.map(x => hex(x.privateI))
    const secrets = playedSecrets({ dh_private, psks: [{ secret: "swordfish" }] })
    const session = await open("played", { secrets }, play.tape.capture())
    const [lane] = session.timeline("ike/0", { bins: 10 }).lanes
    expect(lane.epochs.map(e => [e.messageId, e.frame])).toEqual([
      [0, 3],
      [2, 5],
      [3, 7],
    ])
    const steps = session.derivations().filter(d => d.sa === "ike/0")
    expect(steps.map(d => d.epoch)).toEqual([0, 1, 2])
    // Under no keys nobody knows of epochs.
    const closed = await open("played", {}, play.tape.capture())
    expect(closed.timeline("ike/0", { bins: 10 }).lanes[0].epochs).toEqual([])
  })

  it("compares with another capture's report", async () => {
    const a = await open("v2-nat")
    const b = await open("v2-dpd")
    expect(await a.compare(await a.finalReport())).toEqual([])
    const found = await a.compare(await b.finalReport())
    expect(found).toContainEqual({
      path: "ike_sas[0].responder.address",
      ...{ before: "10.2.0.2", after: "10.1.0.2" },
      ...{ subject: "IKE SA 1", what: "responder address", was: "10.2.0.2", is: "10.1.0.2" },
    })
  })
})

describe("filters", () => {
  it("pass the frames that the command passes", async () => {
    const session = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
    expect(await passing(session, "isakmp.exchangetype == CREATE_CHILD_SA")).toEqual([91, 92, 113, 114])
    expect(await passing(session, "isakmp.nonce")).toEqual(
      [1, 2, 3, 4, 91, 92, 113, 114].filter(n => n !== 3 && n !== 4),
    )
    expect(await passing(session, "frame.number <= 3")).toEqual([1, 2, 3])
    expect(await passing(session, "")).toHaveLength(128)
    expect(await passing(session, "!isakmp")).toHaveLength(128 - 18)
    expect((await passing(session, "icmp && esp.spi == 0xda0dd0fa")).length).toBe(10)
  })

  it("say where they are wrong", async () => {
    const session = await open("v2-nat")
    expect(await session.filter("isakmp.nonse == 1", () => {})).toMatchObject({
      at: 0,
      end: 12,
      hints: ["did you mean isakmp.nonce?"],
    })
  })
})

describe("captures", () => {
  it("are unpacked and kept", async () => {
    const plain = await open("v2-frag", { secrets: await secretsOf("v2-frag") })
    const packed = await open("v2-frag", { secrets: await secretsOf("v2-frag") }, gzipSync(bytesOf("v2-frag")))
    expect(packed.info().captures[0].format).toBe("pcap, gzip")
    expect(packed.report().ike_sas).toEqual(plain.report().ike_sas)
    for (const frame of [1, 9, 19, 50, 107]) expect(await packed.frame(frame)).toEqual(await plain.frame(frame))
  })

  it("that are cut off say so", async () => {
    const cut = await open("v2-frag", {}, bytesOf("v2-frag").subarray(0, 3000))
    expect(cut.info().captures[0].complete).toBe(false)
    expect(cut.report().diagnostics.map(d => d.code)).toContain("capture-truncated")
    const damaged = await open("v2-frag", {}, gzipSync(bytesOf("v2-frag")).subarray(0, 2000))
    expect(damaged.report().diagnostics.map(d => d.code)).toContain("capture-read")
  })

  it("are merged by time", async () => {
    const names = ["v2-nat", "v2-dpd"]
    const files = names.map(name => nodeFile(fixture(`${name}/capture.pcap`)))
    const both = await openSession(files, NODE)
    await both.finished
    const alone = await Promise.all(names.map(name => open(name)))
    expect(both.info().frames).toBe(alone.reduce((n, s) => n + s.info().frames, 0))
    expect(both.report().ike_sas).toHaveLength(alone.reduce((n, s) => n + s.report().ike_sas.length, 0))
    const { seconds } = both.columns()
    for (let i = 1; i < seconds.length; i++) expect(seconds[i]).toBeGreaterThanOrEqual(seconds[i - 1])
    both.close()
  })

  it("of any bytes open", async () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("no capture at all, only text")]) {
      const session = await open("nothing", {}, bytes)
      expect(session.info()).toMatchObject({ frames: 0, sas: 0, stage: "done" })
      expect(session.timeline(null, { bins: 10 }).lanes).toEqual([])
      expect(await session.frame(1)).toBeUndefined()
      expect(session.verdict().tone).toBe("info")
    }
  })
})

describe("an abort", () => {
  it("ends the reading", async () => {
    const stop = new AbortController()
    const bytes = bytesOf("v2-nat")
    const slow: SessionFile = {
      name: "slow",
      size: bytes.length,
      async bytes(from, to) {
        stop.abort()
        return bytes.slice(from, to)
      },
    }
    await expect(openSession([slow], { ...NODE, signal: stop.signal })).rejects.toThrow(/abort/i)
  })

  it("ends key trials", async () => {
    const stop = new AbortController()
    const secrets = await secretsOf("v2-nat")
    const wrong = Array.from({ length: 3000 }, (_, i) => ({
      ...secrets.dhShared[0],
      value: new Uint8Array(32).fill(i),
    }))
    const many = { ...secrets, dhShared: wrong }
    const session = openSession([memoryFile("a", bytesOf("v2-nat"))], {
      ...NODE,
      secrets: many,
      signal: stop.signal,
      onProgress: p => {
        if (p.trials) stop.abort()
      },
    })
    await expect(session).rejects.toThrow(/abort/i)
  })

  it("of another thread is heard in the middle of key trials, and all is as it was", async () => {
    const secrets = await secretsOf("v2-nat")
    const trying = new Int32Array(new SharedArrayBuffer(4))
    const session = await open("v2-nat", {
      secrets: { ...secrets, dhShared: secrets.dhShared.slice(0, 1) },
      onProgress: ({ trials }) => {
        if (trials === undefined) return
        Atomics.store(trying, 0, 1)
        Atomics.notify(trying, 0)
      },
    })
    const before = [session.report(), session.info(), await session.frame(127)]
    const stop = new SharedStop()
    const said = new Float64Array(new SharedArrayBuffer(16))
    // The thread waits until trials are on, stops them a while later, and says when it did.
    const thread = new Worker(
      `const { workerData: [stop, said, trials] } = require("node:worker_threads")
      Atomics.wait(new Int32Array(trials), 0, 0)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
      said.set([Date.now(), process.cpuUsage().user / 1000])
      Atomics.store(new Int32Array(stop), 0, 1)`,
      { eval: true, workerData: [stop.buffer, said, trying.buffer] },
    )
    const many = Array.from({ length: 200_000 }, (_, i) => ({
      ...secrets.dhShared[1],
      value: new Uint8Array(32).map((_x, at) => (at < 4 ? i >>> (8 * at) : 7)),
    }))
    await expect(session.addSecrets({ ...NO_SECRETS, dhShared: many }, stop)).rejects.toThrow(/abort/i)
    // Milliseconds that went by, or that were worked where other work has the processor.
    const worked = process.cpuUsage().user / 1000 - said[1]
    expect(Math.min(Date.now() - said[0], worked)).toBeLessThan(100)
    await thread.terminate()
    expect([session.report(), session.info(), await session.frame(127)]).toEqual(before)
    // The session goes on with what comes then.
    await session.addSecrets({ ...NO_SECRETS, dhShared: secrets.dhShared.slice(1) })
    await session.finished
    expect(session.info().secrets).toMatchObject({ given: 3, used: 3 })
  })

  it("ends a filter", async () => {
    const session = await open("v2-nat")
    const signal = AbortSignal.abort()
    await expect(session.filter("frame.number > 3", () => {}, signal)).rejects.toThrow(/abort/i)
  })
})

it("knows the frames of two senders that use one SPI apart", async () => {
  const session = await openSession([nodeFile(fixture("esp-two-senders/capture.pcapng"))], {
    provider: nodeProvider,
  })
  await session.finished
  const sas = new Map(session.sas().map(row => [row.id, row]))
  const lines = await session.lines(Array.from({ length: session.info().frames }, (_, i) => i + 1))
  const shared = lines.filter(line => line.spi === "00001003")
  for (const line of shared) expect(sas.get(line.sa!)?.initiator, `frame ${line.frame}`).toBe(line.source)
  expect(new Set(shared.map(line => line.sa)).size).toBe(2)
})

it("the kinds in the columns are those of the walker", async () => {
  const { kind } = (await open("v2-nat")).columns()
  expect(kind.filter(k => k === Kind.ESP)).toHaveLength(106)
})

it("begins with the SA whose beginning was captured, where none is bad: without keys one that replaced it shows nothing", async () => {
  const session = await open("v2-nat")
  const [first, rekeyed] = session.report().ike_sas
  expect(rekeyed.exchanges.some(x => x.type === "IKE_SA_INIT")).toBe(false)
  expect(session.verdict().sa).toBe(first.id)
  const opened = await open("v2-nat", { secrets: await secretsOf("v2-nat") })
  expect(opened.verdict().sa).toBe(opened.report().ike_sas.at(-1)?.id)
})
