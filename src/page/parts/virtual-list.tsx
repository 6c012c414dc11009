/**
 * A list of rows of one height, however many: only those in sight are there. Browsers limit an element's height (Firefox to 17.8
 * million pixels), so a longer list is scaled: the scroll bar spans all rows, the wheel and the keys still move row by row.
 */
import type { ComponentChildren } from "preact"
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks"

const MOST_PIXELS = 8_000_000
const OVERSCAN = 6
/** Rows out of sight from which on a selected row is far away. */
const FAR = 2

export interface VirtualListProps {
  readonly count: number
  readonly rowHeight: number
  readonly render: (row: number) => ComponentChildren
  /** Brought into sight when it changes. */
  readonly selected?: number
  /** Called with the rows in sight. */
  readonly onRange?: (first: number, end: number) => void
  /** Called again when what is in sight changes. */
  readonly version?: unknown
  readonly class?: string
  readonly label: string
  readonly role?: "grid" | "tree" | "group"
}

export const VirtualList = (props: VirtualListProps) => {
  const { count, rowHeight, render, selected, onRange } = props
  const box = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(600)
  // The row at the top, with its part: the truth, which a scaled scroll bar shows only roughly.
  const [top, setTop] = useState(0)
  const visible = height / rowHeight
  const pixels = Math.min(count * rowHeight, MOST_PIXELS)
  const most = Math.max(0, count - visible)
  const scaled = count * rowHeight > MOST_PIXELS
  const factor = scaled && pixels > height ? most / (pixels - height) : 1 / rowHeight
  const moveTo = (row: number) => {
    const to = Math.max(0, Math.min(most, row))
    setTop(to)
    if (box.current) box.current.scrollTop = to / factor
  }

  useLayoutEffect(() => {
    const el = box.current
    if (!el) return
    const observer = new ResizeObserver(() => setHeight(el.clientHeight))
    observer.observe(el)
    setHeight(el.clientHeight)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    if (selected === undefined || selected < 0) return
    const beyond = Math.max(top - selected, selected - (top + visible - 1))
    if (beyond <= 0) return
    // The next row comes into sight at the edge, one far away in the middle.
    if (beyond > FAR) moveTo(selected - visible / 2)
    else moveTo(selected < top ? selected : selected - visible + 1)
  }, [selected, count, height])

  const first = Math.max(0, Math.floor(top) - OVERSCAN)
  const end = Math.min(count, Math.ceil(top + visible) + OVERSCAN)
  useEffect(() => onRange?.(first, end), [first, end, count, props.version])

  const onScroll = () => {
    const el = box.current
    if (!el) return
    const row = el.scrollTop * factor
    // What `moveTo` set comes back rounded to a pixel.
    if (Math.abs(row - top) > factor) setTop(Math.min(most, row))
  }
  const onWheel = (event: WheelEvent) => {
    if (!scaled || event.ctrlKey) return
    event.preventDefault()
    moveTo(top + event.deltaY / (event.deltaMode === 1 ? 1 : rowHeight))
  }
  const base = box.current?.scrollTop ?? 0
  // A row that comes into sight takes the place of one that went: changed elements cost less than new ones.
  const places = Math.ceil(visible) + 2 * OVERSCAN + 2
  const rows: ComponentChildren[] = []
  for (let i = first; i < end; i++) {
    const y = scaled ? base + (i - top) * rowHeight : i * rowHeight
    rows.push(
      <div
        key={i % places}
        class="vrow"
        role="presentation"
        style={{ height: `${rowHeight}px`, transform: `translateY(${y}px)` }}
      >
        {render(i)}
      </div>,
    )
  }
  return (
    <div
      ref={box}
      class={`vlist ${props.class ?? ""}`}
      role={props.role ?? "grid"}
      aria-label={props.label}
      aria-rowcount={props.role && props.role !== "grid" ? undefined : count}
      tabIndex={0}
      onScroll={onScroll}
      onWheel={onWheel}
    >
      <div class="vspace" role="presentation" style={{ height: `${pixels}px` }}>
        {rows}
      </div>
    </div>
  )
}
