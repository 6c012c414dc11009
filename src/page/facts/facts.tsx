/** The facts of an SA: what the right pane shows while no frame is open. */

import type { SaDetail } from "../../session/types.ts"
import { exportKeys, selectFrame, setFilter, showView } from "../actions.ts"
import { saveText } from "../parts/save.ts"
import { seconds, size } from "../parts/words.ts"
import { facts, info, ladders } from "../state.ts"

export const Facts = () => {
  const f = facts.value
  if (!f) return null
  const { row } = f
  return (
    <aside class="facts" aria-label={row.id} tabIndex={0}>
      <section>
        <h2>{row.id}</h2>
        <dl>
          {factList(f).map(([name, value, mono]) => (
            <>
              <dt>{name}</dt>
              <dd class={mono ? "m" : ""}>{value}</dd>
            </>
          ))}
        </dl>
      </section>
      <Data detail={f} />
      <Keys detail={f} />
      <Offers detail={f} />
      <Do detail={f} />
    </aside>
  )
}

type Fact = readonly [name: string, value: string, mono?: boolean]

const replaced = (id: string | null): Fact[] => (id ? [["replaces", id]] : [])

function factList({ row, ike, child }: SaDetail): Fact[] {
  const life: Fact = ["life", `${seconds(row.from)} – ${seconds(row.until)} s`]
  if (child)
    return [
      ["mode", row.what],
      ...replaced(child.rekeys),
      ["selectors", `${child.ts_i.join(", ") || "?"} ⇄ ${child.ts_r.join(", ") || "?"}`, true],
      ["suite", `${row.suite.join(" · ") || "unknown"}${child.suite.esn ? ", ESN" : ""}`],
      life,
      ["state", child.state],
    ]
  if (ike && row.kind === "ike")
    return [
      ["version", `IKEv${ike.version}`],
      ["SPIs", `${ike.spi_i} ${ike.spi_r}`, true],
      [
        "initiator",
        `${ike.initiator.address}:${ike.initiator.port}${ike.ids.initiator ? `, ${ike.ids.initiator.value}` : ""}`,
      ],
      [
        "responder",
        `${ike.responder.address}:${ike.responder.port}${ike.ids.responder ? `, ${ike.ids.responder.value}` : ""}`,
      ],
      ["method", ike.auth.initiator ?? ike.auth.responder ?? "not seen"],
      [
        "suite",
        [ike.suite.encr, ike.suite.integ, ike.suite.prf ?? ike.suite.hash, ...ike.suite.ke]
          .filter(Boolean)
          .join(" · ") || "unknown",
      ],
      ...replaced(ike.rekeys),
      life,
      ["state", ike.state],
    ]
  return [["from", row.initiator, true], ["to", row.responder, true], life]
}

const Data = ({ detail: { data, ike } }: { detail: SaDetail }) => {
  if (data.length === 0) return null
  return (
    <section>
      <h2>Data</h2>
      <table>
        <thead>
          <tr>
            <th>SPI</th>
            <th>packets</th>
            <th>bytes</th>
            <th>sequence</th>
            <th>ICV</th>
          </tr>
        </thead>
        <tbody>
          {data.map(e => {
            const up = ike ? e.source === ike.initiator.address : true
            return (
              <tr key={e.id}>
                <td class="m">
                  <b class={up ? "way-i" : "way-r"}>{up ? "→" : "←"}</b> {e.spi}
                </td>
                <td>{e.packets}</td>
                <td>{size(e.bytes)}</td>
                <td>
                  {e.sequence.first}–{e.sequence.last}
                </td>
                <td class={e.icv_failed > 0 ? "bad" : e.icv_ok > 0 ? "ok" : "dim"}>
                  {e.icv_failed > 0 ? `✖ ${e.icv_failed}` : e.icv_ok > 0 ? `✔ ${e.icv_ok}` : "no key"}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

const Keys = ({ detail: { row, ike, child } }: { detail: SaDetail }) => {
  const status = child ? child.keys.status : row.kind === "ike" ? ike?.keys.status : undefined
  if (!status) return null
  return (
    <section>
      <h2>Keys</h2>
      <dl>
        <dt>status</dt>
        <dd>{status === "none" ? <span class="dim">none: no secret gives them</span> : status}</dd>
        {child && (
          <>
            <dt>PFS</dt>
            <dd>{child.pfs ? "yes, a key exchange of its own" : "no key exchange of its own"}</dd>
          </>
        )}
        {row.kind === "ike" && ike?.keys.from && (
          <>
            <dt>from</dt>
            <dd>{ike.keys.from}</dd>
          </>
        )}
      </dl>
    </section>
  )
}

const Offers = ({ detail: { row, ike } }: { detail: SaDetail }) => {
  if (row.kind !== "ike" || !ike || ike.offered.length === 0) return null
  return (
    <section>
      <h2>Offered and chosen</h2>
      <dl>
        {ike.offered.slice(0, 8).map(offer => (
          <>
            <dt>#{offer.number}</dt>
            <dd>{offerText(offer)}</dd>
          </>
        ))}
        <dt>chosen</dt>
        <dd>{row.suite.join(" · ") || <span class="dim">nothing</span>}</dd>
      </dl>
    </section>
  )
}

const offerText = (offer: object): string =>
  Object.entries(offer)
    .filter(([name]) => name !== "number")
    .flatMap(([, value]) => (Array.isArray(value) ? value : typeof value === "string" ? [value] : []))
    .map(v => (typeof v === "string" ? v : JSON.stringify(v)))
    .join(" · ")

const Do = ({ detail: { row, child, ike } }: { detail: SaDetail }) => {
  const filter =
    child || row.kind === "data"
      ? [row.spiI, row.spiR]
          .filter(Boolean)
          .map(spi => `esp.spi == 0x${spi}`)
          .join(" || ")
      : `isakmp.ispi == ${(ike?.spi_i ?? "").replace(/..(?=.)/g, "$&:")}`
  const first = ladders.value.find(l => l.sa.id === ike?.id)?.sa.exchanges[0]?.messages[0]?.frame
  const keys = info.value && info.value.secrets.used > 0
  const save = async (format: "wireshark" | "xfrm") => {
    for (const { name, text } of await exportKeys(format)) saveText(name, text)
  }
  return (
    <section>
      <h2>Do</h2>
      <div class="chips">
        <button
          class="chip link"
          onClick={async () => {
            await showView("packets")
            await setFilter(filter)
          }}
        >
          show its frames <kbd>f</kbd>
        </button>
        {first && (
          <button class="chip link" onClick={() => selectFrame(first)}>
            first frame
          </button>
        )}
        <button class="chip link" onClick={() => showView("keys")}>
          its keys
        </button>
        {keys && (
          <button class="chip link" onClick={() => save("wireshark")} title="writes files that hold keys">
            keys for Wireshark…
          </button>
        )}
      </div>
    </section>
  )
}
