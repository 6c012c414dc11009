/** Times as captured: seconds and nanoseconds, and their text. */

/** RFC 3339 in UTC with nine digits: `2026-01-02T03:04:05.000000006Z`. Seconds may be negative. */
export const timeText = (seconds: number, nanos: number): string =>
  `${secondText(seconds)}.${nanos.toString().padStart(9, "0")}Z`

// Times that are written one behind another are often of one second.
let lastSeconds = Number.NaN
let lastText = ""

/** The whole seconds of `timeText`, without fraction and zone. */
export function secondText(seconds: number): string {
  if (seconds !== lastSeconds) {
    lastText = makeSecondText(seconds)
    lastSeconds = seconds
  }
  return lastText
}

function makeSecondText(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return String(seconds)
  const text = date.toISOString()
  return text.slice(0, 19 + (text.length > 24 ? 3 : 0))
}
