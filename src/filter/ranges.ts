/** The numbers in brackets: slices of bytes and text, and layers. */
import { type Span, wrong } from "./filter-error.ts"
import type { LayerRange, SliceRange } from "./syntax.ts"

const SLICE = /^\s*(?:(-?\d+)?\s*:\s*(-?\d+)?|(-?\d+)\s*-\s*(-?\d+)|(-?\d+))\s*$/
const LAYER = /^\s*(?:(-?\d+)\s*-\s*(-?\d+)?|(-?\d+))\s*$/

/** `[i]`, `[i:length]`, `[i-j]`, `[:length]`, `[i:]` and lists of them. Throws FilterError. */
export function sliceRanges(text: string, span: Span): readonly SliceRange[] {
  return text.split(",").map(part => {
    const [found, from, length, first, last, single] = SLICE.exec(part) ?? []
    if (found === undefined || found.trim() === ":" || Number(length) <= 0)
      throw wrong("this is no slice", span, "[first], [first:length], [first-last], [:length], [first:]")
    if (single !== undefined) return { first: Number(single), length: 1 }
    if (first === undefined)
      return { first: Number(from ?? 0), length: length === undefined ? undefined : Number(length) }
    if (Number(first) < 0 === Number(last) < 0 && Number(last) < Number(first))
      throw wrong("the slice ends before it begins", span)
    return { first: Number(first), length: undefined, last: Number(last) }
  })
}

/** `#2` and `#[1-3,-1]`. Throws FilterError. */
export function layerRanges(text: string, span: Span): readonly LayerRange[] {
  return text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map(part => {
      const [found, first, last, single] = LAYER.exec(part) ?? []
      if (found === undefined || Number(first ?? single) === 0)
        throw wrong("this is no layer", span, "layers count from 1, from the last with -1: ip.src#1, ip.src#[1-2]")
      if (single !== undefined) return { first: Number(single), last: Number(single) }
      return { first: Number(first), last: last === undefined ? undefined : Number(last) }
    })
}

/** Whether occurrence `layer` (from 1) of `count` is meant. */
export function inLayers(ranges: readonly LayerRange[], layer: number, count: number): boolean {
  const absolute = (n: number) => (n < 0 ? count + 1 + n : n)
  return ranges.some(r => layer >= absolute(r.first) && (r.last === undefined || layer <= absolute(r.last)))
}

/** `[start, end)` of a slice in a value of `size` bytes or characters; undefined when it does not fit. */
export function sliceOf(range: SliceRange, size: number): readonly [number, number] | undefined {
  const start = range.first < 0 ? size + range.first : range.first
  if (start < 0 || start >= size) return undefined
  const end = range.last === undefined ? start + (range.length ?? size - start) : lastOf(range.last, size) + 1
  return end > size || end <= start ? undefined : [start, end]
}

const lastOf = (last: number, size: number): number => (last < 0 ? size + last : last)
