/** The interface that `ikedump extcap` offers to Wireshark: a capture or a live pipe, decrypted. */
import type { ExtcapArgument, ExtcapInterface } from "./protocol.ts"

/** Raw IP: inner packets have no link layer. */
export const DECRYPTED: ExtcapInterface = {
  value: "ikedump",
  display: "IKE and ESP, decrypted by ikedump",
  dlt: { number: 101, name: "RAW", display: "Raw IP" },
}

export const ARGUMENTS: readonly ExtcapArgument[] = [
  {
    call: "--source",
    display: "Capture",
    tooltip: "A pcap or pcapng file, or a named pipe that tcpdump writes to",
    type: "fileselect",
    required: true,
    mustExist: true,
  },
  {
    call: "--keys",
    display: "Secrets",
    tooltip: "A keys file, a daemon's log, ip xfrm state, Wireshark's tables or any other format that ikedump reads",
    type: "fileselect",
    mustExist: true,
  },
  {
    call: "--content",
    display: "Show",
    tooltip: "Which packets to show",
    type: "selector",
    values: [
      { value: "all", display: "inner packets and IKE messages in the clear" },
      { value: "inner", display: "inner packets only" },
    ],
  },
  {
    call: "--filter",
    display: "Display filter",
    tooltip: "Which frames of the capture to take, for example esp.spi == 0xd7131556",
    type: "string",
  },
]
