// Writes the table of docs/guide/twenty-jobs.md: each job, its command, and the processor seconds that it takes, the least of three runs.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
export const JOBS_GUIDE = "docs/guide/twenty-jobs.md"
const RUNS = 3

/** Each job of the guide: its heading and its command. */
export const jobsOf = text =>
  [...text.matchAll(/^## (.+)\n\n```console\n\$ (.+)$/gm)].map(([, job, command]) => ({ job, command }))

/** The command as a cell of a table. */
export const cellOf = command => `\`${command.replaceAll("|", "\\|")}\``

function seconds(command, folder) {
  const script = `umask 077\nikedump() { '${process.execPath}' '${join(root, "bin/ikedump.js")}' "$@"; }\nTIMEFORMAT='%U %S'\ntime { ${command}; } >/dev/null 2>&1\n`
  const { stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" })
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number)
  return user + system
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(join(root, JOBS_GUIDE), "utf8")
  const folder = mkdtempSync(join(tmpdir(), "ikedump-jobs-"))
  for (const name of ["fixtures", "examples"]) symlinkSync(join(root, name), join(folder, name))
  const rows = jobsOf(text).map(({ job, command }, i) => {
    const least = Math.min(...Array.from({ length: RUNS }, () => seconds(command, folder)))
    return `| ${i + 1} | ${job} | ${cellOf(command)} | ${least.toFixed(1)} |`
  })
  rmSync(folder, { recursive: true })
  const table = `| | job | command | seconds |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`
  writeFileSync(join(root, JOBS_GUIDE), text.replace(/(<!-- seconds -->\n)[\s\S]*?(<!-- end -->)/, `$1\n${table}\n$2`))
}
