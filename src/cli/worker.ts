/** `ikedump worker`: takes tasks of batch runs from a queue, on any number of machines, until Ctrl-C. */
import { availableParallelism } from "node:os"
import { type Command, InvalidArgumentError } from "commander"
import { bullmq } from "./batch.ts"

interface WorkerOptions {
  readonly redis: string
  readonly threads?: number
}

export function configure(command: Command): void {
  command
    .option("--redis <url>", "the queue (Redis or Valkey)", "redis://127.0.0.1:6379")
    .option("--threads <n>", "tasks at once (default: all cores)", threadCount)
    .addHelpText("after", EXAMPLES)
    .action(work)
}

const EXAMPLES = `
Examples:
  ikedump worker --redis redis://queue:6379          on each machine that sees the captures and the run folder
`

function threadCount(text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1 || n > 256) throw new InvalidArgumentError("a number from 1 to 256")
  return n
}

async function work({ redis, threads }: WorkerOptions): Promise<void> {
  const { startWorker } = await bullmq()
  const log = (text: string): void => void process.stderr.write(`ikedump: ${text}\n`)
  const worker = await startWorker({ redis, threads: threads ?? availableParallelism(), log })
  log("waiting for tasks")
  await new Promise<void>(resolve => process.once("SIGINT", resolve).once("SIGTERM", resolve))
  log("finishing the tasks that are begun")
  await worker.close()
}
