/** Secrets of files that grow while a pipe is read: a daemon's log, a keylog, Wireshark's tables. */
import { statSync } from "node:fs"
import { SecretStream } from "../secrets/secret-stream.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { followFile } from "./follow-file.ts"

export class FollowedSecrets {
  readonly #stop = new AbortController()
  readonly #files: readonly Followed[]

  /** `paths`: files; what is no file (a folder, a pipe) cannot grow so and is left out. */
  constructor(paths: readonly string[]) {
    this.#files = paths
      .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile())
      .map(path => new Followed(path, this.#stop.signal))
  }

  /** Hands over the secrets of each file, and from then on those that are written to it. */
  follow(learn: (more: Secrets) => void): void {
    for (const file of this.#files) file.follow(learn)
  }

  /** Waits until each file was read to its end once more. */
  async lastLook(): Promise<void> {
    await Promise.all(this.#files.map(file => file.looked()))
  }

  stop(): void {
    this.#stop.abort()
  }
}

class Followed {
  #waiting: (() => void)[] = []
  #ended = false

  constructor(
    readonly path: string,
    readonly signal: AbortSignal,
  ) {}

  async follow(learn: (more: Secrets) => void): Promise<void> {
    const stream = new SecretStream(this.path)
    try {
      for await (const piece of followFile(this.path, { signal: this.signal })) {
        if (piece) stream.feed(piece)
        else stream.settle()
        const more = stream.take()
        if (Object.values(more).some(list => list.length > 0)) learn(more)
        if (!piece) this.#wakeWaiting()
      }
    } catch {
      // A file that cannot be read any more gives no more secrets.
    } finally {
      this.#ended = true
      this.#wakeWaiting()
    }
  }

  looked(): Promise<void> {
    return this.#ended ? Promise.resolve() : new Promise(resolve => this.#waiting.push(resolve))
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting = []
  }
}
