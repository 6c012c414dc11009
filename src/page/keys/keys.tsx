/** The Keys view: the key schedule as a graph, each step with its formula, its RFC and what proves it. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { present } from "../../bytes/typed.ts"
import type { Report } from "../../report/types.ts"
import type { KeyDerivation } from "../../session/types.ts"
import { askReport, copy, inspect, toggleValues } from "../actions.ts"
import { commandLine } from "../command.ts"
import { rfcUrl } from "../inspector/inspector.tsx"
import { derivations, info, showValues, step } from "../state.ts"
import { COLUMNS, type Graph, keyGraph, type Node } from "./graph.ts"

export const Keys = () => {
  const report = useSignal<Report | null>(null)
  useEffect(() => {
    void askReport().then(r => (report.value = r))
  }, [info.value])
  if (!report.value) return <main class="wide2" />
  if (derivations.value.length === 0) return <NoKeys />
  const graph = keyGraph(derivations.value, report.value)
  const node = graph.nodes.find(n => n.id === step.value) ?? graph.nodes.find(n => n.column === 1) ?? graph.nodes[0]
  return (
    <main class="wide2">
      <section class="mid kg" aria-label="Key schedule" tabIndex={0}>
        <Picture graph={graph} on={node} />
      </section>
      <Panel node={node} />
    </main>
  )
}

const NoKeys = () => (
  <main class="wide2 one">
    <section class="mid empty">
      <p>
        <b>No keys.</b>{" "}
        {info.value?.secrets.given
          ? "No secret that was given fits an SA of this capture."
          : "Without them the schedule cannot be computed."}
      </p>
      <p class="dim">
        Drop a keys file, a daemon's log with keys, <code>ip xfrm state</code>, or Wireshark's tables: any file that the
        command reads.
      </p>
    </section>
  </main>
)

/** The nodes that a node feeds, and those that feed it. */
function around(graph: Graph, id: string): Set<string> {
  const hot = new Set<string>()
  const walk = (from: string, way: 0 | 1) => {
    for (const edge of graph.edges) {
      if (edge[way] !== from) continue
      const key = edge.join("\n")
      if (hot.has(key)) continue
      hot.add(key)
      walk(edge[1 - way], way)
    }
  }
  walk(id, 0)
  walk(id, 1)
  return hot
}

const Picture = ({ graph, on }: { graph: Graph; on: Node | undefined }) => {
  const by = new Map(graph.nodes.map(n => [n.id, n]))
  const hot = on ? around(graph, on.id) : new Set<string>()
  const last = COLUMNS[4]
  const width = last.x + last.width + 14
  return (
    <svg
      viewBox={`0 0 ${width} ${graph.height}`}
      style={{ maxWidth: `${Math.round(width * 1.25)}px` }}
      role="group"
      aria-label="Key schedule"
    >
      {COLUMNS.map(c => (
        <text key={c.title} class="head" x={c.x} y={18}>
          {c.title}
        </text>
      ))}
      {graph.zones.map(z => (
        <g key={z.title}>
          <rect class="zone" x={2} y={z.y} width={width - 6} height={z.height} rx={10} />
          <text class="zt" x={14} y={z.y + 22}>
            {z.title} <tspan class="dim2">{z.note}</tspan>
          </text>
        </g>
      ))}
      {graph.edges.map(([a, b]) => (
        <Edge key={`${a} ${b}`} a={present(by.get(a))} b={present(by.get(b))} hot={hot.has(`${a}\n${b}`)} />
      ))}
      {graph.nodes.map(n => (
        <NodeBox key={n.id} node={n} on={n === on} />
      ))}
      <Legend y={graph.height - 20} />
    </svg>
  )
}

const GAP = 20

const Edge = ({ a, b, hot }: { a: Node; b: Node; hot: boolean }) => {
  const [x0, y0, x1, y1] = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2]
  // Past other columns it goes straight, and turns in the last gap.
  const from = b.column - a.column > 1 ? x1 - GAP : x0
  const c = (x1 - from) / 2
  return <path class={hot ? "hot" : ""} d={`M${x0} ${y0}H${from}C${from + c} ${y0} ${x1 - c} ${y1} ${x1} ${y1}`} />
}

const NodeBox = ({ node, on }: { node: Node; on: boolean }) => {
  const select = () => (step.value = node.id)
  return (
    <g tabIndex={0} role="button" aria-pressed={on} data-node={node.id} onClick={select} onFocus={select}>
      <rect
        class={`${node.kind} ${on ? "on" : ""}`}
        x={node.x}
        y={node.y}
        width={node.width}
        height={node.height}
        rx={7}
      />
      <text class="nm" x={node.x + 10} y={node.y + 18}>
        {node.title}
      </text>
      {node.lines.map((line, i) => (
        <text key={line} class={node.kind === "proven" ? "okt" : "mono"} x={node.x + 10} y={node.y + 35 + i * 17}>
          {line}
        </text>
      ))}
    </g>
  )
}

const Legend = ({ y }: { y: number }) => (
  <g transform={`translate(12 ${y})`}>
    {(["given", "derived", "proven"] as const).map((kind, i) => (
      <g key={kind} transform={`translate(${i * 82} 0)`}>
        <rect class={kind} width="14" height="14" rx="3" />
        <text x="21" y="11.5">
          {kind === "proven" ? "proven on the wire" : kind}
        </text>
      </g>
    ))}
    <text class="dim2" x="330" y="11.5">
      blue: what the selected step feeds and needs · Tab walks the graph · v shows values
    </text>
  </g>
)

const Panel = ({ node }: { node: Node | undefined }) => {
  if (!node) return null
  const { step: s, given, derivation } = node
  const values = showValues.value
  const bytes = s?.bytes ?? given?.bytes
  const value = s?.value ?? given?.value ?? null
  const sa = derivation?.sa
  return (
    <aside class="det" aria-label={node.title} tabIndex={0}>
      <h1>{node.title}</h1>
      <dl>
        {sa && <Row name="of">{`${sa}${derivation.epoch ? `, epoch ${derivation.epoch}` : ""}`}</Row>}
        {s && (
          <Row name="formula" mono>
            {s.formula}
          </Row>
        )}
        {s && (
          <Row name="source">
            <a href={rfcUrl(s.rfc)} rel="noreferrer noopener" target="_blank">
              {s.rfc} ↗
            </a>
          </Row>
        )}
        {given && <Row name="given as">{given.source}</Row>}
        {given?.fits && <Row name="fits">{given.fits}</Row>}
        {s?.inputs.map(({ name, frame }) => (
          <Row key={name} name={name}>
            {frame === null ? (
              originOf(name, derivation)
            ) : (
              <button class="fr" onClick={() => inspect(frame)}>
                frame {frame}
              </button>
            )}
          </Row>
        ))}
        {bytes !== undefined && (
          <Row name="value" mono={values}>
            {values && value ? value : `${bytes} bytes, hidden `}
            <button class="btn" onClick={() => toggleValues()}>
              {values ? "Hide" : "Show"} <kbd>v</kbd>
            </button>
          </Row>
        )}
        {(node.proof ?? derivation?.proof) && (
          <Row name="proof">
            <span class="ok">✔ {node.proof ?? derivation?.proof}</span>
          </Row>
        )}
      </dl>
      {sa && <Command sa={sa} ike={!derivation.child} />}
    </aside>
  )
}

/** Where a step's input that no frame shows comes from. */
function originOf(name: string, derivation: KeyDerivation | undefined): string {
  const given = derivation?.given.find(g => g.name === name || g.name === `${name}(new)` || g.name === `of ${name}`)
  if (given) return [given.source, given.fits].filter(Boolean).join(" ")
  return derivation?.steps.some(s => s.name === name) ? "an earlier step" : "an earlier step, or given"
}

const Row = ({ name, mono, children }: { name: string; mono?: boolean; children: preact.ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd class={mono ? "m" : ""}>{children}</dd>
  </>
)

const Command = ({ sa, ike }: { sa: string; ike: boolean }) => {
  const command = commandLine("keys", ike ? ` --sa ${sa}` : "")
  return (
    <>
      <pre>
        <span class="dim"># every step of {sa}</span>
        {`\n$ ${command}`}
      </pre>
      <div class="chips">
        <button class="chip link" onClick={() => copy(command, "command")}>
          Copy command
        </button>
      </div>
    </>
  )
}
