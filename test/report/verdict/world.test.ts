/** What verdicts take from beyond their own SA: which ESP is whose, and that it stays quick with many SAs of the same peers. */
import { expect, it } from "vitest"
import { noble } from "../../../src/crypto/noble.ts"
import { ChildIndex } from "../../../src/report/assemble.ts"
import { CaptureWorld, liveWorld } from "../../../src/report/verdict/world.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import type { IkeSa } from "../../../src/track/ike-sa.ts"
import { GivenCertificates } from "../../../src/unlock/given-certificates.ts"
import { analyzeCapture, fixtureCapture } from "../../helpers/capture-edit.ts"

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
    ...{ protocol: "IKE" as const, count: 1, lastFrame: frame },
  }))
  const lost = pairs.map(([source, destination], frame) => ({ frame, source, destination }))
  const live = liveWorld(sa, { ...given, icmp, lost, between: () => [] })
  const whole = new CaptureWorld({ ...given, icmp, lost, sas: [sa], data: [] })
  expect(live.icmpOf(sa).map(e => e.frame)).toEqual([0, 1])
  expect(live.icmpOf(sa)).toEqual(whole.icmpOf(sa))
  expect(live.lostOf(sa)).toEqual(whole.lostOf(sa))
})
