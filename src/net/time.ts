/** Times as captured: seconds and nanoseconds, and their text. */

/** RFC 3339 in UTC with nine digits: `2026-01-02T03:04:05.000000006Z`. Seconds may be negative. */
export function timeText(seconds: number, nanos: number): string {
  const date = new Date(seconds * 1000)
  const fraction = `.${nanos.toString().padStart(9, "0")}Z`
  return Number.isNaN(date.getTime())
    ? `${seconds}${fraction}`
    : date.toISOString().slice(0, 19 + (date.toISOString().length > 24 ? 3 : 0)) + fraction
}
