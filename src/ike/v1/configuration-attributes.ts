/** What the values of Config Mode, XAUTH, Cisco Unity and Check Point attributes mean. draft-dukes-ike-mode-cfg §3.3, draft-beaulieu-ike-xauth §6.1. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, type FieldOptions, field } from "../../bytes/field.ts"
import { CFG_ATTRIBUTE } from "../../registry/ikev1/cfg-attributes.ts"
import { XAUTH_STATUS } from "../../registry/ikev1/xauth-status.ts"
import { XAUTH_TYPE } from "../../registry/ikev1/xauth-types.ts"
import { type AttributeDetail, numberDetail } from "./attributes.ts"

const cfg = (name: string, label: string, options: FieldOptions = {}): Field =>
  field(`isakmp.cfg.attr.${name}`, label, options)

/** Attributes whose value is a credential, which is shown only where keys are. */
export const SECRET_CONFIG_ATTRIBUTES: ReadonlySet<number> = new Set([16522, 16523, 16528, 16529])

function text(name: string, label: string, secret = false): AttributeDetail {
  const shown = cfg(name, label, { kind: "text", secret })
  return v => {
    v.text(shown)
  }
}

const number = (name: string, label: string, names?: FieldOptions["names"]) => numberDetail(cfg(name, label, { names }))

/** One address or several; what is left over is no address. */
function addresses(name: string, label: string, kind: "ipv4" | "ipv6"): AttributeDetail {
  const shown = cfg(name, label, { kind })
  const bytes = kind === "ipv4" ? 4 : 16
  return v => {
    do v.bytes(shown, bytes)
    while (v.left > 0)
  }
}

function subnets4(): AttributeDetail {
  const ip = cfg("internal_ip4_subnet_ip", "INTERNAL IP4 SUBNET (IP)", { kind: "ipv4" })
  const netmask = cfg("internal_ip4_subnet_netmask", "INTERNAL IP4 SUBNET (NETMASK)", { kind: "ipv4" })
  return v => {
    while (v.left > 0) {
      v.bytes(ip, 4)
      v.bytes(netmask, 4)
    }
  }
}

function subnets6(): AttributeDetail {
  const ip = cfg("internal_ip6_subnet_ip", "INTERNAL_IP6_SUBNET (IP)", { kind: "ipv6" })
  const prefix = cfg("internal_ip6_subnet_prefix", "INTERNAL_IP6_SUBNET (PREFIX)")
  return v => {
    while (v.left > 0) {
      v.bytes(ip, 16)
      v.u8(prefix)
    }
  }
}

/** IKEv2 adds a prefix length behind the address, and some IKEv1 peers do too. */
function address6(): AttributeDetail {
  const address = cfg("internal_ip6_address", "INTERNAL IP6 ADDRESS", { kind: "ipv6" })
  const prefix = cfg("internal_ip6_address.prefix", "INTERNAL IP6 ADDRESS (Prefix)")
  return v => {
    v.bytes(address, 16)
    if (v.left > 0) v.u8(prefix)
  }
}

function supportedAttributes(): AttributeDetail {
  const supported = cfg("supported_attributes", "Supported Attribute", { names: CFG_ATTRIBUTE })
  return v => {
    while (v.left > 0) v.u16(supported)
  }
}

/** Networks to tunnel, or to leave out: address, mask, protocol, source port, destination port, 14 bytes each. */
function splitNetworks(name: string, label: string): AttributeDetail {
  const entry = cfg(`unity.${name}`, label, { kind: "none" })
  const ip = cfg(`unity.${name}.ip`, "Address", { kind: "ipv4" })
  const netmask = cfg(`unity.${name}.netmask`, "Netmask", { kind: "ipv4" })
  const protocol = cfg(`unity.${name}.protocol`, "Protocol")
  const sourcePort = cfg(`unity.${name}.src_port`, "Source Port")
  const destinationPort = cfg(`unity.${name}.dst_port`, "Destination Port")
  const read = (e: Cursor): void => {
    e.bytes(ip, 4)
    e.bytes(netmask, 4)
    e.u16(protocol)
    e.u16(sourcePort)
    e.u16(destinationPort)
  }
  return v => {
    while (v.left > 0) v.window(entry, 14, "Attribute Length", read)
  }
}

function macAddress(): AttributeDetail {
  const mac = cfg("chkpt.mac_address", "CHKPT_MAC_ADDRESS", { kind: "ether" })
  return v => {
    v.bytes(mac, 6)
  }
}

/** By attribute type. */
export const CONFIG_ATTRIBUTE_DETAIL: ReadonlyMap<number, AttributeDetail> = new Map([
  [1, addresses("internal_ip4_address", "INTERNAL IP4 ADDRESS", "ipv4")],
  [2, addresses("internal_ip4_netmask", "INTERNAL IP4 NETMASK", "ipv4")],
  [3, addresses("internal_ip4_dns", "INTERNAL IP4 DNS", "ipv4")],
  [4, addresses("internal_ip4_nbns", "INTERNAL IP4 NBNS", "ipv4")],
  [5, number("internal_address_expiry", "INTERNAL ADDRESS EXPIRY (s)")],
  [6, addresses("internal_ip4_dhcp", "INTERNAL IP4 DHCP", "ipv4")],
  [7, text("application_version", "APPLICATION VERSION")],
  [8, address6()],
  [9, addresses("internal_ip6_netmask", "INTERNAL IP6 NETMASK", "ipv6")],
  [10, addresses("internal_ip6_dns", "INTERNAL IP6 DNS", "ipv6")],
  [11, addresses("internal_ip6_nbns", "INTERNAL IP6 NBNS", "ipv6")],
  [12, addresses("internal_ip6_dhcp", "INTERNAL IP6 DHCP", "ipv6")],
  [13, subnets4()],
  [14, supportedAttributes()],
  [15, subnets6()],
  [16387, text("chkpt.def_domain", "CHKPT_DEF_DOMAIN")],
  [16388, macAddress()],
  [16389, number("chkpt.marcipan_reason_code", "CHKPT_MARCIPAN_REASON_CODE")],
  [16520, number("xauth.type", "XAUTH TYPE", XAUTH_TYPE)],
  [16521, text("xauth.user_name", "XAUTH USER NAME")],
  [16522, text("xauth.user_password", "XAUTH USER PASSWORD", true)],
  [16523, text("xauth.passcode", "XAUTH PASSCODE", true)],
  [16524, text("xauth.message", "XAUTH MESSAGE")],
  [16525, text("xauth.challenge", "XAUTH CHALLENGE")],
  [16526, text("xauth.domain", "XAUTH DOMAIN")],
  [16527, number("xauth.status", "XAUTH STATUS", XAUTH_STATUS)],
  [16528, text("xauth.next_pin", "XAUTH NEXT PIN", true)],
  [16529, text("xauth.answer", "XAUTH ANSWER", true)],
  [28672, text("unity.banner", "UNITY BANNER")],
  [28673, number("unity.save_passwd", "UNITY SAVE PASSWD")],
  [28674, text("unity.def_domain", "UNITY DEF DOMAIN")],
  [28675, text("unity.split_domain", "UNITY SPLIT DOMAIN")],
  [28676, splitNetworks("split_include", "UNITY SPLIT INCLUDE")],
  [28677, number("unity.natt_port", "UNITY NATT PORT")],
  [28678, splitNetworks("split_exclude", "UNITY SPLIT EXCLUDE")],
  [28679, number("unity.pfs", "UNITY PFS")],
  [28681, text("unity.backup_servers", "UNITY BACKUP SERVERS")],
  [28682, text("unity.ddns_hostname", "UNITY DDNS HOSTNAME")],
])
