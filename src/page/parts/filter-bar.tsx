/** The display filter: completion of the word at the caret, and a mark under what is wrong. */

import { useSignal } from "@preact/signals"
import type { TargetedKeyboardEvent } from "preact"
import { useEffect, useRef } from "preact/hooks"
import { countText } from "../../bytes/words.ts"
import { completions, setFilter, showView } from "../actions.ts"
import { filterDone, filterFault, filterText, info, passing, view } from "../state.ts"

/** Milliseconds of stillness before a filter runs. */
const PAUSE = 250
const MOST = 12

export const FilterBar = () => {
  const text = useSignal(filterText.value)
  const caret = useSignal(0)
  const names = useSignal<readonly string[]>([])
  const chosen = useSignal(0)
  const focus = useSignal(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    text.value = filterText.value
  }, [filterText.value])
  const word = wordAt(text.value, caret.value)
  const offers = focus.value && word.length > 1 ? offersOf(names.value, word) : []
  const change = (value: string) => {
    text.value = value
    chosen.value = 0
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void setFilter(value), PAUSE)
  }
  const complete = (name: string, input: HTMLInputElement) => {
    const at = caret.value - word.length
    change(text.value.slice(0, at) + name + text.value.slice(caret.value))
    input.value = text.value
    input.setSelectionRange(at + name.length, at + name.length)
    caret.value = at + name.length
  }
  const onKey = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    const input = event.currentTarget
    if (offers.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      chosen.value = (chosen.value + (event.key === "ArrowDown" ? 1 : -1) + offers.length) % offers.length
      event.preventDefault()
    } else if (offers.length > 0 && event.key === "Tab" && !event.shiftKey) {
      complete(offers[chosen.value], input)
      event.preventDefault()
    } else if (event.key === "Enter") {
      clearTimeout(timer.current)
      void setFilter(text.value)
      if (view.value !== "packets") void showView("packets")
      input.blur()
    }
  }
  const fault = filterFault.value
  const tone = fault ? "wrong" : filterText.value.trim() && filterDone.value ? "good" : ""
  return (
    <div class="filterbox">
      <label class={`filter ${tone}`}>
        <span class="dim" aria-hidden="true">
          ⌕
        </span>
        <input
          id="filter"
          role="combobox"
          aria-label="Display filter"
          aria-expanded={offers.length > 0}
          aria-controls="offers"
          aria-invalid={fault !== null}
          aria-describedby={fault ? "filterfault" : undefined}
          autocomplete="off"
          spellcheck={false}
          value={text.value}
          placeholder="Display filter, as in Wireshark: isakmp.exchangetype == IKE_AUTH"
          onFocus={async () => {
            focus.value = true
            names.value = await completions().catch(() => [])
          }}
          onBlur={() => (focus.value = false)}
          onInput={event => {
            caret.value = event.currentTarget.selectionStart ?? 0
            change(event.currentTarget.value)
          }}
          onKeyDown={onKey}
        />
        <kbd>/</kbd>
      </label>
      {offers.length > 0 && (
        <div id="offers" class="offers" role="listbox" aria-label="Fields">
          {offers.map((name, i) => (
            <div key={name} role="option" aria-selected={i === chosen.value} class={i === chosen.value ? "on" : ""}>
              {name}
            </div>
          ))}
        </div>
      )}
      {fault && (
        <div id="filterfault" class="offers fault" role="alert">
          <code>
            {text.value}
            {"\n"}
            <span class="bad">{`${" ".repeat(fault.at)}^${"~".repeat(Math.max(0, fault.end - fault.at - 1))}`}</span>
          </code>
          <p>
            column {fault.at + 1}: {fault.message}
            {fault.hints.length > 0 && <span class="dim"> {fault.hints.join("; ")}</span>}
          </p>
        </div>
      )}
    </div>
  )
}

export const Counted = () => {
  const frames = info.value?.frames ?? 0
  const shown = passing.value?.length ?? frames
  return (
    <span class="count" role="status">
      {countText(shown)} of {countText(frames)} frames{filterDone.value ? "" : "…"}
    </span>
  )
}

const wordAt = (text: string, caret: number): string => /[\w.]*$/.exec(text.slice(0, caret))?.[0] ?? ""

/** Names that begin with the word, then those that hold it. */
function offersOf(names: readonly string[], word: string): readonly string[] {
  const lower = word.toLowerCase()
  const begins = names.filter(n => n.startsWith(lower) && n !== lower)
  const holds = names.filter(n => n.includes(lower) && !n.startsWith(lower))
  return [...begins, ...holds].slice(0, MOST)
}
