/** The frame of the page: who we are, what is open, the views, the time line, and what the keys do. */

import { safeText } from "../bytes/safe-text.ts"
import { countText, plural } from "../bytes/words.ts"
import { backendKind, copy, showView } from "./actions.ts"
import { Audit } from "./audit/audit.tsx"
import { commandOfView } from "./command.ts"
import { Compare } from "./compare/compare.tsx"
import { Facts } from "./facts/facts.tsx"
import { Inspector } from "./inspector/inspector.tsx"
import { Keys } from "./keys/keys.tsx"
import { LadderPane } from "./ladder/ladder.tsx"
import { Left } from "./left/left.tsx"
import { linkText } from "./link.ts"
import { addFiles } from "./open/drop.ts"
import { ChooseFiles, Open, Reading } from "./open/open.tsx"
import { Packets } from "./packets/packets.tsx"
import { Dialogs } from "./parts/dialogs.tsx"
import { Counted, FilterBar } from "./parts/filter-bar.tsx"
import { Lock, Mark } from "./parts/icons.tsx"
import * as s from "./state.ts"
import { cycleTheme } from "./theme.ts"
import { TimelinePane } from "./timeline/timeline.tsx"

export const App = () => {
  const ready = s.info.value !== null
  return (
    <div
      class={`app v-${s.view.value} ${ready ? "" : "empty"}`}
      onDragOver={e => e.preventDefault()}
      onDrop={addFiles}
      onPointerDown={() => (s.wanted.value = null)}
    >
      <Top />
      {s.banner.value && (
        <p class="banner" role="note">
          {s.banner.value}
        </p>
      )}
      {ready ? (
        <>
          <Bar />
          <View />
          {s.view.value === "ladder" ? <TimelinePane /> : <div />}
        </>
      ) : (
        <Open />
      )}
      <Foot ready={ready} />
      <Dialogs />
      {ready && s.fault.value && (
        <p class="toast bad" role="alert">
          ✖ {s.fault.value}{" "}
          <button class="btn" onClick={() => (s.fault.value = "")}>
            Close
          </button>
        </p>
      )}
      {s.said.value && (
        <p class="toast" role="status">
          {s.said.value}
        </p>
      )}
    </div>
  )
}

const Top = () => {
  const { value: info } = s.info
  return (
    <header class="head0">
      <span class="brand">
        <Mark />
        ikedump
      </span>
      {info && (
        <>
          <span class="sep" />
          <span class="file" title={shownNames()}>
            {shownNames()}
          </span>
          <span class="dim what">
            {plural(info.frames, "frame")} · IKE {countText(info.counts.isakmp)}
            {info.counts.esp > 0 && ` · ESP ${countText(info.counts.esp)}`}
            {info.counts.ah > 0 && ` · AH ${countText(info.counts.ah)}`}
          </span>
          <span class="sep" />
          <Secrets />
          <Reading />
          {info.notes.map(note => (
            <span class="warn small" key={note} title={note}>
              ▲ {note}
            </span>
          ))}
        </>
      )}
      <span class="end">
        {backendKind() === "server" ? (
          <span class="local" title="The page talks to ikedump on this computer and to nothing else">
            <Lock open={false} /> stays on this computer
          </span>
        ) : (
          <span class="local" title="The page's policy forbids every connection">
            <Lock open={false} /> stays on this computer
          </span>
        )}
        {info && (
          <button class="btn" onClick={() => copy(`${location.href.split("#")[0]}#${linkText()}`, "link")}>
            Copy link
          </button>
        )}
        <button
          class="btn"
          aria-label={`Theme: ${s.theme.value}`}
          title={`theme: ${s.theme.value}`}
          onClick={cycleTheme}
        >
          ◐
        </button>
        {info && (
          <button class="btn" aria-label="Keys" onClick={() => (s.dialog.value = "help")}>
            <kbd>?</kbd>
          </button>
        )}
      </span>
    </header>
  )
}

/** Names of files are anybody's: what turns text around is shown as what it is. */
const shownNames = (): string => safeText(s.names.value.join(", "))

const Secrets = () => {
  if (!s.info.value) return null
  const { given, used } = s.info.value.secrets
  const files = s.keyFiles.value.join(", ")
  return (
    <>
      {given > 0 ? (
        <span class="dim">
          {files || "keys"}{" "}
          <span class={used === given ? "ok" : "warn"}>{`${countText(used)} of ${countText(given)} secrets used`}</span>
        </span>
      ) : (
        <span class="dim">no keys</span>
      )}
      {backendKind() !== "recorded" && <ChooseFiles label="Add keys…" />}
    </>
  )
}

const Bar = () => (
  <div class="bar">
    <div class="tabs" role="tablist" aria-label="Views">
      {s.VIEWS.map((view, i) => (
        <button key={view} role="tab" aria-selected={s.view.value === view} onClick={() => showView(view)}>
          {view[0].toUpperCase() + view.slice(1)} <kbd>{i + 1}</kbd>
        </button>
      ))}
    </div>
    <FilterBar />
    <Counted />
  </div>
)

const View = () => {
  switch (s.view.value) {
    case "ladder":
      return <LadderView />
    case "packets":
      return <Packets />
    case "keys":
      return <Keys />
    case "audit":
      return <Audit />
    case "compare":
      return <Compare />
  }
}

const LadderView = () => {
  const inspecting = s.inspecting.value && s.detail.value !== null
  return (
    <main class={`three3 ${inspecting ? "inspecting" : shape()}`}>
      <Left />
      <LadderPane />
      {inspecting ? <Inspector /> : <Facts />}
    </main>
  )
}

/** Without a ladder there is room for facts, if there is an SA at all. */
const shape = (): string => (s.ladders.value.length > 0 ? "" : s.rows.value.length > 0 ? "bare" : "none")

const HINTS: readonly (readonly [string, string])[] = [
  ["j k", "frame"],
  ["Enter", "inspect"],
  ["n", "next finding"],
  ["[ ]", "other side of exchange"],
  ["y", "copy…"],
]

const Foot = ({ ready }: { ready: boolean }) => {
  if (!ready)
    return (
      <footer>
        <span>MIT · the page is one file: save it, use it anywhere</span>
      </footer>
    )
  return (
    <footer>
      {HINTS.map(([keys, what]) => (
        <span key={what}>
          {keys.split(" ").map(key => (
            <kbd key={key}>{key}</kbd>
          ))}{" "}
          {what}
        </span>
      ))}
      <span class="end">
        link <code>#{short(linkText().replace(/&?c=[0-9a-f]+$/, ""))}</code>
      </span>
      <span>
        CLI <code>{short(safeText(commandOfView()))}</code>
      </span>
    </footer>
  )
}

const short = (text: string): string => (text.length > 70 ? `${text.slice(0, 69)}…` : text)
