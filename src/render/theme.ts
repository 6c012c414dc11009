/** Colours by meaning. The only user of chalk: everything else asks for `ok`, `bad`, `dim`, never for green. */
import { Chalk, type ChalkInstance } from "chalk"

/** Wraps a text in a style; without colour it returns the text as it is. */
export type Style = (text: string) => string

export interface Theme {
  /** 0 none, 1 sixteen colours, 2 256 colours, 3 any colour. */
  readonly level: 0 | 1 | 2 | 3
  /** Proven, healthy. */
  readonly ok: Style
  /** Failed. */
  readonly bad: Style
  /** Suspicious. */
  readonly warn: Style
  /** What repeats or can be skipped. */
  readonly dim: Style
  readonly strong: Style
  /** The colour of the n-th SA; colours recur after a handful. */
  sa(n: number): Style
  /** The colour of the n-th payload in the hex pane; neighbours differ. */
  payload(n: number): Style
}

export interface ThemeOptions {
  readonly color?: "auto" | "always" | "never"
  /** Where the text goes: colour by default only on a terminal. */
  readonly stream?: { readonly isTTY?: boolean }
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * The theme for an output. An explicit `color` wins; then FORCE_COLOR (0 to 3, anything else is 1), then NO_COLOR (when not
 * empty), then whether the stream is a terminal that is not `dumb`.
 */
export function themeFor(options: ThemeOptions = {}): Theme {
  return themeOf(levelFor(options.color ?? "auto", options.stream?.isTTY === true, options.env ?? {}))
}

function levelFor(color: "auto" | "always" | "never", tty: boolean, env: NonNullable<ThemeOptions["env"]>) {
  if (color === "never") return 0
  const terminal = terminalLevel(env)
  if (color === "always") return terminal || 1
  const force = env.FORCE_COLOR
  if (force !== undefined) {
    if (force === "0" || force === "false") return 0
    return force === "2" ? 2 : force === "3" ? 3 : 1
  }
  if (env.NO_COLOR) return 0
  return tty && env.TERM !== "dumb" ? terminal || 1 : 0
}

function terminalLevel(env: NonNullable<ThemeOptions["env"]>): Theme["level"] {
  if (env.COLORTERM === "truecolor" || env.COLORTERM === "24bit") return 3
  return /-256(color)?$/i.test(env.TERM ?? "") ? 2 : 1
}

/** Middle luminance: readable on black and on white. */
const PALETTE_256 = [33, 170, 37, 172, 99, 71, 167, 104] as const
const PALETTE_16 = ["cyan", "magenta", "blueBright", "yellow"] as const

/** The theme of one colour level. */
export function themeOf(level: Theme["level"]): Theme {
  const chalk = new Chalk({ level })
  const palette = paletteOf(chalk, level)
  const nth = (n: number): Style => palette[((n % palette.length) + palette.length) % palette.length]
  return {
    level,
    ok: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    dim: chalk.dim,
    strong: chalk.bold,
    sa: nth,
    payload: nth,
  }
}

const paletteOf = (chalk: ChalkInstance, level: Theme["level"]): readonly Style[] =>
  level >= 2 ? PALETTE_256.map(n => chalk.ansi256(n)) : PALETTE_16.map(name => chalk[name])

/** No colour at all. */
export const PLAIN: Theme = themeOf(0)
