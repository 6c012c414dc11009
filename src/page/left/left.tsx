/** The left column: the verdict, findings, checks, the list of SAs, and what else was seen. */

import { useSignal } from "@preact/signals"
import { countText } from "../../bytes/words.ts"
import { sentence as whole } from "../../session/code-title.ts"
import type { FindingView, LadderView } from "../../session/types.ts"
import { backendKind, inspect, selectFrame, selectSa } from "../actions.ts"
import { SIGN } from "../parts/icons.tsx"
import { VirtualList } from "../parts/virtual-list.tsx"
import { childIndex, ladders, rows, sa, verdict } from "../state.ts"

export const Left = () => (
  <aside class="left" aria-label="Findings and SAs" tabIndex={0}>
    <Verdict />
    <Findings />
    <Checks />
    <Sas />
    <AlsoSeen />
  </aside>
)

/** What a flag of the command does, a button does here. */
const sentence = (text: string): string => whole(text.replaceAll(" (--keys)", ""))

/** Whether an SA registers with a group (docs/page.md says what is left to the command). */
const isOfGroup = ({ sa: { exchanges } }: LadderView): boolean => exchanges.some(x => /^G(ROUPKEY|SA_)/.test(x.type))

const FrameLink = ({ frame }: { frame: number }) => (
  <button class="fr" onClick={() => selectFrame(frame)} aria-label={`frame ${frame}`}>
    {frame}
  </button>
)

const Verdict = () => {
  const v = verdict.value
  if (!v) return null
  return (
    <section class={`verdict tone-${v.tone}`} aria-label="Verdict">
      <h1>
        <i aria-hidden="true">{SIGN[v.tone]}</i>
        {v.headline}
      </h1>
      {v.why && <p>{sentence(v.why)}</p>}
      {v.remedy && <p>{sentence(v.remedy)}</p>}
      {backendKind() === "worker" && ladders.value.some(isOfGroup) && (
        <p>This page leaves keys of groups to the command: ikedump view opens the group's ESP.</p>
      )}
      <div class="chips">
        {v.facts.map(fact => (
          <span class="chip" key={fact}>
            {fact}
          </span>
        ))}
        {v.outcome && v.certainty !== "seen" && (
          <span class="chip" title="proven: opened and verified; inferred: from lengths, times and shapes">
            {v.certainty}
          </span>
        )}
        {v.frames.slice(0, 4).map(frame => (
          <button class="chip link" key={frame} onClick={() => inspect(frame)}>
            frame {frame}
          </button>
        ))}
      </div>
    </section>
  )
}

const SEVERITY: Readonly<Record<FindingView["severity"], readonly [string, string]>> = {
  critical: ["✖", "bad"],
  error: ["✖", "bad"],
  high: ["▲", "bad"],
  warning: ["▲", "warn"],
  medium: ["▲", "warn"],
  low: ["▾", "warn"],
  info: ["·", "dim"],
}

/** Findings shown before "all" is asked for. */
const FEW = 5

const List = ({ title, list }: { title: string; list: readonly FindingView[] }) => {
  const all = useSignal(false)
  if (list.length === 0) return null
  const shown = all.value ? list : list.slice(0, FEW)
  return (
    <section aria-label={title}>
      <h2>
        {title} <span>{countText(list.length)}</span>
      </h2>
      {shown.map((f, i) => (
        <Finding key={`${f.code} ${i}`} finding={f} />
      ))}
      {list.length > FEW && (
        <button class="more" onClick={() => (all.value = !all.value)}>
          {all.value ? "fewer" : `all ${countText(list.length)}`}
        </button>
      )}
    </section>
  )
}

const Finding = ({ finding: f }: { finding: FindingView }) => {
  const [sign, tone] = SEVERITY[f.severity]
  return (
    <div class="find">
      <i class={tone} title={f.severity}>
        {sign}
      </i>
      <b>{f.title}</b>
      <span class="frs">
        {f.frames.slice(0, 2).map(frame => (
          <FrameLink key={frame} frame={frame} />
        ))}
      </span>
      <p title={f.remedy ?? undefined}>{sentence(f.text)}</p>
    </div>
  )
}

const Findings = () => (
  <List title="Findings" list={(verdict.value?.findings ?? []).filter(f => f.severity !== "info" && !f.repeats)} />
)
const AlsoSeen = () => (
  <List title="Also seen" list={(verdict.value?.findings ?? []).filter(f => f.severity === "info")} />
)

const Checks = () => {
  const sums = [0, 0, 0]
  for (const row of rows.value) if (row.kind === "ike") for (const i of [0, 1, 2]) sums[i] += row.checks[i]
  const [passed, failed, skipped] = sums
  const total = passed + failed + skipped
  if (total === 0) return null
  const label = `${passed} passed, ${failed} failed, ${skipped} skipped`
  return (
    <section aria-label="Checks">
      <h2>
        Checks <span>{countText(total)}</span>
      </h2>
      <div class="meter" role="img" aria-label={label}>
        {[passed, failed, skipped].map((n, i) => n > 0 && <b key={i} class={"pfs"[i]} style={{ flex: n }} />)}
      </div>
      <div class="small">
        <span class="ok">✔ {countText(passed)} passed</span> ·{" "}
        <span class={failed > 0 ? "bad" : "dim"}>✖ {countText(failed)} failed</span> ·{" "}
        <span class="dim">{countText(skipped)} skipped</span>
      </div>
    </section>
  )
}

const ROW = 44
/** SAs in a plain list; more scroll by themselves. */
const PLAIN = 40

const Sas = () => {
  const list = rows.value
  if (list.length === 0) return null
  return (
    <section aria-label="Security associations" class="sas">
      <h2>
        Security associations <span>{countText(list.length)}</span>
      </h2>
      {list.length <= PLAIN ? (
        list.map((_, i) => <Sa key={list[i].id} n={i} />)
      ) : (
        <VirtualList
          class="salist"
          label="Security associations"
          role="group"
          count={list.length}
          rowHeight={ROW}
          selected={list.findIndex(r => r.id === sa.value)}
          render={i => <Sa n={i} />}
        />
      )}
    </section>
  )
}

const Sa = ({ n }: { n: number }) => {
  const row = rows.value[n]
  const bad = row.state === "failed" || row.checks[1] > 0
  const spis = row.kind === "child" && row.spiR ? [`${row.spiR} ⇄ ${row.spiI}`] : []
  return (
    <button
      class={`sa ${row.kind} ${sa.value === row.id ? "on" : ""} c-${colorOf(row.id, row.kind)}`}
      aria-pressed={sa.value === row.id}
      onClick={() => selectSa(row.id)}
    >
      <span class="k" />
      <span class="n">
        <b>{row.id}</b> <span class="dim">{row.what}</span>
      </span>
      <span class={bad ? "st bad" : "st"}>{bad ? `✖ ${row.state}` : row.state}</span>
      <span class="p">{[...row.suite, ...spis].join(" · ") || `${row.initiator} → ${row.responder}`}</span>
    </button>
  )
}

/** Colour of an SA: one for IKE, one in turn for each Child SA. */
export const colorOf = (id: string, kind: string): string =>
  kind === "ike" ? "ike" : kind === "child" ? `c${(childIndex.value.get(id) ?? 0) % 4}` : "data"
