/** The N payload of IKEv2 and the data of each type. RFC 7296 §3.10. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../../src/bytes/bytes.ts"
import { toHex } from "../../../src/bytes/hex.ts"
import { cookie, natDetectionSourceIp } from "../../../src/ike/v2/notify/core.ts"
import { invalidKePayload } from "../../../src/ike/v2/notify/errors.ts"
import { redirect } from "../../../src/ike/v2/notify/mobility.ts"
import { NOTIFY_DATA } from "../../../src/ike/v2/notify/table.ts"
import { notify, notifyData } from "../../../src/ike/v2/notify.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const u16 = (n: number) => n.toString(16).padStart(4, "0")
const body = (type: number, data: string) => hex(`0000${u16(type)}${data}`)
const V6 = "20010db8000000000000000000000001"
const ED25519 = "300506032b6570"
const text = (t: string) => toHex(utf8(t))

/** Type, data, what it means, and a field that must be drawn (under `isakmp.notify.`). */
const CASES: readonly (readonly [number, string, object | undefined, string])[] = [
  [1, "2f", { payloadType: 47 }, "data.critical_payload_type=47"],
  [9, "00000007", { messageId: 7 }, "data.invalid_message_id=0x00000007"],
  [11, "aabbccdd", { spi: hex("aabbccdd") }, "data.invalid_spi=aabbccdd"],
  [17, "001f", { group: 31 }, "data.accepted_dh_group=31"],
  [39, "4500", { packet: hex("4500") }, "data.offending_packet=4500"],
  [12345, "80070005", { status: 0x80070005 }, "data.ms_status=0x80070005"],
  [16385, "00000005", { size: 5 }, "data.window_size=5"],
  [16387, "123402", { cpi: 0x1234, transform: 2 }, "data.ipcomp.transform_id=2"],
  [16388, "11".repeat(20), { hash: hex("11".repeat(20)) }, `data=${"11".repeat(20)}`],
  [16389, "22".repeat(20), { hash: hex("22".repeat(20)) }, `data.nat_detection.hash=${"22".repeat(20)}`],
  [16390, "0102", { cookie: hex("0102") }, "data.cookie=0102"],
  [16397, "0a000001", { text: "10.0.0.1" }, "data.additional_ipv4=10.0.0.1"],
  [16398, V6, { text: "2001:db8::1" }, "data.additional_ipv6=2001:db8::1"],
  [16401, "0102030405060708", { cookie: hex("0102030405060708") }, "data.cookie=0102030405060708"],
  [
    16402,
    "0a0000010a00000201f41194",
    { sourcePort: 500, destinationPort: 4500 },
    "data.no_nats_allowed.source_port=500",
  ],
  [16402, `${V6}${V6}01f41194`, { source: { text: "2001:db8::1" } }, "data.no_nats_allowed.source_ipv6=2001:db8::1"],
  [16403, "00002671", { seconds: 9841 }, "data.auth_lifetime=9841"],
  [16407, "01040a0000019999", { text: "10.0.0.1", nonce: hex("9999") }, "data.redirect.nonce_data=9999"],
  [16407, `0303${text("a.b")}`, { type: 3, text: "a.b" }, "data.redirect.new_resp_gw_ident.fqdn=a.b"],
  [16407, `0210${V6}`, { text: "2001:db8::1" }, "data.redirect.new_resp_gw_ident.ipv6=2001:db8::1"],
  [16408, "c802abcd", { type: 200, text: "abcd" }, "data.redirect.org_resp_gw_ident.data=abcd"],
  [16409, "00000e10abcd", { lifetimeSeconds: 3600, ticket: hex("abcd") }, "data.ticket_opaque.lifetime=3600"],
  [16413, "abcd", { ticket: hex("abcd") }, "data.ticket_opaque.data=abcd"],
  [16414, "abcd", { linkId: hex("abcd") }, "data.link_id=abcd"],
  [
    16416,
    "8001000f 80020001 80020002 8003000c 80040010 80050100",
    { maxCid: 15, profiles: [1, 2], integ: [12], icvBytes: 16, mrru: 256 },
    "data.rohc.attr.max_cid=15",
  ],
  [16419, "aa".repeat(16), { token: hex("aa".repeat(16)) }, `data.qcd.token_secret_data=${"aa".repeat(16)}`],
  [16422, "010203040000000500000006", { expectedSend: 5 }, "data.ha.nonce_data=0x01020304"],
  [16423, "00001000", { delta: hex("00001000") }, "data.ha.incoming_ipsec_sa_delta_value=00001000"],
  [16424, "00010003", { methods: [1, 3] }, "data.secure_password_methods=00010003"],
  [16427, text("lab"), { domain: "lab" }, "data.erx.domain=lab"],
  [16429, "0002", { senderIds: 2 }, "data.group_sender.count=2"],
  [16431, "000200030004", { hashes: [2, 3, 4] }, "data.signature_hash_algorithms=2"],
  [16434, "000514abcd", { prf: 5, difficulty: 20, cookie: hex("abcd") }, "data.puzzle.difficulty=20"],
  [16436, `02${text("ppk-1")}`, { type: 2, text: "ppk-1" }, "data.ppk.id_text=ppk-1"],
  [16436, "", undefined, "msgtype=16436"],
  [16437, "abcd", { data: hex("abcd") }, "data.no_ppk_auth=abcd"],
  [16441, "abcd", { link: hex("abcd") }, "data.additional_key_exchange=abcd"],
  [16442, "02", { congestionControl: true, dontFragment: false }, "data.aggfrag.c=1"],
  [
    16443,
    `0202 030b01 0a0e00${ED25519}`,
    {
      announcements: [
        { method: 2 },
        { method: 11, certLink: 1 },
        { method: 14, certLink: 0, algorithm: { name: "Ed25519" } },
      ],
    },
    "data.auth_methods.method=2",
  ],
  [16444, "63707530", { resource: utf8("cpu0") }, "data.sa_resource_info=63707530"],
  [16446, `01${text("id")}1122334455667788`, { text: "id", confirmation: hex("1122334455667788") }, "data.ppk.id=6964"],
  [40960, "abcd", { data: hex("abcd") }, "data.null_auth=abcd"],
  [41041, "0164", { seconds: 8 }, "priv.3gpp.backoff_timer_len=1"],
  [41101, "000901 5386191020304050", { type: 1, digits: "3568910102030405" }, "priv.3gpp.device_identity_type=1"],
  [
    41134,
    "0504 01 11f2f3",
    { numbers: [{ services: 1, digits: "1123" }] },
    "priv.3gpp.emergency_call_numbers_flag_b1_police=1",
  ],
  [42017, "02abcd", { value: hex("abcd") }, "priv.3gpp.container.len=2"],
  [55501, "05 05 02 0109 02 2e", { pduSessionId: 5, qfis: [1, 9], dscp: 46 }, "priv.3gpp.5g_qos_info.qfi=1"],
  [55502, "0a000001", { address: "10.0.0.1" }, "priv.3gpp.nas_ip4_address=10.0.0.1"],
  [55506, "4e21", { port: 20001 }, "priv.3gpp.nas_tcp_port=20001"],
]

describe("notify", () => {
  it("reads protocol, SPI and type", () => {
    const value = hex("03044009 aabbccdd")
    expect(decodeBytes(notify, value)).toEqual({
      protocol: 3,
      type: 16393,
      spi: hex("aabbccdd"),
      data: new Uint8Array(0),
    })
    expect(fieldsOf(notify, value)).toEqual({
      "isakmp.notify.protoid": ["3"],
      "isakmp.spisize": ["4"],
      "isakmp.notify.msgtype": ["16393"],
      "isakmp.spi": ["aabbccdd"],
    })
    everyPrefix(notify, value)
  })

  it.each(CASES)("decodes the data of %i", (type, data, decoded, drawn) => {
    const value = decodeBytes(notify, body(type, data))
    expect(value.fault).toBeUndefined()
    const decoder = NOTIFY_DATA.get(type)
    const means = decoder && notifyData(value, decoder)
    if (decoded) expect(means).toMatchObject(decoded)
    else expect(means).toBeUndefined()
    const [name, shown] = drawn.split("=")
    expect(fieldsOf(notify, body(type, data))[`isakmp.notify.${name}`]?.[0]).toBe(shown)
    everyPrefix(notify, body(type, data))
  })

  it("has a case for every type that has a decoder of its own", () => {
    const tested = new Set(CASES.map(([type]) => type))
    const alike = [41288, 41501, 42014, 42015, 42020, 42094, 42095, 51015, 51115, 55503, 55504, 55505, 55507]
    expect([...NOTIFY_DATA.keys()].filter(t => !tested.has(t) && !alike.includes(t))).toEqual([])
  })

  it("gives decoded data with its type", () => {
    const value = decodeBytes(notify, body(17, "000f"))
    expect(notifyData(value, invalidKePayload)?.group).toBe(15)
    expect(notifyData(value, cookie)).toBeUndefined()
    expect(notifyData(undefined, redirect)).toBeUndefined()
  })

  it("keeps the data of unknown types and of bad ones", () => {
    expect(decodeBytes(notify, body(61000, "abcd"))).toMatchObject({ type: 61000, data: hex("abcd") })
    const bad = decodeBytes(notify, body(16388, "abcd"))
    expect(bad).toMatchObject({ data: hex("abcd"), fault: { code: "invalid" } })
    expect(notifyData(bad, natDetectionSourceIp)).toBeUndefined()
  })

  it("keeps the announcements beside a bad one", () => {
    const { decoded } = decodeBytes(notify, body(16443, "050e00 3000 0202"))
    expect(decoded).toMatchObject({ announcements: [{ method: 14, fault: { code: "invalid" } }, { method: 2 }] })
    expect(decodeBytes(notify, body(16443, "010202")).fault).toMatchObject({ code: "invalid" })
  })
})
