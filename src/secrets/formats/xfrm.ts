/**
 * `ip xfrm state` and `ip xfrm monitor` (and the `ip xfrm state add` commands that make them): `src A dst B`, then words below it, each a
 * name and its values. Copies are read too: with a prompt or a quote mark before each line, blank lines between, and long lines wrapped.
 */
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { toolEncr, toolInteg, truncated } from "../tool-names.ts"
import { addChildRow } from "./child-row.ts"

interface State {
  readonly line: number
  readonly source: string
  readonly destination: string
  /** Words of all lines, in order. */
  readonly words: string[]
  /** Lines since one was the state's. */
  strange: number
}

const HEAD = /(?:^|[^\w/])src ([0-9a-fA-F.:]{2,45}) dst ([0-9a-fA-F.:]{2,45})(?=$|[^\w./:])/g
/** Addresses of a policy: selectors have prefix lengths, templates have none. A state in one line has its selector behind it. */
const isPolicy = (text: string, at: number): boolean =>
  /\b(?:tmpl|sel|policy)\b/.test(text.slice(0, at + 1)) && !/\bproto /.test(text.slice(0, at))
const BODY =
  /(?:^|[^\w-])(?:proto (?:esp|ah|comp|\d+)|spi 0x|replay-window|auth-trunc|auth|enc|aead|comp|encap type|anti-replay|lastused|sel src|dir (?:in|out)|if_id|output-mark|mark|crypto|tfcpad|seq-hi|replay_window|flag|extra_flag|security|lifetime|limit|stats|add|coa|offload|mode (?:tunnel|transport|beet|iptfs|ro|in_trigger)|reqid)(?=$|[\s:])/
/** A line that a mail program or a narrow terminal wrapped: the rest of a key, a name, a number. */
const REST = /^[^\w]*(?:(?:0x)?[0-9a-fA-F]{4,}|[a-z0-9]{1,20}\([a-z0-9(),-]{2,40}\))(?:\s+\S{1,600}){0,3}\s*$/
/** Other lines between those of one state: blank ones do not count. */
const MAX_STRANGE = 4
/** Words of the longest state, its replay bitmap included. */
const MAX_WORDS = 4096
const MAX_LINE = 8192

export const xfrm: LineFormat = {
  name: "ip xfrm",
  open(pool) {
    let state: State | undefined
    const flush = () => {
      if (state) finish(pool, state)
      state = undefined
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const heads = text.includes("src ") ? [...text.matchAll(HEAD)].filter(h => !isPolicy(text, h.index)) : []
        for (const [i, head] of heads.entries()) {
          flush()
          state = { line: number, source: head[1], destination: head[2], words: [], strange: 0 }
          add(state, text.slice(head.index + head[0].length, heads[i + 1]?.index))
        }
        if (heads.length > 0) return true
        if (!state) return false
        if (!BODY.test(text) && !REST.test(text)) {
          if (++state.strange > MAX_STRANGE) flush()
          return false
        }
        state.strange = 0
        add(state, text)
        return true
      },
      settle: flush,
      end: flush,
    }
  },
}

/** Adds the words of a line. A key that was wrapped within its digits is one again. */
function add(state: State, text: string): void {
  const words = text
    // `ip -s` says each number twice, and how many bits a key has.
    .replace(/\(\d{1,10}\)|\(0x[0-9a-f]{1,8}\)|\(\d{1,5} bits\)/g, " ")
    .replace(/["'`\\]/g, " ")
    .split(/\s+/)
    .map(w => w.replace(/^[^\w]+/, ""))
    .filter(Boolean)
  const last = state.words.at(-1)
  if (last && /^0[xX][0-9a-fA-F]{8,}$/.test(last) && /^[0-9a-fA-F]{5,}$/.test(words[0] ?? ""))
    state.words[state.words.length - 1] = last + words.shift()
  if (state.words.length < MAX_WORDS) state.words.push(...words)
}

interface Facts {
  protocol?: string
  spi?: number
  encr?: string
  key?: string
  icvBits?: number
  integ?: string
  integKey?: string
  integBits?: number
  esn?: boolean
}

function factsOf(all: readonly string[]): Facts {
  const facts: Facts = {}
  for (let at = 0; at < all.length; at++) {
    const [name, a, b, c] = all.slice(at, at + 4)
    if (name === "proto") facts.protocol ??= a
    else if (name === "spi") facts.spi ??= Number(a)
    // NULL has no key: the next line's words follow.
    else if (name === "enc") at += isKey(b) ? set(facts, { encr: a, key: b }, 2) : set(facts, { encr: a, key: "" }, 1)
    else if (name === "auth" && a !== "trunc")
      at += isKey(b) ? set(facts, { integ: a, integKey: b }, 2) : set(facts, { integ: a, integKey: "" }, 1)
    else if (name === "auth-trunc") at += set(facts, { integ: a, integKey: b, integBits: Number(c) }, 3)
    else if (name === "aead") at += set(facts, { encr: a, key: b, icvBits: Number(c) }, 3)
    // The flags stand behind the window; without any, there are none.
    else if (name === "replay-window") facts.esn ??= false
    else if (name === "flag") facts.esn = flagsOf(all, at + 1).some(isEsn)
  }
  return facts
}

const isKey = (word: string | undefined): boolean => word !== undefined && /^(?:0[xX])?[0-9a-fA-F]*$/.test(word)

/** Words of XFRM_STATE_* flags as iproute2 prints them; bits it has no word for it prints as a hexadecimal number. */
const FLAG = /^(?:noecn|decap-dscp|nopmtudisc|wildrecv|icmp|af-unspec|align4|esn|[0-9a-f]{1,8})$/
/** XFRM_STATE_ESN. linux/xfrm.h. */
const ESN_BIT = 0x80

const isEsn = (flag: string): boolean =>
  flag === "esn" || (/^[0-9a-f]{1,8}$/.test(flag) && (Number.parseInt(flag, 16) & ESN_BIT) !== 0)

/**
 * ESN is on where the `flag` line says so, and there alone: the kernel prints `anti-replay esn context` for every state with a large replay
 * window.
 */
function flagsOf(words: readonly string[], from: number): readonly string[] {
  let end = from
  while (end < words.length && FLAG.test(words[end])) end++
  return words.slice(from, end)
}

function set(facts: Facts, values: Partial<Facts>, words: number): number {
  Object.assign(facts, values)
  return words
}

function finish(pool: Pool, { words, line, source, destination }: State): void {
  const facts = factsOf(words)
  if (facts.protocol !== "esp" && facts.protocol !== "ah") return
  if (facts.key === undefined && facts.integKey === undefined) return
  addChildRow(
    pool,
    "ip xfrm",
    {
      ...facts,
      source,
      destination,
      protocol: facts.protocol === "ah" ? "AH" : "ESP",
      encrName: facts.icvBits ? aeadName(facts.encr, facts.icvBits) : undefined,
      integName: macName(facts.integ, facts.integBits),
    },
    line,
  )
}

function aeadName(name: string | undefined, icvBits: number): string | undefined {
  const family = name && toolEncr(name)
  return family?.replace(/^(AES-GCM|AES-CCM)-16$/, `$1-${icvBits / 8}`)
}

/** The kernel cuts what `auth` names to 96 bits, but for SHA-384 and SHA-512, which it cuts to half. */
function macName(name: string | undefined, bits: number | undefined): string | undefined {
  const integ = name && toolInteg(name)
  if (!integ || integ === "NONE") return undefined
  if (bits) return truncated(integ, bits) ?? `ANY-${bits}`
  return integ === "HMAC-SHA2-256-128" ? "HMAC-SHA2-256-96" : integ
}
