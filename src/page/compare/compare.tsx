/** The Compare view: what this capture and another negotiated differently, as `ikedump diff` has it. */
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

const text = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value)

const Table = () => {
  const list = differences.value!
  if (list.length === 0) return <p class="ok">✔ both negotiated the same</p>
  return (
    <div class="tablebox" tabIndex={0} role="region" aria-label="Differences">
      <table class="grid">
        <caption>{list.length} differences</caption>
        <thead>
          <tr>
            <th>where</th>
            <th>{names.value[0]}</th>
            <th>{other.value}</th>
          </tr>
        </thead>
        <tbody>
          {list.map(d => (
            <tr key={d.path}>
              <td class="m">{d.path}</td>
              <td class={d.before === undefined ? "" : "m bad"}>
                {d.before === undefined ? "" : `− ${text(d.before)}`}
              </td>
              <td class={d.after === undefined ? "" : "m ok"}>{d.after === undefined ? "" : `+ ${text(d.after)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
