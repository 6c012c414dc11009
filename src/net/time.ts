/** Times as captured: seconds and nanoseconds, and their text. */

/** RFC 3339 in UTC with nine digits: `2026-01-02T03:04:05.000000006Z`. Seconds may be negative. */
export function timeText(seconds: number, nanos: number): string {
  if (seconds === lastTime.seconds && nanos === lastTime.nanos) return lastTime.text
  // Two parts, of which the second has memory of its own: each further one would be an object that stays.
  secondText(seconds)
  const text = lastWithDot + `${nanos.toString().padStart(9, "0")}Z`
  lastTime = { seconds, nanos, text }
  return text
}

// What is written of one message has one time, and times that are written one behind another are often of one second.
let lastTime = { seconds: Number.NaN, nanos: 0, text: "" }
let lastSeconds = Number.NaN
let lastText = ""
let lastWithDot = ""

/** The whole seconds of `timeText`, without fraction and zone. */
export function secondText(seconds: number): string {
  if (seconds !== lastSeconds) {
    lastText = makeSecondText(seconds)
    lastWithDot = `${lastText}.`
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
