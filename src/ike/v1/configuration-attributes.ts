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
export const CONFIG_ATTRIBUTE_DETAIL: ReadonlyMap<number, AttributeDetail> = new Map<number, AttributeDetail>([
  [CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS, addresses("internal_ip4_address", "INTERNAL IP4 ADDRESS", "ipv4")],
  [CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK, addresses("internal_ip4_netmask", "INTERNAL IP4 NETMASK", "ipv4")],
  [CFG_ATTRIBUTE.INTERNAL_IP4_DNS, addresses("internal_ip4_dns", "INTERNAL IP4 DNS", "ipv4")],
  [CFG_ATTRIBUTE.INTERNAL_IP4_NBNS, addresses("internal_ip4_nbns", "INTERNAL IP4 NBNS", "ipv4")],
  [CFG_ATTRIBUTE.INTERNAL_ADDRESS_EXPIRY, number("internal_address_expiry", "INTERNAL ADDRESS EXPIRY (s)")],
  [CFG_ATTRIBUTE.INTERNAL_IP4_DHCP, addresses("internal_ip4_dhcp", "INTERNAL IP4 DHCP", "ipv4")],
  [CFG_ATTRIBUTE.APPLICATION_VERSION, text("application_version", "APPLICATION VERSION")],
  [CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS, address6()],
  [CFG_ATTRIBUTE.INTERNAL_IP6_NETMASK, addresses("internal_ip6_netmask", "INTERNAL IP6 NETMASK", "ipv6")],
  [CFG_ATTRIBUTE.INTERNAL_IP6_DNS, addresses("internal_ip6_dns", "INTERNAL IP6 DNS", "ipv6")],
  [CFG_ATTRIBUTE.INTERNAL_IP6_NBNS, addresses("internal_ip6_nbns", "INTERNAL IP6 NBNS", "ipv6")],
  [CFG_ATTRIBUTE.INTERNAL_IP6_DHCP, addresses("internal_ip6_dhcp", "INTERNAL IP6 DHCP", "ipv6")],
  [CFG_ATTRIBUTE.INTERNAL_IP4_SUBNET, subnets4()],
  [CFG_ATTRIBUTE.SUPPORTED_ATTRIBUTES, supportedAttributes()],
  [CFG_ATTRIBUTE.INTERNAL_IP6_SUBNET, subnets6()],
  [CFG_ATTRIBUTE.CHKPT_DEF_DOMAIN, text("chkpt.def_domain", "CHKPT_DEF_DOMAIN")],
  [CFG_ATTRIBUTE.CHKPT_MAC_ADDRESS, macAddress()],
  [CFG_ATTRIBUTE.CHKPT_MARCIPAN_REASON_CODE, number("chkpt.marcipan_reason_code", "CHKPT_MARCIPAN_REASON_CODE")],
  [CFG_ATTRIBUTE.XAUTH_TYPE, number("xauth.type", "XAUTH TYPE", XAUTH_TYPE)],
  [CFG_ATTRIBUTE.XAUTH_USER_NAME, text("xauth.user_name", "XAUTH USER NAME")],
  [CFG_ATTRIBUTE.XAUTH_USER_PASSWORD, text("xauth.user_password", "XAUTH USER PASSWORD", true)],
  [CFG_ATTRIBUTE.XAUTH_PASSCODE, text("xauth.passcode", "XAUTH PASSCODE", true)],
  [CFG_ATTRIBUTE.XAUTH_MESSAGE, text("xauth.message", "XAUTH MESSAGE")],
  [CFG_ATTRIBUTE.XAUTH_CHALLENGE, text("xauth.challenge", "XAUTH CHALLENGE")],
  [CFG_ATTRIBUTE.XAUTH_DOMAIN, text("xauth.domain", "XAUTH DOMAIN")],
  [CFG_ATTRIBUTE.XAUTH_STATUS, number("xauth.status", "XAUTH STATUS", XAUTH_STATUS)],
  [CFG_ATTRIBUTE.XAUTH_NEXT_PIN, text("xauth.next_pin", "XAUTH NEXT PIN", true)],
  [CFG_ATTRIBUTE.XAUTH_ANSWER, text("xauth.answer", "XAUTH ANSWER", true)],
  [CFG_ATTRIBUTE.UNITY_BANNER, text("unity.banner", "UNITY BANNER")],
  [CFG_ATTRIBUTE.UNITY_SAVE_PASSWD, number("unity.save_passwd", "UNITY SAVE PASSWD")],
  [CFG_ATTRIBUTE.UNITY_DEF_DOMAIN, text("unity.def_domain", "UNITY DEF DOMAIN")],
  [CFG_ATTRIBUTE.UNITY_SPLIT_DOMAIN, text("unity.split_domain", "UNITY SPLIT DOMAIN")],
  [CFG_ATTRIBUTE.UNITY_SPLIT_INCLUDE, splitNetworks("split_include", "UNITY SPLIT INCLUDE")],
  [CFG_ATTRIBUTE.UNITY_NATT_PORT, number("unity.natt_port", "UNITY NATT PORT")],
  [CFG_ATTRIBUTE.UNITY_SPLIT_EXCLUDE, splitNetworks("split_exclude", "UNITY SPLIT EXCLUDE")],
  [CFG_ATTRIBUTE.UNITY_PFS, number("unity.pfs", "UNITY PFS")],
  [CFG_ATTRIBUTE.UNITY_BACKUP_SERVERS, text("unity.backup_servers", "UNITY BACKUP SERVERS")],
  [CFG_ATTRIBUTE.UNITY_DDNS_HOSTNAME, text("unity.ddns_hostname", "UNITY DDNS HOSTNAME")],
])
