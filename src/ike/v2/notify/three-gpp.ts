/** 3GPP's private notifications for access to an ePDG or N3IWF over untrusted networks; those of 5G alone are in `five-g.ts`. TS 24.302 §8.2.9. */

import type { Cursor } from "../../../bytes/cursor.ts"
import { type Field, field } from "../../../bytes/field.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import { decodeItems, type Item, item } from "../../shared/items.ts"
import type { NotifyDecoder } from "./decoder.ts"

const prefix = "isakmp.notify.priv.3gpp"

const backoffLength = field(`${prefix}.backoff_timer_len`, "Length")
const backoffValue = field(`${prefix}.backoff_timer`, "Backoff Timer (GPRS Timer 3)", { kind: "hex" })
const backoffSeconds = field(`${prefix}.backoff_timer_seconds`, "Backoff Timer (seconds)")

/** Seconds of a GPRS Timer 3's units; unit 7 is "deactivated". TS 24.008 §10.5.7.4a. */
const GPRS_TIMER_3_SECONDS = [600, 3600, 36000, 2, 30, 60, 1152000]

/** Seconds to wait before another attempt; undefined when the timer is deactivated. */
interface BackoffTimer {
  readonly seconds: number | undefined
}

const backoff = (type: number, rfc: string): NotifyDecoder<BackoffTimer> => ({
  type,
  rfc,
  decode(c) {
    c.u8(backoffLength)
    const octet = c.u8(backoffValue)
    const unit = GPRS_TIMER_3_SECONDS[octet >> 5]
    const seconds = unit === undefined ? undefined : unit * (octet & 31)
    if (seconds !== undefined) c.note(backoffSeconds, c.pos - 1, c.pos, seconds)
    return { seconds }
  },
})
export const backoffTimer = backoff(NOTIFY.BACKOFF_TIMER, "3GPP TS 24.302 §8.2.9.1")
export const n3gppBackoffTimer = backoff(NOTIFY.N3GPP_BACKOFF_TIMER, "3GPP TS 24.502 §9.3.1.7")

const identityNames = { name: (n: number) => ({ 1: "IMEI", 2: "IMEISV" })[n] }
const identityLength = field(`${prefix}.device_identity_len`, "Identity Length")
const identityType = field(`${prefix}.device_identity_type`, "Identity Type", { names: identityNames })
const imei = field(`${prefix}.device_identity_imei`, "IMEI", { kind: "text" })
const imeisv = field(`${prefix}.device_identity_imeisv`, "IMEISV", { kind: "text" })
const identityValue = field(`${prefix}.device_identity`, "Identity Value", { kind: "bytes" })

interface DeviceIdentity {
  /** 1 IMEI, 2 IMEISV. */
  readonly type: number
  /** Digits; undefined in a request, and for other types. */
  readonly digits: string | undefined
}

const deviceIdentity: NotifyDecoder<DeviceIdentity> = {
  type: NOTIFY.DEVICE_IDENTITY,
  rfc: "3GPP TS 24.302 §8.2.9.2",
  decode(c) {
    c.u16(identityLength)
    const type = c.u8(identityType)
    if (c.left === 0) return { type, digits: undefined }
    const shown = type === 1 ? imei : type === 2 ? imeisv : undefined
    if (!shown) {
      c.bytes(identityValue)
      return { type, digits: undefined }
    }
    return { type, digits: bcd(c, shown, c.left) }
  },
}

/** Telephony BCD: the first digit in the low half of an octet, 0xf behind an odd last one. */
function bcd(c: Cursor, shown: Field, length: number): string {
  c.require(shown, length)
  let digits = ""
  for (let i = c.pos; i < c.pos + length; i++)
    for (const nibble of [c.src.bytes[i] & 15, c.src.bytes[i] >> 4])
      if (nibble !== 15) digits += "0123456789*#abc"[nibble]
  c.note(shown, c.pos, c.pos + length, digits)
  c.pos += length
  return digits
}

const numbersLength = field(`${prefix}.emergency_call_numbers_len`, "Total Length")
const numberItem = field(`${prefix}.emergency_call_numbers`, "Emergency Number", { kind: "none" })
const numberLength = field(`${prefix}.emergency_call_numbers_element_len`, "Length")
const numberSpare = field(`${prefix}.emergency_call_numbers_spare`, "Spare")
const numberFlags = field(`${prefix}.emergency_call_numbers_flags`, "Service Category Value", { kind: "hex" })
const numberDigits = field(`${prefix}.emergency_call_number`, "Emergency Number", { kind: "text" })
const flag = (name: string, label: string) => field(`${prefix}.emergency_call_numbers_${name}`, label)
/** By bit from the lowest. TS 24.008 §10.5.4.33. */
const SERVICES = [
  flag("flag_b1_police", "Police"),
  flag("flag_b2_ambulance", "Ambulance"),
  flag("flag_b3_fire_brigade", "Fire Brigade"),
  flag("b4_marine_guard", "Marine Guard"),
  flag("flag_b5_mountain_rescue", "Mountain Rescue"),
]

interface EmergencyNumber extends Item {
  /** Bits from the lowest: police, ambulance, fire brigade, marine guard, mountain rescue. */
  readonly services: number
  readonly digits: string
}

const emergencyCallNumbers: NotifyDecoder<{ numbers: readonly EmergencyNumber[] }> = {
  type: NOTIFY.EMERGENCY_CALL_NUMBERS,
  rfc: "3GPP TS 24.302 §8.2.9.5",
  decode(c) {
    const numbers: EmergencyNumber[] = []
    if (c.left > 0) c.u8(numbersLength)
    decodeItems(c, numbers, () => c.left > 0, decodeEmergencyNumber)
    return { numbers }
  },
}

function decodeEmergencyNumber(c: Cursor): EmergencyNumber {
  let services = 0
  let digits = ""
  const at = item(c, numberItem, 1 + (c.peek() ?? 0), "emergency number Length", n => {
    n.u8(numberLength)
    if (n.left === 0) return
    const octet = n.u8(numberFlags)
    services = octet & 31
    n.note(numberSpare, n.pos - 1, n.pos, octet >> 5)
    for (const [bit, shown] of SERVICES.entries()) n.note(shown, n.pos - 1, n.pos, (services >> bit) & 1)
    digits = bcd(n, numberDigits, n.left)
  })
  return { start: at.start, end: at.end, fault: at.fault, services, digits }
}

const containerLength = field(`${prefix}.container.len`, "Length")
const containerValue = field(`${prefix}.container.value`, "Value", { kind: "bytes" })

/** A NAS information element after its length, which other specifications define. A view of the packet. */
const container = (type: number): NotifyDecoder<{ value: Uint8Array }> => ({
  type,
  rfc: "3GPP TS 24.302 §8.2.9",
  decode(c) {
    if (c.left > 0 && c.peek() === c.left - 1) c.u8(containerLength)
    return { value: c.left > 0 ? c.bytes(containerValue) : c.src.bytes.subarray(c.pos, c.pos) }
  },
})

/** NBIFOM container, PTI, EPS QoS, extended EPS QoS, TFT, modified bearer, APN-AMBR, extended APN-AMBR, N1 mode capability and information. */
const CONTAINERS = [
  NOTIFY.NBIFOM_GENERIC_CONTAINER,
  NOTIFY.PTI,
  NOTIFY.EPS_QOS,
  NOTIFY.EXTENDED_EPS_QOS,
  NOTIFY.TFT,
  NOTIFY.MODIFIED_BEARER,
  NOTIFY.APN_AMBR,
  NOTIFY.EXTENDED_APN_AMBR,
  NOTIFY.N1_MODE_CAPABILITY,
  NOTIFY.N1_MODE_INFORMATION,
]

export const THREE_GPP: readonly NotifyDecoder[] = [
  backoffTimer,
  n3gppBackoffTimer,
  deviceIdentity,
  emergencyCallNumbers,
  ...CONTAINERS.map(container),
]
