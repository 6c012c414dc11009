/** The Compare view: what this capture and another negotiated differently, as `ikedump diff` has it. */

import { plural } from "../../bytes/words.ts"
import { backendKind, compareWith } from "../actions.ts"
import { differences, names, other } from "../state.ts"

export const Compare = () => (
  <main class="scroll" tabIndex={0}>
    <div class="page">
      <h1>Compare</h1>
      {backendKind() === "worker" ? (
        <Chooser />
      ) : (
        <p class="dim">
          Open both captures in the empty page, or run <code>ikedump diff</code>.
        </p>
      )}
      {differences.value && <Table />}
    </div>
  </main>
)

const Chooser = () => (
  <p>
    <b>{names.value[0]}</b> with{" "}
    <label class="btn">
      {other.value || "another capture…"}
      <input
        class="hidden"
        type="file"
        aria-label="The other capture"
        onChange={event => {
          const file = event.currentTarget.files?.[0]
          if (file) void compareWith(file)
        }}
      />
    </label>{" "}
    <span class="dim">Times, SPIs, nonces, frame numbers and packet counts do not count as differences.</span>
  </p>
)

const Table = () => {
  const list = differences.value
  if (!list) return null
  if (list.length === 0) return <p class="ok">✔ both negotiated the same</p>
  return (
    <div class="tablebox" tabIndex={0} role="region" aria-label="Differences">
      <table class="grid differences">
        <caption>{plural(list.length, "difference")}</caption>
        <thead>
          <tr>
            <th>what</th>
            <th>− {names.value[0]}, this capture</th>
            <th>+ {other.value}, the other</th>
          </tr>
        </thead>
        <tbody>
          {list.map((d, i) => (
            <>
              {d.subject !== list[i - 1]?.subject && (
                <tr key={d.subject}>
                  <th colSpan={3}>{d.subject}</th>
                </tr>
              )}
              <tr key={d.path} title={d.path}>
                <td>{d.what}</td>
                <td class={d.was === null ? "dim" : "bad"}>{d.was === null ? "not there" : `− ${d.was}`}</td>
                <td class={d.is === null ? "dim" : "ok"}>{d.is === null ? "not there" : `+ ${d.is}`}</td>
              </tr>
            </>
          ))}
        </tbody>
      </table>
    </div>
  )
}
