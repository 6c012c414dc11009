/** What `?`, `y` and `g` bring up. */

import type { ComponentChildren } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"
import { inspect } from "../actions.ts"
import { copies, copyOne } from "../inspector/inspector.tsx"
import { KEYS } from "../keyboard.ts"
import { dialog, info, view } from "../state.ts"
import { focused } from "./elements.ts"

export const Dialogs = () => {
  if (dialog.value === "help") return <Help />
  if (dialog.value === "copy") return <Copy />
  return dialog.value === "goto" ? <GoTo /> : null
}

const close = () => (dialog.value = null)

const Box = ({ label, children }: { label: string; children: ComponentChildren }) => {
  const box = useRef<HTMLDivElement>(null)
  const before = useRef(focused())
  // Before the next key is handled: it belongs to the dialog.
  useLayoutEffect(() => {
    ;(box.current?.querySelector<HTMLElement>("input, button") ?? box.current)?.focus()
    return () => before.current?.focus()
  }, [])
  return (
    <div class="veil" role="presentation" onClick={event => event.target === event.currentTarget && close()}>
      <div ref={box} class="box" role="dialog" aria-modal="true" aria-label={label} tabIndex={-1}>
        {children}
      </div>
    </div>
  )
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowRight: "→",
  " ": "space",
  Escape: "Esc",
}

const Help = () => (
  <Box label="Keys">
    <h2>Keys</h2>
    <dl class="keys">
      {KEYS.map(k => (
        <>
          <dt>
            {k.keys.map(key => (
              <kbd key={key}>{NAMES[key] ?? key}</kbd>
            ))}
          </dt>
          <dd>{k.label}</dd>
        </>
      ))}
    </dl>
    <button class="btn" onClick={close}>
      Close <kbd>Esc</kbd>
    </button>
  </Box>
)

const Copy = () => (
  <Box label="Copy">
    <h2>Copy</h2>
    {copies().map(c => (
      <button class="copyrow" key={c.key} onClick={() => copyOne(c.key)}>
        <kbd>{c.key}</kbd> <b>{c.label}</b> <code>{c.text.length > 90 ? `${c.text.slice(0, 89)}…` : c.text}</code>
      </button>
    ))}
  </Box>
)

const GoTo = () => (
  <Box label="Go to a frame">
    <form
      onSubmit={event => {
        event.preventDefault()
        const n = Number(new FormData(event.currentTarget).get("frame"))
        close()
        if (n > 0) void (view.value === "ladder" ? inspect(n) : inspect(n).then(() => undefined))
      }}
    >
      <label>
        Frame, 1 to {info.value?.frames ?? 0}{" "}
        <input name="frame" type="number" min="1" max={info.value?.frames ?? 1} inputMode="numeric" />
      </label>{" "}
      <button class="btn">Go</button>
    </form>
  </Box>
)
