/** The ladder: who said what to whom, with what carried data between, and what proves it. */
import type { LadderView } from "../../session/types.ts"
import { inspect, selectFrame, selectSa } from "../actions.ts"
import { Message } from "../parts/chips.tsx"
import { VirtualList } from "../parts/virtual-list.tsx"
import { seconds } from "../parts/words.ts"
import { childIndex, detail, frame, inspecting, ladders, narrow, rows, sa } from "../state.ts"
import { dataText, type Line, ladderLines, type Proof } from "./lines.ts"

export const LadderPane = () => {
  const views = ladders.value
  if (views.length === 0) return <Without />
  const compact = narrow.value && inspecting.value
  const lines = ladderLines(views, childIndex.value, compact)
  const at = lines.findIndex(line => line.frame === frame.value && line.kind === "message")
  return (
    <section class="mid" aria-label="Ladder">
      <Peers view={views[0]} compact={compact} />
      <VirtualList
        class="rows"
        label="Ladder"
        count={lines.length}
        rowHeight={ROW}
        selected={at}
        render={i => <LadderLine line={lines[i]} compact={compact} />}
      />
      <Glance view={views[0]} lines={lines.length} />
    </section>
  )
}

const ROW = 28

const Without = () => (
  <section class="mid empty" aria-label="Ladder">
    <p class="dim">
      {rows.value.length === 0
        ? "No IKE SA and no ESP or AH in this capture."
        : "These packets belong to no IKE SA that the capture shows: there is no ladder to draw."}
    </p>
  </section>
)

const Peers = ({ view: { sa: ike }, compact }: { view: LadderView; compact: boolean }) => (
  <div class="peers">
    <span class="t">time, s</span>
    <span class="f">frame</span>
    <div class="rails">
      <div>
        <b class="m">{ike.initiator.address}</b>
        <span>initiator{ike.ids.initiator ? ` · ${ike.ids.initiator.value}` : ""}</span>
      </div>
      <div>
        <span>{ike.ids.responder ? `${ike.ids.responder.value} · ` : ""}responder</span>
        <b class="m">{ike.responder.address}</b>
      </div>
    </div>
    <span class="nt">{compact ? "proofs" : "exchange, proofs"}</span>
  </div>
)

const ProofText = ({ proof }: { proof: Proof | null }) =>
  proof && (
    <span class={proof.tone} title={proof.title}>
      {proof.text}
    </span>
  )

const LadderLine = ({ line, compact }: { line: Line; compact: boolean }) => {
  if (line.kind === "room") return null
  const on = line.frame > 0 && line.frame === frame.value && line.kind === "message"
  const click = () =>
    line.frame > 0
      ? selectFrame(line.frame)
      : line.kind === "data"
        ? selectSa(line.esp.child_sa ?? line.esp.id)
        : undefined
  return (
    <div
      class={`row ${line.kind} ${on ? "on" : ""}`}
      role="row"
      aria-selected={on}
      onClick={click}
      onDblClick={() => line.frame > 0 && inspect(line.frame)}
      style={line.kind === "fault" ? { "--rows": line.rows } : undefined}
    >
      <span class="t" role="gridcell">
        {line.at === null ? "" : seconds(line.at)}
      </span>
      <span class="f" role="gridcell">
        {line.frames}
      </span>
      <Lane line={line} />
      <span class="note" role="gridcell">
        <Note line={line} compact={compact} />
      </span>
    </div>
  )
}

const Lane = ({ line }: { line: Exclude<Line, { kind: "room" }> }) => {
  switch (line.kind) {
    case "message":
      return (
        <div class={`lane ${line.side}`} role="gridcell">
          <span class="msg">
            <Message row={line.row} />
            {line.row.fragments && (
              <span class="dim small">
                {line.row.fragments.missing.length > 0
                  ? `${line.row.fragments.arrived} of ${line.row.fragments.total} fragments`
                  : `in ${line.row.fragments.total} fragments`}
              </span>
            )}
          </span>
        </div>
      )
    case "data":
      return (
        <div class={`lane data ${line.side} c-c${line.child % 4}`} role="gridcell">
          <span class="msg">
            <b class="m">
              {line.esp.protocol} {line.esp.spi}
            </b>
            <span>{dataText(line.esp)}</span>
            <span class="dim">
              to {seconds(line.until)} s{line.plausible ? ", by addresses and time" : ""}
            </span>
          </span>
        </div>
      )
    case "band":
      return (
        <div class={`lane band ${line.child === null ? "c-ike" : `c-c${line.child % 4}`}`} role="gridcell">
          <span class="b">
            <strong>{line.words[0]}</strong>
            <span>{line.words.slice(1).join(" · ")}</span>
          </span>
        </div>
      )
    case "repeat":
      return (
        <div class={`lane live ${line.side}`} role="gridcell">
          <span class="msg">
            {line.text} <span class="dim">{line.dim}</span>
          </span>
        </div>
      )
    case "caption":
      return (
        <div class="lane caption" role="gridcell">
          <b>{line.name}</b> {line.id}
        </div>
      )
    case "fault":
      return (
        <div class="lane fault" role="gridcell" title={line.text}>
          <span class="b">
            <b aria-hidden="true">✖</b> {line.text} <span class="dim">· {line.rfc}</span>
          </span>
        </div>
      )
  }
}

const Note = ({ line, compact }: { line: Line; compact: boolean }) => {
  if (line.kind === "message")
    return (
      <>
        {line.exchange && !compact && <b>{line.exchange}</b>} <ProofText proof={line.proof} />
      </>
    )
  return line.kind === "data" || line.kind === "band" ? <ProofText proof={line.proof} /> : null
}

/** Below a short ladder: the IKE SA in six facts. */
const Glance = ({ view: { sa: ike }, lines }: { view: LadderView; lines: number }) => {
  if (lines > 8 || !(inspecting.value && detail.value)) return null
  const { suite } = ike
  const who = (side: "initiator" | "responder") => {
    const id = ike.ids[side]
    return id ? (
      <>
        {id.value} <span class="dim">{id.type}</span>
      </>
    ) : (
      <span class="dim">not seen</span>
    )
  }
  return (
    <div class="below">
      <h2>{ike.id} at a glance</h2>
      <dl>
        <dt>initiator</dt>
        <dd>{who("initiator")}</dd>
        <dt>responder</dt>
        <dd>{who("responder")}</dd>
        <dt>method</dt>
        <dd>{ike.auth.initiator ?? ike.auth.responder ?? <span class="dim">not seen</span>}</dd>
      </dl>
      <dl>
        <dt>suite</dt>
        <dd>
          {[suite.encr, suite.integ, suite.prf ?? suite.hash, ...suite.ke].filter(Boolean).join(" · ") || (
            <span class="dim">none agreed</span>
          )}
        </dd>
        <dt>keys</dt>
        <dd>
          {ike.keys.status}
          {ike.keys.from && (
            <>
              {" "}
              from{" "}
              <button class="fr" onClick={() => selectSa(sa.value)}>
                {ike.keys.from}
              </button>
            </>
          )}
        </dd>
      </dl>
    </div>
  )
}
