/** Values of configuration attributes by type: each reads its value and gives it as text. RFC 7296 §3.15.1 and its extensions. */
import type { Cursor } from "../../../bytes/cursor.ts"
import { type Field, field, ipv4Text, ipv6Text } from "../../../bytes/field.ts"
import { toHex } from "../../../bytes/hex.ts"
import { CFG_ATTRIBUTE } from "../../../registry/ikev2/cfg-attributes.ts"
import { decodeDigestInfo, decodeEncryptedDns } from "./encrypted-dns.ts"

/** Reads a value that is not empty. Throws DecodeError when it is too short; what is left over is shown as such. */
export type ValueReader = (c: Cursor) => string

const prefix = "isakmp.cfg.attr"
const make = (name: string, label: string, kind?: Field["kind"]) => field(`${prefix}.${name}`, label, { kind })

const ipv4 = (name: string, label: string): ValueReader => {
  const shown = make(name, label, "ipv4")
  return c => ipv4Text(c.bytes(shown, 4))
}
const ipv6 = (name: string, label: string): ValueReader => {
  const shown = make(name, label, "ipv6")
  return c => ipv6Text(c.bytes(shown, 16))
}
const text = (name: string, label: string): ValueReader => {
  const shown = make(name, label, "text")
  return c => c.text(shown)
}
const number = (name: string, label: string, bytes: number): ValueReader => {
  const shown = make(name, label)
  return c => String(c.uint(shown, bytes))
}
/** An IPv6 address or prefix, then its length in bits. */
const ipv6Prefix = (addressField: Field, lengthField: Field): ValueReader => {
  return c => {
    const address = ipv6Text(c.bytes(addressField, 16))
    return c.left > 0 ? `${address}/${c.u8(lengthField)}` : address
  }
}

const subnetAddress = make("internal_ip4_subnet_ip", "INTERNAL_IP4_SUBNET (IP)", "ipv4")
const subnetMask = make("internal_ip4_subnet_netmask", "INTERNAL_IP4_SUBNET (netmask)", "ipv4")
const ip4Subnet: ValueReader = c => `${ipv4Text(c.bytes(subnetAddress, 4))}/${ipv4Text(c.bytes(subnetMask, 4))}`

const supported = field(`${prefix}.supported_attributes`, "SUPPORTED_ATTRIBUTES", { names: CFG_ATTRIBUTE })
const supportedAttributes: ValueReader = c => {
  const names: string[] = []
  while (c.left > 0) names.push(CFG_ATTRIBUTE.label(c.u16(supported) & 0x7fff))
  return names.join(" ")
}

const homeLifetime = make("mip6_home_prefix.lifetime", "MIP6_HOME_PREFIX (lifetime, seconds)")
const homePrefix = make("mip6_home_prefix.ip", "MIP6_HOME_PREFIX", "ipv6")
const homePrefixLength = make("mip6_home_prefix.length", "MIP6_HOME_PREFIX (length)")
/** RFC 5026 §8.2. */
const mip6HomePrefix: ValueReader = c => {
  const seconds = c.u32(homeLifetime)
  return `${ipv6Text(c.bytes(homePrefix, 16))}/${c.u8(homePrefixLength)} for ${seconds} s`
}

const linkInterface = make("internal_ip6_link_interface", "INTERNAL_IP6_LINK (Link-Local Interface ID)")
const linkId = make("internal_ip6_link_id", "INTERNAL_IP6_LINK (IKEv2 Link ID)", "bytes")
/** RFC 5739 §5.1. */
const ip6Link: ValueReader = c => {
  const id = c.u64(linkInterface).toString(16).padStart(16, "0")
  return c.left > 0 ? `${id} link ${toHex(c.bytes(linkId))}` : id
}

const homeAgent6 = make("home_agent_address_ip6", "HOME_AGENT_ADDRESS (IPv6)", "ipv6")
const homeAgent4 = make("home_agent_address_ip4", "HOME_AGENT_ADDRESS (IPv4)", "ipv4")
/** 3GPP TS 24.302 §8.2.4.1. */
const homeAgentAddress: ValueReader = c => {
  const six = ipv6Text(c.bytes(homeAgent6, 16))
  return c.left > 0 ? `${six} ${ipv4Text(c.bytes(homeAgent4, 4))}` : six
}

const natAddress = make("external_source_ip4_nat_info.address", "External source IPv4 address", "ipv4")
const natPort = make("external_source_ip4_nat_info.port", "External source port")
/** 3GPP TS 29.139: the address, then a port or the first and the last of a range. */
const natInfo: ValueReader = c => {
  const address = ipv4Text(c.bytes(natAddress, 4))
  const ports: number[] = []
  while (c.left >= 2) ports.push(c.u16(natPort))
  return ports.length ? `${address}:${ports.join("-")}` : address
}

const keyTag = make("internal_dnssec_ta.key_tag", "Key Tag")
const dnssecAlgorithm = make("internal_dnssec_ta.algorithm", "DNSKEY Algorithm")
const digestType = make("internal_dnssec_ta.digest_type", "Digest Type")
const digest = make("internal_dnssec_ta.digest", "Digest", "bytes")
/** RFC 8598 §4.2: a DS record in wire form. */
const dnssecTrustAnchor: ValueReader = c =>
  `${c.u16(keyTag)} ${c.u8(dnssecAlgorithm)} ${c.u8(digestType)} ${toHex(c.bytes(digest))}`

const splitAddress = make("unity.split.address", "Split network address", "ipv4")
const splitMask = make("unity.split.netmask", "Split network mask", "ipv4")
const splitProtocol = make("unity.split.protocol", "Split network protocol")
const splitSourcePort = make("unity.split.source_port", "Split network source port")
const splitDestinationPort = make("unity.split.destination_port", "Split network destination port")
/** Cisco Unity: entries of 14 octets; FlexVPN peers send address and mask alone. */
const splitNetworks: ValueReader = c => {
  const networks: string[] = []
  while (c.left >= 8) {
    networks.push(`${ipv4Text(c.bytes(splitAddress, 4))}/${ipv4Text(c.bytes(splitMask, 4))}`)
    if (c.left < 6) continue
    c.u16(splitProtocol)
    c.u16(splitSourcePort)
    c.u16(splitDestinationPort)
  }
  return networks.join(" ")
}

export const ATTRIBUTE_VALUES: ReadonlyMap<number, ValueReader> = new Map<number, ValueReader>([
  [1, ipv4("internal_ip4_address", "INTERNAL_IP4_ADDRESS")],
  [2, ipv4("internal_ip4_netmask", "INTERNAL_IP4_NETMASK")],
  [3, ipv4("internal_ip4_dns", "INTERNAL_IP4_DNS")],
  [4, ipv4("internal_ip4_nbns", "INTERNAL_IP4_NBNS")],
  [5, number("internal_address_expiry", "INTERNAL_ADDRESS_EXPIRY (seconds)", 4)],
  [6, ipv4("internal_ip4_dhcp", "INTERNAL_IP4_DHCP")],
  [7, text("application_version", "APPLICATION_VERSION")],
  [
    8,
    ipv6Prefix(
      make("internal_ip6_address", "INTERNAL_IP6_ADDRESS", "ipv6"),
      make("internal_ip6_address.prefix", "INTERNAL_IP6_ADDRESS (prefix)"),
    ),
  ],
  [9, ipv6("internal_ip6_netmask", "INTERNAL_IP6_NETMASK")],
  [10, ipv6("internal_ip6_dns", "INTERNAL_IP6_DNS")],
  [11, ipv6("internal_ip6_nbns", "INTERNAL_IP6_NBNS")],
  [12, ipv6("internal_ip6_dhcp", "INTERNAL_IP6_DHCP")],
  [13, ip4Subnet],
  [14, supportedAttributes],
  [
    15,
    ipv6Prefix(
      make("internal_ip6_subnet_ip", "INTERNAL_IP6_SUBNET (IP)", "ipv6"),
      make("internal_ip6_subnet_prefix", "INTERNAL_IP6_SUBNET (prefix)"),
    ),
  ],
  [16, mip6HomePrefix],
  [17, ip6Link],
  [
    18,
    ipv6Prefix(
      make("internal_ip6_prefix_ip", "INTERNAL_IP6_PREFIX (IP)", "ipv6"),
      make("internal_ip6_prefix_length", "INTERNAL_IP6_PREFIX (length)"),
    ),
  ],
  [19, homeAgentAddress],
  [20, ipv4("p_cscf_ip4_address", "P_CSCF_IP4_ADDRESS")],
  [21, ipv6("p_cscf_ip6_address", "P_CSCF_IP6_ADDRESS")],
  [22, number("ftt_kat", "FTT_KAT (seconds)", 2)],
  [23, natInfo],
  [24, number("timeout_period_for_liveness_check", "TIMEOUT_PERIOD_FOR_LIVENESS_CHECK (seconds)", 4)],
  [25, text("internal_dns_domain", "INTERNAL_DNS_DOMAIN")],
  [26, dnssecTrustAnchor],
  [27, c => decodeEncryptedDns(c, 4)],
  [28, c => decodeEncryptedDns(c, 16)],
  [29, decodeDigestInfo],
  [23456, ipv4("internal_ip4_server", "INTERNAL_IP4_SERVER")],
  [23457, ipv6("internal_ip6_server", "INTERNAL_IP6_SERVER")],
  [28672, text("unity.banner", "UNITY_BANNER")],
  [28673, number("unity.save_passwd", "UNITY_SAVE_PASSWD", 2)],
  [28674, text("unity.def_domain", "UNITY_DEF_DOMAIN")],
  [28675, text("unity.split_domain", "UNITY_SPLIT_DOMAIN")],
  [28676, splitNetworks],
  [28677, number("unity.natt_port", "UNITY_NATT_PORT", 2)],
  [28678, splitNetworks],
  [28679, number("unity.pfs", "UNITY_PFS", 2)],
  [28681, text("unity.backup_servers", "UNITY_BACKUP_SERVERS")],
  [28682, text("unity.ddns_hostname", "UNITY_DDNS_HOSTNAME")],
])
