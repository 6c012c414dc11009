/** Slurm: an array job a stage, each after the one before, submitted with sbatch. The cluster's nodes see the same paths. */

import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { codeOf } from "../../bytes/errors.ts"
import type { RunFolder } from "../run-folder.ts"

export interface SlurmOptions {
  /** Tasks of an array. */
  readonly tasks: number
  /** More options of sbatch, such as a partition. */
  readonly sbatch?: readonly string[]
  /** The command line that runs ikedump there. */
  readonly ikedump: readonly string[]
}

export interface SlurmJob {
  readonly stage: string
  readonly id: string
}

/** Writes the scripts of a run into `RUN/slurm` and submits them. Throws an Error with sbatch's own words. */
export function submitSlurm(run: RunFolder, options: SlurmOptions): SlurmJob[] {
  const folder = join(run.path, "slurm")
  mkdirSync(folder, { recursive: true })
  const jobs: SlurmJob[] = []
  const tasks = Math.min(options.tasks, run.manifest().segments.length)
  for (const stage of ["scan", "fold", "open", "merge"] as const) {
    const script = join(folder, `${stage}.sh`)
    const isArray = stage === "scan" || stage === "open"
    writeFileSync(script, scriptOf(run, stage, isArray, { ...options, tasks }), { mode: 0o700 })
    const after = jobs.at(-1)
    const args = [
      "--parsable",
      // What can never begin, since a task before it failed, is cancelled instead of waiting for ever.
      ...(after ? [`--dependency=afterok:${after.id}`, "--kill-on-invalid-dep=yes"] : []),
      // In the script a path with a space would end at it; a percent sign begins a pattern.
      `--output=${folder.replaceAll("%", "%%")}/${isArray ? `${stage}-%a.log` : `${stage}.log`}`,
      ...(options.sbatch ?? []),
      script,
    ]
    const { stdout, stderr, status, error } = spawnSync("sbatch", args, { encoding: "utf8" })
    if (error || status !== 0) throw new Error(`sbatch ${stage}: ${error ? codeOf(error) : stderr.trim()}`)
    // `--parsable` prints the id, and behind a semicolon the cluster.
    jobs.push({ stage, id: stdout.trim().split(";")[0] })
  }
  return jobs
}

function scriptOf(run: RunFolder, stage: string, isArray: boolean, { tasks, ikedump }: SlurmOptions): string {
  const command = [...ikedump, "batch", stage, run.path].map(quoted).join(" ")
  // As many threads as the cluster gives cores: one, unless sbatch says otherwise.
  const flags = `--threads "\${SLURM_CPUS_PER_TASK:-1}"${isArray ? ` --task "$SLURM_ARRAY_TASK_ID/${tasks}"` : ""}`
  return [
    "#!/bin/bash",
    `#SBATCH --job-name=ikedump-${stage}`,
    ...(isArray ? [`#SBATCH --array=1-${tasks}`, "#SBATCH --requeue"] : []),
    `exec ${command} ${flags}`,
    "",
  ].join("\n")
}

const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
