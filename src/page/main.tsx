/** Starts the page: finds out where its session lives, shows what is there, follows the link. */

import { effect } from "@preact/signals"
import { decompress } from "fzstd"
import { render } from "preact"
import { present } from "../bytes/typed.ts"
import type { Recording } from "../session/record.ts"
import { fromWire } from "../session/wire.ts"
import { call, countOf, openFiles, refresh, useBackend } from "./actions.ts"
import { App } from "./app.tsx"
import { listen } from "./keyboard.ts"
import { followLink, keepLink } from "./link.ts"
import { bytesOf } from "./open/example.ts"
import { RecordedBackend } from "./recorded-backend.ts"
import { ServerBackend } from "./server-backend.ts"
import { banner, fault, info, keyFiles } from "./state.ts"
import { WorkerBackend } from "./worker-backend.ts"

/** What the maker of this page put into it. */
interface Given {
  readonly banner?: string
  readonly keyFiles?: readonly string[]
  readonly recording?: Recording
  readonly server?: boolean
  /** Captures and keys to open at once. */
  readonly files?: readonly { readonly name: string; readonly base64: string }[]
}

const text = document.getElementById("ikedump-data")?.textContent
const given: Given = text ? fromWire<Given>(text) : {}
banner.value = given.banner ?? ""
keyFiles.value = given.keyFiles ?? []

async function start(): Promise<void> {
  if (given.server) {
    const server = new ServerBackend()
    useBackend(server)
    await refresh(true)
    void server.watch()
  } else if (given.recording) {
    useBackend(new RecordedBackend(given.recording))
    await refresh()
  } else {
    useBackend(new WorkerBackend(workerScript()))
    if (given.files) await openFiles(given.files.map(f => new File([bytesOf(f.base64)], f.name)))
  }
}

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? ""

/** The worker's script, which stands in the page as zstd in base64; before it that of fzstd, which both share. */
const workerScript = (): string =>
  `${textOf("ikedump-zstd")}\n${new TextDecoder().decode(decompress(bytesOf(textOf("ikedump-worker"))))}`

const started = start()
render(<App />, present(document.getElementById("ikedump")))
listen()
started.catch((error: Error) => {
  fault.value = error.message
})

let followed = false
effect(() => {
  if (!info.value || followed) return
  followed = true
  queueMicrotask(() => void followLink().then(keepLink))
})

// For tests, and for pages that embed this one.
Object.assign(globalThis, { ikedump: { openFiles, refresh, call, countOf } })
