/** Puts a starter of `ikedump extcap` where Wireshark looks for its extcap programs. */

import { spawnSync } from "node:child_process"
import { mkdirSync, realpathSync } from "node:fs"
import { join } from "node:path"
import { codeOf, messageOf } from "../../bytes/errors.ts"
import { CliError } from "../exit.ts"
import { writeWhole } from "./write-whole.ts"

const EXECUTABLE = 0o755

/** Installs into `folder`, or into the folder that the installed Wireshark names; the path of the starter. Throws CliError. */
export function install(folder: string | undefined): string {
  const into = folder ?? wiresharkFolder()
  if (into === undefined)
    throw new CliError("Wireshark's extcap folder is not known: neither tshark nor wireshark is on the path", 2, [
      "name it: ikedump extcap --install FOLDER (Wireshark: Help, About, Folders)",
    ])
  const path = join(into, process.platform === "win32" ? "ikedump.bat" : "ikedump")
  try {
    mkdirSync(into, { recursive: true })
    writeWhole(path, starter(), EXECUTABLE)
  } catch (e) {
    throw new CliError(`cannot write ${path}: ${codeOf(e) ?? messageOf(e)}`)
  }
  return path
}

/** The user's own folder, else that of the installation. */
function wiresharkFolder(): string | undefined {
  if (process.env.WIRESHARK_EXTCAP_DIR) return process.env.WIRESHARK_EXTCAP_DIR
  for (const program of ["tshark", "wireshark"]) {
    const { stdout, status } = spawnSync(program, ["-G", "folders"], { encoding: "utf8" })
    if (status !== 0) continue
    const named = (name: RegExp) => stdout.match(name)?.[1]?.trim()
    const found = named(/^Personal Extcap path:\s*(.+)$/m) ?? named(/^Extcap path:\s*(.+)$/m)
    if (found) return found
  }
  return undefined
}

function starter(): string {
  const [node, bin] = [process.execPath, realpathSync(process.argv[1])]
  if (process.platform === "win32") return `@echo off\r\n"${node}" "${bin}" extcap %*\r\n`
  return `#!/bin/sh\n# Wireshark's way to ikedump, written by "ikedump extcap --install".\nexec ${quoted(node)} ${quoted(bin)} extcap "$@"\n`
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`
