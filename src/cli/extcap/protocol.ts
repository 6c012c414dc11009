/**
 * What Wireshark asks an extcap program and the lines that answer it. Wireshark's Developer's Guide, "Extcap: Developer's Guide"
 * (`doc/extcap.adoc`): sentences of `{name=value}` pairs, one a line.
 */

/** One interface that Wireshark lists. */
export interface ExtcapInterface {
  readonly value: string
  readonly display: string
  /** LINKTYPE number, its name, and how Wireshark shows it. */
  readonly dlt: { readonly number: number; readonly name: string; readonly display: string }
}

/** One option of the interface's dialogue. Wireshark passes it as `call VALUE`, a boolflag as `call true`. */
export interface ExtcapArgument {
  readonly call: string
  readonly display: string
  readonly tooltip: string
  readonly type: "fileselect" | "string" | "boolflag" | "selector"
  readonly required?: boolean
  readonly default?: string
  /** A file must exist when it is chosen. */
  readonly mustExist?: boolean
  /** The values of a selector, the first the default. */
  readonly values?: readonly { readonly value: string; readonly display: string }[]
}

/** Answers `--extcap-interfaces`. */
export const interfacesText = (version: string, help: string, interfaces: readonly ExtcapInterface[]): string =>
  sentence("extcap", { version, help, display: "ikedump" }) +
  interfaces.map(({ value, display }) => sentence("interface", { value, display })).join("")

/** Answers `--extcap-dlts`. */
export const dltsText = ({ dlt }: ExtcapInterface): string =>
  sentence("dlt", { number: String(dlt.number), name: dlt.name, display: dlt.display })

/** Answers `--extcap-config`. */
export const configText = (args: readonly ExtcapArgument[]): string => args.map(argumentText).join("")

function argumentText(arg: ExtcapArgument, number: number): string {
  const pairs: Record<string, string> = {
    number: String(number),
    call: arg.call,
    display: arg.display,
    tooltip: arg.tooltip,
    type: arg.type,
  }
  if (arg.required) pairs.required = "true"
  if (arg.default !== undefined) pairs.default = arg.default
  if (arg.type === "fileselect") pairs.mustexist = arg.mustExist ? "true" : "false"
  const values = (arg.values ?? []).map(({ value, display }, i) =>
    sentence("value", { arg: String(number), value, display, default: i === 0 ? "true" : "false" }),
  )
  return sentence("arg", pairs) + values.join("")
}

const sentence = (kind: string, pairs: Readonly<Record<string, string>>): string =>
  `${kind} ${Object.entries(pairs)
    .map(([name, value]) => `{${name}=${value.replace(/[{}\r\n]/g, " ")}}`)
    .join("")}\n`
