/** What real captures do to a tracker: repeats, restarts, both sides of a NAT, collisions, refusals, injected messages. */
import { describe, expect, it } from "vitest"
import { concat, u16be } from "../../src/bytes/bytes.ts"
import { failures, reportOf, saOf, statuses } from "./analyzed.ts"
import { PlayV1 } from "./play-v1.ts"
import { N, PlayV2, X } from "./play-v2.ts"
import { type Endpoint, hex, LEFT, RIGHT, Tape } from "./tape.ts"
import { deleteV1, headerV1, XV1 } from "./wire-v1.ts"
import * as w from "./wire-v2.ts"

const PSKS = { psks: [{ secret: "swordfish" }] }
const EMPTY = new Uint8Array(0)
const begun = (): PlayV2 => new PlayV2(new Tape()).saInit()
const secrets = (...plays: PlayV2[]) => ({
  ...PSKS,
  dh_shared: [...new Set(plays.flatMap(p => p.exchanged.map(x => hex(x.shared))))],
})

describe("which SA a message belongs to", () => {
  it("the first request sent again behind its answer", async () => {
    const play = begun()
    play.tape.repeat(1)
    play.tape.repeat(2)
    play.auth()
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas).toHaveLength(1)
    expect(report.ike_sas[0].exchanges.map(x => [x.type, x.retransmissions])).toEqual([
      ["IKE_SA_INIT", 2],
      ["IKE_AUTH", 0],
    ])
    expect(report.ike_sas[0].state).toBe("established")
  })
  it("IKEv1: the first message sent again behind its answer", async () => {
    const play = new PlayV1(new Tape())
    play.main()
    play.quick("initiator", [{ esp: { id: 12, keyBits: 128, auth: 2 } }]).all()
    const order = [1, 2, 1, 2, ...play.tape.packets.map((_, i) => i + 1).slice(2)]
    const report = await reportOf(play.tape.capture(order))
    expect(report.ike_sas).toHaveLength(1)
    expect(report.ike_sas[0].exchanges[0].retransmissions).toBe(2)
    expect(report.ike_sas[0].state).toBe("established")
  })
  it("INVALID_KE_PAYLOAD under a responder SPI that is not zero, then another SPI", async () => {
    const play = new PlayV2(new Tape())
    const { spiR } = play
    const ke = play.ke(31)
    const sa = w.saP({ protocol: 1, spi: EMPTY, transforms: play.transforms() })
    const request = [sa, w.keP(31, ke.publicI), w.nonceP(play.tape.random(32))]
    play.spiR = new Uint8Array(8)
    play.put("initiator", w.clearMessage(play.head("initiator", X.INIT, 0, false), request))
    play.spiR = play.tape.random(8)
    const wrong = w.notifyP(N.INVALID_KE_PAYLOAD, Uint8Array.of(0, 19))
    play.put("responder", w.clearMessage(play.head("responder", X.INIT, 0, true), [wrong]))
    play.exchanged.length = 0
    play.spiR = spiR
    play.saInit().auth()
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas).toHaveLength(1)
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[0]).toMatchObject({ state: "established", spi_r: hex(spiR) })
    expect(report.ike_sas[0].exchanges.map(x => x.type)).toEqual(["IKE_SA_INIT", "IKE_SA_INIT", "IKE_AUTH"])
  })
  it("a COOKIE answer whose request was not captured", async () => {
    const play = new PlayV2(new Tape())
    const { spiR } = play
    play.spiR = new Uint8Array(8)
    const cookie = w.notifyP(N.COOKIE, new Uint8Array(16).fill(3))
    play.put("responder", w.clearMessage(play.head("responder", X.INIT, 0, true), [cookie]))
    play.spiR = spiR
    play.saInit([cookie]).auth()
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas).toHaveLength(1)
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[0].state).toBe("established")
    expect(report.ike_sas[0].child_sas[0].keys.status).toBe("derived")
  })
  it("both sides of a NAT in one capture", async () => {
    const outside: Endpoint = { address: [192, 0, 2, 7], port: 40_500 }
    const play = new PlayV2(new Tape())
    const put = play.put.bind(play)
    play.put = (from, message) => {
      const inside = put(from, message)
      if (from === "initiator") play.tape.ike(outside, RIGHT, message)
      else {
        play.tape.packets.pop()
        play.tape.ike(RIGHT, outside, message)
        put(from, message)
      }
      return inside
    }
    play.saInit().auth()
    play.info("responder")
    play.info("initiator")
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas).toHaveLength(1)
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[0]).toMatchObject({ state: "established", initiator: { address: "10.0.0.1" } })
    expect(report.ike_sas[0].exchanges.map(x => x.retransmissions)).toEqual([2, 2, 2, 2])
    expect(report.ike_sas[0].diagnostics).not.toContain("address-change")
  })
  it("one request to many addresses under one SPI: a scan, one SA each", async () => {
    const tape = new Tape()
    const probe = new PlayV2(tape)
    probe.saInit()
    const [request, response] = [probe.init.request, probe.init.response]
    tape.packets.length = 0
    const host = (n: number): Endpoint => ({ address: [192, 0, 2, n], port: 500 })
    for (let n = 1; n <= 20; n++) tape.ike(LEFT, host(n), request)
    for (const n of [4, 9]) {
      const answer = response.slice()
      answer.set([n], 8)
      tape.ike(host(n), LEFT, answer)
    }
    const report = await reportOf(tape)
    expect(report.ike_sas).toHaveLength(20)
    const answered = report.ike_sas.filter(sa => sa.exchanges[0].response_frames.length > 0)
    expect(answered.map(sa => sa.responder.address)).toEqual(["192.0.2.4", "192.0.2.9"])
  })
  it.each([
    ["behind one NAT", LEFT, { ...LEFT, port: 1025 }],
    ["at two addresses", LEFT, { address: [10, 0, 0, 9], port: 500 }],
    ["behind a NAT, beside one elsewhere", { address: [10, 0, 0, 9], port: 500 }, { ...LEFT, port: 1025 }],
  ] as const)(
    "IKEv1: initiators that choose one cookie and offer the same are an SA each, %s",
    async (_, one, other) => {
      const tape = new Tape()
      const random = tape.random.bind(tape)
      const cookie = random(8, "cky")
      let cookies = 0
      tape.random = (length, label) => (label === "cky" && cookies++ % 2 === 0 ? cookie : random(length, label))
      const plays = [one, other, { ...LEFT, port: 1026 }].map(left => new PlayV1(tape, { left }).main())
      for (const play of plays) play.quick("initiator").all()
      const from = (left: Endpoint, i: number) => ({
        initiator: { address: left.address.join("."), port: left.port },
        spi_r: hex(plays[i].ckyR),
        state: "established",
        keys: { status: "derived" },
      })
      const six = [1, 2, 3, 4, 5, 6]
      const rest = tape.packets.map((_packet, i) => i + 1).slice(18)
      const mixed = six.flatMap(n => [n, 6 + n, 12 + n])
      for (const order of [[...mixed, ...rest], [1, 7, 13, 7, 1, ...mixed, ...rest], undefined]) {
        const { ike_sas: sas } = await reportOf(tape.capture(order), {
          psks: PSKS.psks,
          dh_shared: plays.map(play => hex(play.ke.shared)),
        })
        expect(sas).toHaveLength(3)
        expect(sas).toMatchObject([one, other, { ...LEFT, port: 1026 }].map(from))
        expect(
          sas.flatMap(sa => sa.diagnostics).filter(code => code.startsWith("address") || code.startsWith("nat")),
        ).toEqual([])
      }
    },
  )
  describe("a NAT gives another port while the first message is sent again", () => {
    const moved: Endpoint = { address: LEFT.address, port: 40_777 }
    const [v1, v2] = [new PlayV1(new Tape()), new PlayV2(new Tape())]
    v1.main()
    v1.quick("initiator").all()
    v2.saInit().auth()
    it.each([
      ["IKEv1", v1.tape],
      ["IKEv2", v2.tape],
    ])("%s: it is one SA, and the answer goes to where it was asked from", async (_, tape) => {
      const all = tape.packets.map((_packet, i) => i + 1)
      const behind = all.map(n => tape.moved(n, moved))
      const order = [1, 1, 1, ...behind]
      const times = [0, 4_000, 11_000, ...behind.map((_n, i) => 44_000 + i)]
      const { ike_sas: sas } = await reportOf(tape.capture(order, times))
      expect(sas.map(sa => [sa.exchanges[0].retransmissions, sa.verdict.outcome])).toEqual([[3, "up"]])
      expect(sas[0].diagnostics).toContain("nat-rebinding")
      expect(sas[0].diagnostics).not.toContain("answer-to-other-port")
      // The answer to the first port, late.
      const late = await reportOf(tape.capture([1, behind[0], 2], [0, 8_000, 8_001]))
      expect(late.ike_sas.map(sa => sa.exchanges[0].response_frames)).toEqual([[3]])
      expect(late.ike_sas[0].diagnostics).not.toContain("answer-to-other-port")
    })
    it("IKEv1: it is two SAs where both ports go on, or the first one was answered", async () => {
      const { tape } = v1
      const other = tape.moved(1, { ...moved, port: 40_778 })
      const count = async (order: number[]) =>
        (
          await reportOf(
            tape.capture(
              order,
              order.map((_n, i) => 2_000 * i),
            ),
          )
        ).ike_sas.length
      expect(await count([1, other, 1, other, 1, other])).toBe(2)
      expect(await count([1, 2, other])).toBe(2)
      expect(await count([1, 1, other, other])).toBe(1)
    })
  })
  it("IKEv1: both sides of a NAT that leaves the hops as they are are one SA, and two private addresses two", async () => {
    const counts = async (address: Endpoint["address"], later: number) => {
      const play = new PlayV1(new Tape())
      play.main()
      const inside = play.tape.packets.map((_, i) => i + 1)
      const order = inside.flatMap(n => [n, play.tape.moved(n, { address, port: 500 })])
      const times = order.map((_, i) => 1_000 * (i >> 1) + later * (i & 1))
      return (await reportOf(play.tape.capture(order, times))).ike_sas.map(sa => sa.exchanges[0].retransmissions)
    }
    expect(await counts([203, 0, 113, 5], 1)).toEqual([6])
    expect(await counts([203, 0, 113, 5], 300)).toHaveLength(2)
    expect(await counts([10, 0, 0, 9], 1)).toHaveLength(2)
  })
  it("IKEv1 seen first from the responder, in Main Mode's second message", async () => {
    const play = new PlayV1(new Tape())
    play.main()
    const report = await reportOf(play.tape.capture([2, 3, 4, 5, 6]))
    expect(report.ike_sas).toHaveLength(1)
    expect(report.ike_sas[0]).toMatchObject({ state: "unknown", initiator: { address: "10.0.0.1" } })
  })
})

describe("collisions (RFC 7296 §2.8)", () => {
  it("the IKE SA that loses takes no Child SA with it", async () => {
    const old = begun().auth()
    const mine = old.rekeyIke("initiator")
    const theirs = old.rekeyIke("responder")
    theirs.delete("initiator")
    old.delete("initiator")
    const report = await reportOf(old.tape, secrets(old, mine, theirs))
    const [a, b, c] = [old, mine, theirs].map(p => saOf(report, p))
    expect([a.state, b.state, c.state]).toEqual(["rekeyed", "established", "deleted"])
    expect([b.rekeys, c.rekeys]).toEqual([a.id, a.id])
    expect(a.child_sas.map(x => x.state)).toEqual(["installed"])
  })
  it("the winner's Delete ends the Child SAs that it took over", async () => {
    const old = begun().auth()
    const mine = old.rekeyIke("initiator")
    const theirs = old.rekeyIke("responder")
    mine.delete("initiator")
    old.delete("initiator")
    theirs.delete("responder")
    const report = await reportOf(old.tape, secrets(old, mine, theirs))
    expect(saOf(report, theirs).state).toBe("deleted")
    expect(saOf(report, old).child_sas.map(x => x.state)).toEqual(["deleted"])
  })
  it("both ends rekey one Child SA, one of the two is deleted", async () => {
    const play = begun().auth()
    const [first] = play.children
    const spec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", rekeys: first }
    const mine = play.child("initiator", spec)
    play.child("responder", spec)
    play.info("initiator", [w.deleteP(3, mine.spiI)], [w.deleteP(3, mine.spiR)])
    const report = await reportOf(play.tape, secrets(play))
    const sa = saOf(report, play)
    expect(sa.child_sas.map(c => c.state)).toEqual(["rekeyed", "deleted", "installed"])
    expect(sa.child_sas.map(c => c.rekeys)).toEqual([null, "child/0", "child/0"])
    expect(sa.diagnostics).not.toContain("delete-unknown-spi")
  })
  it("an SPI chosen again after its Child SA is gone: the newer one is meant", async () => {
    const play = begun().auth()
    const [first] = play.children
    play.info("initiator", [w.deleteP(3, first.spiI)], [w.deleteP(3, first.spiR)])
    const random = play.tape.random.bind(play.tape)
    const again = [first.spiI, first.spiR]
    play.tape.random = (length, label) => (label === "child" && again.shift()) || random(length, label)
    const second = play.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", net: 2, packets: 0 })
    const rekey = play.tape.random(4)
    const sa = (spi: Uint8Array) =>
      w.saP({ protocol: 3, spi, transforms: [w.transformOf("encr", "AES-GCM-16-128"), [5, 0]] })
    const rest = [w.nonceP(play.tape.random(32)), w.tsP(w.P.TSI, 2), w.tsP(w.P.TSR, 102)]
    play.exchange(
      "initiator",
      X.CHILD,
      [w.notifyP(N.REKEY_SA, EMPTY, 3, second.spiI), sa(rekey), ...rest],
      [sa(play.tape.random(4)), ...rest],
    )
    const report = await reportOf(play.tape, secrets(play))
    expect(saOf(report, play).child_sas.map(c => [c.state, c.rekeys])).toEqual([
      ["deleted", null],
      ["rekeyed", null],
      ["installed", "child/1"],
    ])
  })
})

describe("how far an SA came", () => {
  const eapBegun = () => {
    const play = begun()
    const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" })
    const { initiator: idi, responder: idr } = play.id
    play.exchange(
      "initiator",
      X.AUTH,
      [idi, ...offer.request],
      [
        idr,
        ...play.prove("responder", idr, { psk: new TextEncoder().encode("swordfish") }),
        w.eapP(1, 1, Uint8Array.of(26, 1, 2, 3)),
      ],
    )
    return play
  }
  it("EAP that is not finished", async () => {
    const play = eapBegun()
    expect(saOf(await reportOf(play.tape, secrets(play)), play).state).toBe("half-open")
  })
  it("EAP that fails", async () => {
    const play = eapBegun()
    play.exchange("initiator", X.AUTH, [w.eapP(2, 1, Uint8Array.of(26, 4, 5, 6))], [w.eapP(4, 1)])
    expect(saOf(await reportOf(play.tape, secrets(play)), play).state).toBe("failed")
  })
  it("IKE_AUTH refused, refused with the IKE SA kept, refused by the initiator", async () => {
    const refused = begun()
    refused.exchange("initiator", X.AUTH, [refused.id.initiator], [w.notifyP(24)])
    expect(saOf(await reportOf(refused.tape, secrets(refused)), refused).state).toBe("failed")
    const kept = begun().auth({ child: null, extra: { response: [w.notifyP(38)] } })
    expect(saOf(await reportOf(kept.tape, secrets(kept)), kept).state).toBe("established")
    const back = begun().auth()
    back.info("initiator", [w.notifyP(24)])
    const taken = saOf(await reportOf(back.tape, secrets(back)), back)
    expect([taken.state, taken.child_sas.map(c => c.state)]).toEqual(["failed", ["failed"]])
  })
})

describe("messages that nobody authenticated", () => {
  it("a Delete in the clear ends nothing", async () => {
    const play = begun().auth()
    const head = play.head("responder", X.INFO, 0, false)
    play.put("responder", w.clearMessage(head, [w.deleteP(1), w.deleteP(3, play.children[0].spiR)]))
    const sa = saOf(await reportOf(play.tape, secrets(play)), play)
    expect(sa.state).toBe("established")
    expect(sa.child_sas[0].state).toBe("installed")
  })
  it("IKEv1: a Delete in the clear ends nothing", async () => {
    const play = new PlayV1(new Tape())
    play.main()
    play.quick("initiator", [{ esp: { id: 12, keyBits: 128, auth: 2 } }]).all()
    const id = play.messageId()
    play.clear("responder", XV1.INFO, [deleteV1(1, concat(play.ckyI, play.ckyR))], true, id)
    const report = await reportOf(play.tape)
    expect(report.ike_sas[0].state).toBe("established")
  })
})

describe("one message in two cuts (RFC 7383 §2.5.1)", () => {
  it("whole at first, then in fragments, then in smaller ones", async () => {
    const play = begun().auth()
    const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", net: 3 })
    const nonces = { ni: play.tape.random(32), nr: play.tape.random(32) }
    const id = play.nextId.initiator++
    const send = (from: "initiator" | "responder", total: number) => {
      const response = from === "responder"
      const payloads = response ? [...offer.response, w.nonceP(nonces.nr)] : [...offer.request, w.nonceP(nonces.ni)]
      if (total === 1) play.put(from, play.sealed(from, X.CHILD, id, response, payloads))
      else
        for (const m of w.sealedFragments(
          play.head(from, X.CHILD, id, response),
          payloads,
          total,
          play.sealKeys(from),
          play.provider,
          play.iv,
        ))
          play.put(from, m)
    }
    for (const total of [1, 2, 3]) for (const from of ["initiator", "responder"] as const) send(from, total)
    play.install("initiator", offer, nonces, [])
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(saOf(report, play).child_sas).toHaveLength(2)
    expect(saOf(report, play).child_sas[1].keys.status).toBe("derived")
    expect(statuses(saOf(report, play), "child-keys")).toEqual(["pass", "pass"])
  })
})

describe("Child SAs that an IKE SA took over (RFC 7296 §2.18)", () => {
  it("are rekeyed and deleted under roles that have changed", async () => {
    const old = begun().auth()
    const [first] = old.children
    const next = old.rekeyIke("responder")
    old.delete("responder")
    // The responder of the first SA is the initiator of the second.
    const sa = (spi: Uint8Array) =>
      w.saP({ protocol: 3, spi, transforms: [w.transformOf("encr", "AES-GCM-16-128"), [5, 0]] })
    const rest = [w.nonceP(old.tape.random(32)), w.tsP(w.P.TSI, 2), w.tsP(w.P.TSR, 102)]
    next.exchange(
      "initiator",
      X.CHILD,
      [w.notifyP(N.REKEY_SA, EMPTY, 3, first.spiR), sa(old.tape.random(4)), ...rest],
      [sa(old.tape.random(4)), ...rest],
    )
    next.info("initiator", [w.deleteP(3, first.spiR)], [w.deleteP(3, first.spiI)])
    const report = await reportOf(old.tape, secrets(old, next))
    const [a, b] = [saOf(report, old), saOf(report, next)]
    expect(a.child_sas[0].state).toBe("rekeyed")
    expect(b.child_sas[0].rekeys).toBe(a.child_sas[0].id)
    expect(b.diagnostics).not.toContain("delete-unknown-spi")
  })
  it("stand between the addresses to which MOBIKE moved the peers", async () => {
    const old = begun().auth()
    old.left = { address: [198, 51, 100, 9], port: 4500 }
    old.right = { ...RIGHT, port: 4500 }
    old.info("initiator", [w.notifyP(16400)])
    const next = old.rekeyIke("responder")
    next.child("initiator")
    const report = await reportOf(old.tape, secrets(old, next))
    expect(saOf(report, old).diagnostics).toContain("address-change")
    const { initiator, responder, diagnostics } = saOf(report, next)
    expect([initiator.address, responder.address]).toEqual(["10.0.0.2", "198.51.100.9"])
    expect(diagnostics).not.toContain("address-change")
  })
})

describe("Cisco fragments", () => {
  const cut = (message: Uint8Array, count: number, id: number): Uint8Array[] => {
    const size = Math.ceil(message.length / count)
    return Array.from({ length: count }, (_, n) => {
      const data = message.subarray(n * size, (n + 1) * size)
      const body = concat(
        Uint8Array.of(0, 0),
        u16be(8 + data.length),
        u16be(id),
        Uint8Array.of(n + 1, n + 1 === count ? 1 : 0),
        data,
      )
      const spis = [message.subarray(0, 8), message.subarray(8, 16)] as const
      return concat(headerV1(spis, 132, message[18], 0, 0, 28 + body.length), body)
    })
  }
  it("a message whose fragment was lost does not spoil the next under the same ID", async () => {
    const play = new PlayV1(new Tape())
    play.main()
    const packets = play.tape.packets.splice(0)
    const [three, five] = [packets[2].subarray(28), packets[4].subarray(28)]
    play.tape.packets.push(packets[0], packets[1])
    const [a, , c] = cut(three, 3, 1)
    for (const part of [a, c]) play.tape.ike(LEFT, RIGHT, part)
    play.tape.packets.push(packets[2], packets[3])
    for (const part of cut(five, 3, 1)) play.tape.ike(LEFT, RIGHT, part)
    play.tape.packets.push(packets[5])
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[0].ids.initiator?.value).toBe("left.lab")
    expect(report.ike_sas[0].diagnostics).toContain("fragment-missing")
  })
})

describe("Child SAs that are taken back at once", () => {
  const unused = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", packets: 0 } as const
  it("by an end each: the verdict names the end that deleted the one it speaks of", async () => {
    const play = begun().auth({ child: unused })
    const second = play.child("initiator", { ...unused, net: 2 })
    const [first] = play.children
    play.info("initiator", [w.deleteP(3, second.spiI)], [w.deleteP(3, second.spiR)])
    const [request] = play.info("responder", [w.deleteP(3, first.spiR)], [w.deleteP(3, first.spiI)])
    const { verdict, initiator, responder } = (await reportOf(play.tape, secrets(play))).ike_sas[0]
    expect(verdict).toMatchObject({ outcome: "no-tunnel", cause: "child-refused" })
    expect(verdict.frames[1]).toBe(request)
    expect(verdict.why).toMatch(new RegExp(`^${responder.address} deletes .*10\\.1\\.0\\.0/16`))
    expect(verdict.remedy).toContain(`the log of ${responder.address}`)
    expect(verdict.why).not.toContain(`${initiator.address} deletes`)
  })
})

describe("IKEv1 phase 1 anew", () => {
  it("Child SAs of the new SA replace those of the old one", async () => {
    const tape = new Tape()
    const old = new PlayV1(tape)
    old.main()
    old.quick("initiator").all()
    const next = new PlayV1(tape)
    next.main()
    next.quick("initiator").all()
    const keys = { ...PSKS, dh_shared: [hex(old.ke.shared), hex(next.ke.shared)] }
    const report = await reportOf(tape, keys)
    const [a, b] = report.ike_sas
    expect(a.child_sas[0].state).toBe("rekeyed")
    expect(b.child_sas[0].rekeys).toBe(a.child_sas[0].id)
  })
})
