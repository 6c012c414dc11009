/** The Audit view: how each tunnel stands, and every finding with its sources and what to do. */

import { codeTitle } from "../../session/code-title.ts"
import type { AuditResult } from "../../session/types.ts"
import { inspect, selectSa } from "../actions.ts"
import { rfcUrl } from "../inspector/inspector.tsx"
import { audit } from "../state.ts"

type Finding = AuditResult["findings"][number]

export const Audit = () => {
  const a = audit.value
  if (!a) return <main class="scroll" />
  return (
    <main class="scroll" tabIndex={0}>
      <div class="page">
        <h1>Audit</h1>
        <p class="dim">Against {a.profiles.map(p => p.title).join(", ")}.</p>
        <Postures result={a} />
        <h2>
          Findings <span>{a.findings.length}</span>
        </h2>
        {a.findings.length === 0 && <p class="dim">None. What was examined, and what could not be, stands below.</p>}
        {a.findings.map((f, i) => (
          <FindingCard key={i} finding={f} />
        ))}
        {a.left_out > 0 && <p class="dim">{a.left_out} more are not listed.</p>}
        {a.coverage.map(c => (
          <Coverage key={c.profile} coverage={c} result={a} />
        ))}
      </div>
    </main>
  )
}

const QUANTUM: Readonly<Record<string, string>> = {
  hybrid: "✔ hybrid",
  ppk: "✔ PPK",
  classical: "▲ classical",
  weak: "✖ weak",
  unknown: "unknown",
}

const Postures = ({ result: { tunnels } }: { result: AuditResult }) => (
  <div class="tablebox" tabIndex={0} role="region" aria-label="Tunnels">
    <table class="grid">
      <caption>Tunnels</caption>
      <thead>
        <tr>
          {["tunnel", "peers", "version", "state", "suite", "authentication", "forward secrecy", "quantum"].map(t => (
            <th key={t}>{t}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tunnels.map(t => (
          <tr key={t.id}>
            <td>
              <button class="fr" onClick={() => selectSa(t.id)}>
                {t.id}
              </button>
            </td>
            <td class="m">
              {t.initiator} → {t.responder}
            </td>
            <td>IKEv{t.version[0]}</td>
            <td>{t.state}</td>
            <td>{t.suite.join(" · ")}</td>
            <td>{t.authentication.join(", ")}</td>
            <td>{t.forward_secrecy}</td>
            <td title={t.quantum_by.join(", ")}>{QUANTUM[t.quantum] ?? t.quantum}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

type Control = AuditResult["coverage"][number]["controls"][number]

const STATUS: Readonly<Record<Control["status"], readonly [string, string]>> = {
  pass: ["✔ pass", "ok"],
  fail: ["✖ fail", "bad"],
  "not observable": ["? not observable", "warn"],
  "not named": ["– not named", "dim"],
  "not applicable": ["– not applicable", "dim"],
}

/** Every control of a profile: what fails, or why it could not be seen and what would show it. */
const Coverage = ({
  coverage: { profile, controls },
  result,
}: {
  coverage: AuditResult["coverage"][number]
  result: AuditResult
}) => {
  const title = `Coverage of ${result.profiles.find(p => p.id === profile)?.title ?? profile}`
  return (
    <div class="tablebox" tabIndex={0} role="region" aria-label={title}>
      <table class="grid">
        <caption>{title}</caption>
        <thead>
          <tr>
            {["control", "status", "tunnels", "what was seen, or what would show it", "frames"].map(t => (
              <th key={t}>{t}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {controls.map(control => (
            <ControlRow key={control.id} control={control} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const ControlRow = ({ control: { title, status, counts, tunnels, section, verified } }: { control: Control }) => {
  const [words, tone] = STATUS[status]
  const worst = tunnels.filter(t => t.status === status)
  const said = worst.flatMap(t =>
    t.why === null ? t.seen : [`${t.why}${t.shows ? `; ${t.shows} would show it` : ""}`],
  )
  const frames = [...new Set(worst.flatMap(t => t.frames))].slice(0, 4)
  return (
    <tr>
      <td title={`${section}${verified === "original" ? "" : `, ${verified}`}`}>{title}</td>
      <td class={tone}>{words}</td>
      <td>
        {counts.fail} ✖ · {counts.not_observable} ? · {counts.not_named} – · {counts.pass} ✔
      </td>
      <td>{[...new Set(said)].slice(0, 4).join(", ")}</td>
      <td>
        {frames.map(frame => (
          <span key={frame}>
            <button class="fr" onClick={() => inspect(frame)}>
              {frame}
            </button>{" "}
          </span>
        ))}
      </td>
    </tr>
  )
}

const TONE: Readonly<Record<string, readonly [string, string]>> = {
  critical: ["✖", "bad"],
  high: ["✖", "bad"],
  medium: ["▲", "warn"],
  low: ["▾", "warn"],
  info: ["·", "dim"],
}

const FindingCard = ({ finding: f }: { finding: Finding }) => {
  const [sign, tone] = TONE[f.severity] ?? ["·", "dim"]
  return (
    <article class={`card t-${tone}`}>
      <h3>
        <i class={tone} aria-hidden="true">
          {sign}
        </i>{" "}
        {codeTitle(f.rule)} <span class="dim">{f.severity}</span>
      </h3>
      <p>{f.message}</p>
      <p class="dim">{f.advice}</p>
      <div class="chips">
        {f.objects.slice(0, 6).map(id => (
          <button class="chip link" key={id} onClick={() => selectSa(id)}>
            {id}
          </button>
        ))}
        {f.frames.slice(0, 6).map(frame => (
          <button class="chip link" key={frame} onClick={() => inspect(frame)}>
            frame {frame}
          </button>
        ))}
        {f.sources.map(s => (
          <SourceLink key={`${s.document} ${s.section} ${s.profile}`} source={s} />
        ))}
      </div>
    </article>
  )
}

const SourceLink = ({ source: s }: { source: Finding["sources"][number] }) => {
  const text = `${s.document} ${s.section}${s.level ? `, ${s.level}` : ""}`
  return s.document.startsWith("RFC") ? (
    <a
      class="chip link"
      href={rfcUrl(`${s.document} ${s.section}`)}
      rel="noreferrer noopener"
      target="_blank"
      title={s.date}
    >
      {text} ↗
    </a>
  ) : (
    <span class="chip" title={s.date}>
      {text}
    </span>
  )
}
