import { describe, expect, it } from "vitest"
import { notification } from "../../../src/ike/v1/notification.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const decode = (body: string) => decodeBytes(notification, hex(body), CONTEXT_V1)
const fields = (body: string) => fieldsOf(notification, hex(body), CONTEXT_V1)

/** R-U-THERE of a daemon, with both cookies as SPI. RFC 3706 §5.3. */
const R_U_THERE = "00000001 01108d28 fb1c2cdd635506d2e37ecd7e0866d445 6f2565a7"

describe("N payload of IKEv1", () => {
  it("R-U-THERE and R-U-THERE-ACK", () => {
    expect(decode(R_U_THERE)).toMatchObject({ doi: 1, protocol: 1, type: 36136, sequence: 0x6f2565a7 })
    expect(fields(R_U_THERE)).toEqual({
      "isakmp.notify.doi": ["1"],
      "isakmp.notify.protoid": ["1"],
      "isakmp.spisize": ["16"],
      "isakmp.notify.msgtype": ["36136"],
      "isakmp.spi": ["fb1c2cdd635506d2e37ecd7e0866d445"],
      "isakmp.notify.data": ["6f2565a7"],
      "isakmp.notify.data.dpd.are_you_there": ["1864721831"],
    })
    expect(decode("00000001 01008d29 00000007").sequence).toBe(7)
    everyPrefix(notification, hex(R_U_THERE), CONTEXT_V1)
  })

  it("RESPONDER-LIFETIME in the attributes of its protocol", () => {
    const ipsec = "00000001 03046000 01020304 80010001 00020004 00007080"
    expect(decode(ipsec).lifetimes).toEqual([{ type: 1, value: 28800 }])
    expect(fields(ipsec)).toMatchObject({
      "isakmp.notify.data.resp_lifetime.ipsec.attr.type": ["1", "2"],
      "isakmp.notify.data.resp_lifetime.ipsec.attr.life_duration": ["28800"],
    })
    const isakmp = "00000001 01006000 800b0002 800c0400"
    expect(decode(isakmp).lifetimes).toEqual([{ type: 2, value: 1024 }])
    expect(fields(isakmp)["isakmp.notify.data.resp_lifetime.ike.attr.life_type"]).toEqual(["2"])
    everyPrefix(notification, hex(ipsec), CONTEXT_V1)
  })

  it("REPLAY-STATUS, INITIAL-CONTACT, and Unity's load balancing", () => {
    expect(decode("00000001 03046001 01020304 00000001").replayDetection).toBe(true)
    expect(decode("00000001 01006002")).toMatchObject({ type: 24578, data: new Uint8Array() })
    expect(fields("00000001 01009e35 0a000005")["isakmp.notify.data.unity.load_balance"]).toEqual(["10.0.0.5"])
  })

  it("keeps data that is too short with its fault, and data of unknown types as it is", () => {
    expect(decode("00000001 01008d28 0102")).toMatchObject({ data: hex("0102") })
    expect(decode("00000001 01008d28 0102").fault?.code).toBe("truncated")
    expect(decode("000000ff ff00fffe 0102")).toMatchObject({ doi: 255, protocol: 255, type: 65534, data: hex("0102") })
  })
})
