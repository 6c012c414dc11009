/** Frame numbers of a command line: `3`, `3-7`, `12-`, `1,4-6`. */
import { CliError } from "./exit.ts"

interface Range {
  readonly first: number
  readonly last: number
}

export class FrameNumbers {
  private constructor(private readonly ranges: readonly Range[]) {}

  /** Throws CliError for what is neither a number nor a range. */
  static parse(texts: readonly string[]): FrameNumbers {
    return new FrameNumbers(texts.flatMap(text => text.split(",")).map(rangeOf))
  }

  has(frame: number): boolean {
    return this.ranges.some(({ first, last }) => frame >= first && frame <= last)
  }

  /** The highest frame that is meant; Infinity for an open range. */
  get last(): number {
    return Math.max(...this.ranges.map(r => r.last))
  }

  /** The first numbers of ranges that lie wholly behind `frames`, the last frame there is. */
  beyond(frames: number): number[] {
    return this.ranges.map(r => r.first).filter(first => first > frames)
  }
}

function rangeOf(text: string): Range {
  const [, from, dash, to] = /^(\d{1,15})(-)?(\d{1,15})?$/.exec(text) ?? []
  const first = Number(from)
  const last = dash === undefined ? first : to === undefined ? Infinity : Number(to)
  if (from === undefined || (to !== undefined && !dash) || first < 1 || last < first)
    throw new CliError(`${JSON.stringify(text)} is not a frame number or range`, undefined, [
      "frames count from 1: 3, 3-7, 12-",
    ])
  return { first, last }
}
