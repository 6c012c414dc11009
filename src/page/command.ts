/** The command line that shows the same as the page. */
import { frame, keyFiles, names, other, view } from "./state.ts"

/** `ikedump COMMAND CAPTURE… MORE --keys …`, quoted for a shell. */
export function commandLine(command: string, more = ""): string {
  const captures = names.value.length > 0 ? names.value : ["capture.pcap"]
  const keys = keyFiles.value.map(k => ` --keys ${quoted(k)}`).join("")
  return `ikedump ${command ? `${command} ` : ""}${captures.map(quoted).join(" ")}${more}${keys}`
}

/** What the current view shows. */
export function commandOfView(): string {
  switch (view.value) {
    case "keys":
    case "audit":
      return commandLine(view.value)
    case "compare":
      return other.value ? commandLine("diff", ` ${quoted(other.value)}`) : commandLine("")
    default:
      return frame.value > 0 ? commandLine("show", ` ${frame.value}`) : commandLine("")
  }
}

/** A word for a shell. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
