/** What verdicts take from beyond their own SA: which ESP is whose, and that it stays quick with many SAs of the same peers. */
import { expect, it } from "vitest"
import { noble } from "../../../src/crypto/noble.ts"
import { ChildIndex } from "../../../src/report/assemble.ts"
import { narrowReport } from "../../../src/report/narrow.ts"
import { LiveWorld } from "../../../src/report/verdict/live-world.ts"
import { CaptureWorld, liveWorld } from "../../../src/report/verdict/world.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import type { IkeSa } from "../../../src/track/ike-sa.ts"
import { GivenCertificates } from "../../../src/unlock/given-certificates.ts"
import { analyzeCapture, type Capture, fixtureCapture, fixtureSecrets } from "../../helpers/capture-edit.ts"

const given = {
  certificates: new GivenCertificates(NO_SECRETS),
  provider: noble,
  uses: () => [],
  index: new ChildIndex(),
  end: null,
  icmp: [],
  lost: [],
}

it("gives ESP to the SA that made a Child SA last before it", async () => {
  const name = "strongswan/v2-reauth-mbb"
  const { sas, dataSas } = await analyzeCapture(fixtureCapture(name))
  const world = new CaptureWorld({ ...given, sas, data: dataSas })
  expect(sas).toHaveLength(2)
  expect(sas.reduce((n, sa) => n + world.dataOf(sa).length, 0)).toBe(dataSas.length)
  for (const { data } of world.dataOf(sas[1])) expect(data.firstSeconds).toBeGreaterThanOrEqual(sas[1].first.seconds)
})

it("names the same owner in the report as the verdict counts, and --sa takes that owner's data along", async () => {
  const { sas, dataSas, report } = await analyzeCapture(fixtureCapture("strongswan/v2-reauth-mbb"))
  const world = new CaptureWorld({ ...given, sas, data: dataSas })
  const ids = (esp: typeof report.esp_sas) => esp.map(e => e.id)
  for (const { id } of sas) {
    const own = report.esp_sas.filter(e => e.owner === id)
    expect(ids(own)).toEqual(world.dataOf(sas.find(sa => sa.id === id) ?? sas[0]).map(({ data }) => data.id))
    expect(own.every(e => e.child_sa === null)).toBe(true)
    const { verdict } = report.ike_sas.find(sa => sa.id === id) ?? report.ike_sas[0]
    const packets = own.reduce((n, e) => n + e.packets, 0)
    if (packets > 0) expect(`${verdict.headline} ${verdict.why}`).toContain(`${packets} packets`)
    expect(ids(narrowReport(report, new Set([id])).esp_sas)).toEqual(ids(own))
  }
})

it("looks at few SAs of the same peers, however many there are", async () => {
  const { sas } = await analyzeCapture(fixtureCapture("v2-no-proposal"))
  const [one] = sas
  const many = Array.from({ length: 20_000 }, (_, number) => Object.assign(Object.create(one), { number }) as IkeSa)
  const world = new CaptureWorld({ ...given, sas: many, data: [] })
  const near = world.between(many[10_000])
  expect(near.length).toBeLessThanOrEqual(64)
  expect(near).toContain(many[10_000])
  expect(near).toContain(many[10_001])
})

it("has of an SA that closes in a stream the errors between its peers, both ways, as at the end of a capture", async () => {
  const [sa] = (await analyzeCapture(fixtureCapture("v2-no-proposal"))).sas
  const [a, b] = [sa.initiator.address, sa.responder.address]
  const pairs = [
    [a, b],
    [b, a],
    [a, "192.0.2.1"],
    ["192.0.2.1", b],
  ]
  const icmp = pairs.map(([source, destination], frame) => ({
    ...{ frame, time: sa.first, reporter: b, ipVersion: 4 as const, type: 3, code: 3, mtu: undefined },
    source: { address: source, port: 500 },
    destination: { address: destination, port: 500 },
    ...{ protocol: "IKE" as const, count: 1, lastFrame: frame, lastTime: sa.first },
  }))
  const lost = pairs.map(([source, destination], frame) => ({ frame, source, destination, carries: undefined }))
  const live = liveWorld(sa, { ...given, icmp, lost, between: () => [] })
  const whole = new CaptureWorld({ ...given, icmp, lost, sas: [sa], data: [] })
  expect(live.icmpOf(sa).map(e => e.frame)).toEqual([0, 1])
  expect(live.icmpOf(sa)).toEqual(whole.icmpOf(sa))
  expect(live.lostOf(sa)).toEqual(whole.lostOf(sa))
})

/** Two captures as one, the second beginning `seconds` after the first. */
function beside(one: Capture, other: Capture, seconds: number): Capture {
  const time = (c: Capture) => c.frames[0].seconds + c.frames[0].fraction / 1e6
  const shift = Math.round((time(one) + seconds - time(other)) * 1e6)
  const moved = other.frames.map(f => {
    const micros = f.seconds * 1e6 + f.fraction + shift
    return { ...f, seconds: Math.floor(micros / 1e6), fraction: micros % 1e6 }
  })
  const at = (f: { seconds: number; fraction: number }) => f.seconds * 1e6 + f.fraction
  return { header: one.header, frames: [...one.frames, ...moved].sort((a, b) => at(a) - at(b)) }
}

it.each([
  ["v2-auth-failed", 0.01],
  ["v2-auth-failed", -0.01],
  ["v2-ts-unacceptable", 0.01],
  ["strongswan/v2-badcert", 0.02],
  ["strongswan/v2-badcert", -0.02],
])("takes no ESP of another SA of the same peers for that of a refused one: %s, %d s apart", async (name, apart) => {
  const [refused, healthy] = [fixtureCapture(name), fixtureCapture("v2-psk-modp2048")]
  const verdicts = async (capture: Capture) =>
    Object.fromEntries((await analyzeCapture(capture)).report.ike_sas.map(sa => [sa.spi_i, sa.verdict]))
  const alone = { ...(await verdicts(refused)), ...(await verdicts(healthy)) }
  const together = await verdicts(beside(healthy, refused, apart))
  for (const [spi, { outcome, cause, headline }] of Object.entries(alone))
    expect(together[spi]).toMatchObject({ outcome, cause, headline })
})

it.each(["strongswan/v2-ports", "strongswan/v2-ipcomp"])(
  "does not take a short tunnel for one that was taken back because the capture goes on: %s",
  async name => {
    const [short, other] = [fixtureCapture(name), fixtureCapture("v1-main-psk")]
    const verdict = async (capture: Capture) =>
      (await analyzeCapture(capture, fixtureSecrets(name))).report.ike_sas[0].verdict
    const { outcome, headline } = await verdict(short)
    expect(outcome).toBe("closed")
    expect(await verdict(beside(short, other, 5))).toMatchObject({ outcome, headline })
  },
)

it("sees of an SA that closes in a stream what the plain form does, where there is something and where there is nothing", async () => {
  const { sas, dataSas } = await analyzeCapture(fixtureCapture("strongswan/v2-mobike"))
  const icmpFrom = (source: string, destination: string) => ({
    ...{ frame: 1, time: sas[0].first, reporter: destination, ipVersion: 4 as const, type: 3, code: 3, mtu: undefined },
    ...{ source: { address: source, port: 500 }, destination: { address: destination, port: 500 } },
    ...{ protocol: "IKE" as const, count: 1, lastFrame: 1, lastTime: sas[0].first },
  })
  for (const sa of sas) {
    const [a, b] = [sa.initiator.address, sa.responder.address]
    const between = (x: string, y: string) =>
      dataSas.filter(d => [d.source, d.destination].sort().join() === [x, y].sort().join())
    for (const live of [
      { ...given, between: () => [] },
      { ...given, between },
      {
        ...given,
        between,
        icmp: [icmpFrom(a, b)],
        lost: [{ frame: 2, source: b, destination: a, carries: undefined }],
      },
      { ...given, between, icmp: [icmpFrom(a, "192.0.2.1")] },
    ]) {
      const [quick, plain] = [new LiveWorld(sa, live), liveWorld(sa, live)]
      expect(quick.dataOf(sa)).toEqual(plain.dataOf(sa))
      expect(quick.between(sa)).toEqual(plain.between(sa))
      expect(quick.icmpOf(sa)).toEqual(plain.icmpOf(sa))
      expect(quick.icmpOfData(sa)).toEqual(plain.icmpOfData(sa))
      expect(quick.lostOf(sa)).toEqual(plain.lostOf(sa))
      expect(quick.end).toEqual(plain.end)
    }
  }
  const [moved] = sas
  expect(moved.paths.length).toBeGreaterThan(0)
  expect(dataSas.length).toBeGreaterThan(0)
})
