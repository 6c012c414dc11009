/** Flags that several commands share, spelled once. */
import type { Command } from "commander"

export interface CommonOptions {
  keys?: string[]
  format: string
  color: "auto" | "always" | "never"
  showKeys?: boolean
  filter?: string
  ikePort?: number[]
}

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value]

export const withKeys = (c: Command): Command =>
  c
    .option("--keys <file>", "secrets: the keys file or any format we know; repeatable (also IKEDUMP_KEYS)", collect)
    .option("--show-keys", "print secrets in the output")

export const withFilter = (c: Command): Command => c.option("-Y, --filter <expr>", "display filter, as in Wireshark")

export const withColor = (c: Command): Command =>
  c.option("--color <when>", "auto, always or never (also NO_COLOR, FORCE_COLOR)", "auto")

export const withFormat = (c: Command, ...formats: readonly string[]): Command =>
  c.option("--format <name>", formats.join(", "), formats[0])
