/** Starts the page: finds out where its session lives, shows what is there, follows the link. */
import { effect } from "@preact/signals"
import { render } from "preact"
import { call, openFiles, refresh, useBackend } from "./actions.ts"
import { App } from "./app.tsx"
import { listen } from "./keyboard.ts"
import { followLink, keepLink } from "./link.ts"
import { info } from "./state.ts"
import { WorkerBackend } from "./worker-backend.ts"

const script = document.getElementById("ikedump-worker")!.textContent!

useBackend(new WorkerBackend(script))
render(<App />, document.getElementById("ikedump")!)
listen()

let followed = false
effect(() => {
  if (!info.value || followed) return
  followed = true
  queueMicrotask(() => void followLink().then(keepLink))
})

// For tests, and for pages that embed this one.
Object.assign(globalThis, { ikedump: { openFiles, refresh, call } })
