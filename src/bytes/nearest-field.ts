/** "Did you mean" for names of fields: people say ike where Wireshark says isakmp. */
import { nearest } from "./nearest.ts"

/** Words that people use for protocols that Wireshark calls otherwise. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  ike: "isakmp",
  ikev1: "isakmp",
  ikev2: "isakmp",
  isakmpv1: "isakmp",
  isakmpv2: "isakmp",
  ipsec: "esp",
  espudp: "udpencap",
  natt: "udpencap",
  "nat-t": "udpencap",
  ipv4: "ip",
}

/** The field or protocol that was meant, or undefined when none is near enough. */
export function nearestField(word: string, names: Iterable<string>): string | undefined {
  const known = new Set(names)
  const [protocol, ...rest] = word.toLowerCase().split(".")
  const ours = Object.hasOwn(PROTOCOLS, protocol) ? PROTOCOLS[protocol] : protocol
  const renamed = [ours, ...rest].join(".")
  return known.has(renamed) ? renamed : nearest(renamed, known)
}
