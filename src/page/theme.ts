/** Light and dark: as the system has it, or as chosen. */
import { theme } from "./state.ts"

function setTheme(to: typeof theme.value): void {
  theme.value = to
  if (to === "auto") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = to
}

export function cycleTheme(): void {
  const order = ["auto", "light", "dark"] as const
  setTheme(order[(order.indexOf(theme.value) + 1) % order.length])
}
