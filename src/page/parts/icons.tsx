/** The page's few icons. */

export const Mark = () => (
  <svg width="20" height="16" viewBox="0 0 20 16" aria-hidden="true">
    <path d="M2 1v14M18 1v14" stroke="currentColor" stroke-width="2" />
    <path d="M3 5h12l-3-2.6M17 11H5l3 2.6" fill="none" stroke="var(--accent)" stroke-width="1.8" />
  </svg>
)

export const Lock = ({ open }: { open: boolean }) => (
  <svg class={open ? "ok" : "dim"} width="10" height="11" viewBox="0 0 10 11" aria-hidden="true">
    <path
      d={open ? "M2 5V3a3 3 0 0 1 5.6-1.5M1 5h8v5H1z" : "M2.2 5V3a2.8 2.8 0 0 1 5.6 0v2M1 5h8v5H1z"}
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
    />
  </svg>
)

/** Signs that stand beside colours. */
export const SIGN = { ok: "✔", bad: "✖", warn: "▲", info: "○" } as const
