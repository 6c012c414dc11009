/** Deep links: what is shown, in the address after `#`. They name the capture by its digest, never a key. */
import { batch, effect } from "@preact/signals"
import { inspect, selectFrame, selectSa, setFilter, showView } from "./actions.ts"
import { nameOfPath } from "./inspector/tree-model.ts"
import * as s from "./state.ts"

/** `v=packets&f=92&x=isakmp.nonce&Y=isakmp&c=0123456789abcdef`; without what is as it is anyway. */
export function linkText(): string {
  const parts = new URLSearchParams()
  if (s.view.value !== "ladder") parts.set("v", s.view.value)
  if (s.sa.value && s.sa.value !== s.verdict.value?.sa) parts.set("s", s.sa.value)
  if (s.view.value === "keys" && s.step.value) parts.set("k", s.step.value)
  if (s.frame.value > 0) parts.set("f", String(s.frame.value))
  const field = s.detail.value ? nameOfPath(s.detail.value.tree, s.field.value) : ""
  if (field && s.detail.value?.frame === s.frame.value) parts.set("x", field)
  if (s.inspecting.value && s.view.value === "ladder") parts.set("i", "1")
  if (s.filterText.value) parts.set("Y", s.filterText.value)
  if (s.zoom.value) parts.set("z", s.zoom.value.map(t => t.toFixed(6)).join("-"))
  if (s.info.value) parts.set("c", s.info.value.digest)
  return parts.toString().replaceAll("%2F", "/").replaceAll("+", "%20")
}

/** Shows what the address says, once a capture is there. A link to another capture says so and shows nothing of it. */
export async function followLink(): Promise<void> {
  const parts = new URLSearchParams(location.hash.slice(1))
  const digest = parts.get("c")
  if (digest && s.info.value && digest !== s.info.value.digest) {
    s.fault.value = "the link was made for another capture"
    return
  }
  const view = parts.get("v")
  const zoom = /^([\d.]+)-([\d.]+)$/.exec(parts.get("z") ?? "")
  batch(() => {
    s.step.value = parts.get("k") ?? ""
    s.zoom.value = zoom ? [Number(zoom[1]), Number(zoom[2])] : null
  })
  const sa = parts.get("s")
  const frame = Number(parts.get("f") ?? 0)
  const field = parts.get("x") ?? undefined
  s.wanted.value = { sa, frame, field: field ?? "" }
  if (sa && s.rows.value.some(r => r.id === sa)) await selectSa(sa)
  await showView(s.VIEWS.find(v => v === view) ?? "ladder")
  if (frame > 0) await (parts.get("i") ? inspect(frame, field) : selectFrame(frame, field))
  const filter = parts.get("Y")
  if (filter) await setFilter(filter)
}

/** Keeps the address up to date. */
export function keepLink(): void {
  effect(() => {
    if (!s.info.value) return
    const text = linkText()
    // `file:` pages may not be allowed to change the address.
    try {
      history.replaceState(null, "", `#${text}`)
    } catch {}
  })
}
