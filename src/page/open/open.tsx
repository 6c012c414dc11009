/** The page before a capture is there: a place to drop it, and what the page is. */
import { canCancel, cancel, openFiles } from "../actions.ts"
import { size } from "../parts/words.ts"
import { fault, progress } from "../state.ts"
import { exampleFiles } from "./example.ts"

export const Open = () => (
  <main class="drop">
    <div>
      <div class="dz">
        <h1>Drop a capture, and the keys if you have them</h1>
        <p>pcap or pcapng, plain, gzip or zstd · keys.json, charon or pluto logs, ip xfrm state, Wireshark tables</p>
        <p class="buttons">
          <ChooseFiles big label="Choose files" />
          {exampleFiles() && (
            <button class="btn big" onClick={() => void openFiles(exampleFiles() ?? [])}>
              Try an example
            </button>
          )}
        </p>
        <Reading />
        {fault.value && (
          <p class="bad" role="alert">
            ✖ {fault.value}
          </p>
        )}
      </div>
      <div class="three">
        <div>
          <b>Nothing is sent</b>The page's policy allows no connection at all (<code>connect-src 'none'</code>). Works
          with the network off.
        </div>
        <div>
          <b>From the command line</b>
          <code>ikedump view cap.pcap --keys keys.json</code>
          <br />
          <code>ikedump report --format html -o out.html</code>
        </div>
        <div>
          <b>Keys optional</b>Without them: what was negotiated, who retransmitted, why it failed, how much ESP went
          which way.
        </div>
      </div>
    </div>
  </main>
)

export const Reading = () => {
  const p = progress.value
  if (!p || p.stage === "done") return null
  const text =
    p.trials !== undefined
      ? `${p.trials} key sets tried`
      : p.stage === "reading"
        ? p.done < p.total
          ? `reading, ${size(p.done)} of ${size(p.total)}`
          : "following the negotiations"
        : p.total > 1
          ? `opening ESP, ${size(p.done)} of ${size(p.total)}`
          : "opening ESP"
  return (
    <span class="dim small" role="status">
      {text}…{" "}
      {canCancel() && (
        <button class="btn small" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </span>
  )
}

/** Files that are chosen come as dropped ones do. */
export const ChooseFiles = ({ label, big }: { label: string; big?: boolean }) => (
  <label class={`btn ${big ? "big" : ""}`}>
    {label}
    {big && <kbd>o</kbd>}
    <input
      class="hidden"
      type="file"
      multiple
      data-open={big || undefined}
      aria-label={label}
      onChange={event => {
        void openFiles([...(event.currentTarget.files ?? [])])
        event.currentTarget.value = ""
      }}
    />
  </label>
)
