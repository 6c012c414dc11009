/**
 * `ip xfrm state` and `ip xfrm monitor` (and the `ip xfrm state add` commands that make them): a line `src A dst B` and lines of
 * words below it, each a name and its values.
 */
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { toolEncr, toolInteg, truncated } from "../tool-names.ts"
import { addChildRow } from "./child-row.ts"

interface State {
  readonly line: number
  source: string
  destination: string
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

const HEAD = /(?:^|\s)src ([0-9a-fA-F.:]{2,45}) dst ([0-9a-fA-F.:]{2,45})(?:\s|$)/
const BODY =
  /^\s+(?:proto|replay-window|mark|auth|auth-trunc|enc|aead|encap|anti-replay|lastused|sel|dir|if_id|output-mark|crypto|tfcpad|seq-hi|security|lifetime|limit|stats|add|replay|coa|offload|mode)\b/

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
        const head = HEAD.exec(text)
        // A selector (`sel src A/32 dst B/32`) has prefix lengths, so the pattern does not take it for a head.
        if (head && !/^\s*(?:sel|tmpl)\s/.test(text) && !/^\s*policy\b/.test(text)) {
          flush()
          state = { line: number, source: head[1], destination: head[2] }
          words(state, text.slice(head.index + head[0].length))
          return true
        }
        if (!state || !BODY.test(text)) {
          flush()
          return false
        }
        words(state, text)
        return true
      },
      blank: flush,
      end: flush,
    }
  },
}

function words(state: State, text: string): void {
  const all = text
    .replace(/["'\\]/g, " ")
    .split(/\s+/)
    .filter(Boolean)
  for (let at = 0; at < all.length; at++) {
    const [name, a, b, c] = all.slice(at, at + 4)
    if (name === "proto") state.protocol ??= a
    else if (name === "spi") state.spi ??= Number(a)
    else if (name === "enc") at += set(state, { encr: a, key: b }, 2)
    else if (name === "auth" && a !== "trunc") at += set(state, { integ: a, integKey: b }, 2)
    else if (name === "auth-trunc") at += set(state, { integ: a, integKey: b, integBits: Number(c) }, 3)
    else if (name === "aead") at += set(state, { encr: a, key: b, icvBits: Number(c) }, 3)
    else if (name === "esn" || (name === "anti-replay" && a === "esn")) state.esn = true
  }
}

function set(state: State, values: Partial<State>, words: number): number {
  Object.assign(state, values)
  return words
}

function finish(pool: Pool, state: State): void {
  if (state.protocol !== "esp" && state.protocol !== "ah") return
  if (state.key === undefined && state.integKey === undefined) return
  addChildRow(
    pool,
    "ip xfrm",
    {
      ...state,
      protocol: state.protocol === "ah" ? "AH" : "ESP",
      encrName: state.icvBits ? aeadName(state.encr, state.icvBits) : undefined,
      integName: macName(state.integ, state.integBits),
    },
    state.line,
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
