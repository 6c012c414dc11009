/** The figures that `bench/all.mjs` measures: for each the same work by ikedump and by its peers, as whole processes. */
import { availableParallelism } from "node:os"
import { makeCapture, SUITES } from "../esp-data.mjs"
import { ikedump } from "../measure.mjs"
import { initCapture } from "./exchanges.mjs"
import { FIELD_SETS, fieldCapture } from "./field-capture.mjs"
import { scanCapture } from "./scan-capture.mjs"
import { tenFrames } from "./ten-frames.mjs"
import { tsharkEsp } from "./tshark-esp.mjs"

const FILTER = "udp port 500 or udp port 4500 or esp"
const SESSION_FIELDS = ["frame.number", "ip.src", "isakmp.ispi", "isakmp.exchangetype", "isakmp.messageid"]
const tsharkFields = (capture, fields) => ["tshark", ["-r", capture, "-T", "fields", ...fields.flatMap(f => ["-e", f])]]

/**
 * Every figure as `{ name, input, commands, peer, many }`: `commands` are those to compare, ikedump's first; `peer` is the one that ikedump is
 * measured by, where it is not tshark; with `many` the command is short and runs more often. `scale` shortens the inputs.
 */
export function figures(scale) {
  return [...scans(scale), ...esp(scale), ...fields(scale), ...sessions(scale), ...starts()]
}

function scans(scale) {
  const frames = Math.round(2_000_000 * scale)
  const input = () => scanCapture(frames)
  const tcpdump = capture => ({ tcpdump: ["tcpdump", ["-r", capture, "-w", "/dev/null", FILTER]] })
  // Once is enough: tshark does the same for all of them, in half a minute.
  const tshark = capture => ({ tshark: ["tshark", ["-r", capture, "-q", "-z", "io,phs"]] })
  return [
    { name: `brief, ${frames} frames`, args: capture => ["brief", capture, "--threads", "1"], more: tshark },
    {
      name: `report as JSON, ${frames} frames`,
      args: capture => ["report", "--format", "json", capture, "--threads", "1"],
    },
    {
      name: `report as JSON, ${frames} frames, all cores`,
      args: capture => ["report", "--format", "json", capture, ...ALL],
    },
  ].map(({ name, args, more }) => ({
    name,
    input,
    peer: "tcpdump",
    commands: capture => ({ ikedump: ikedump(...args(capture)), ...tcpdump(capture), ...more?.(capture) }),
  }))
}

const ALL = ["--threads", String(availableParallelism())]

function esp(scale) {
  const packets = Math.round(200_000 * scale)
  const open = ({ capture, keys }, threads) =>
    ikedump("report", capture, "--keys", keys, "--format", "json", ...threads)
  const one = Object.entries(SUITES).flatMap(([suite, { wireshark }]) =>
    [
      ["one thread", ["--threads", "1"]],
      ["all cores", ALL],
    ].map(([words, threads]) => ({
      name: `ESP ${suite}, ${packets} packets, ${words}`,
      input: () => makeCapture(suite, packets, 1),
      commands: files => ({ ikedump: open(files, threads), ...(wireshark ? { tshark: tsharkEsp(files) } : {}) }),
    })),
  )
  const few = Math.round(50_000 * scale)
  const many = {
    name: `ESP gcm-256, ${few} packets, 1000 SAs`,
    input: () => makeCapture("gcm-256", few, 1000),
    commands: files => ({ ikedump: open(files, ["--threads", "1"]), tshark: tsharkEsp(files) }),
  }
  return [...one, many]
}

function fields(scale) {
  const exchanges = Math.round(500_000 * scale)
  return Object.entries(FIELD_SETS).map(([words, names]) => ({
    name: `fields, ${exchanges} exchanges, ${words}`,
    input: () => fieldCapture(exchanges),
    commands: capture => ({
      ikedump: ikedump("fields", capture, ...names.flatMap(f => ["-e", f])),
      tshark: tsharkFields(capture, names),
    }),
  }))
}

function sessions(scale) {
  const sas = Math.round(500_000 * scale)
  return ["default", "small"].map(offer => ({
    name: `sessions as NDJSON, ${sas} SAs, ${offer} offer`,
    input: () => initCapture(sas, offer),
    commands: capture => ({
      ikedump: ikedump("report", "--format", "ndjson", capture, "--threads", "1"),
      tshark: tsharkFields(capture, SESSION_FIELDS),
    }),
  }))
}

function starts() {
  return [
    {
      name: "start, ten frames",
      many: true,
      input: tenFrames,
      commands: capture => ({ ikedump: ikedump(capture), tshark: ["tshark", ["-r", capture]] }),
    },
    {
      name: "start, --version beside node -e 0",
      many: true,
      peer: "node",
      input: () => undefined,
      commands: () => ({ ikedump: ikedump("--version"), node: [process.execPath, ["-e", "0"]] }),
    },
  ]
}
