/** Payloads as chips: one hue a family, the same in ladder, tree and bytes. */
import type { Item, Notation } from "../../render/notation.ts"
import { familyOf } from "../../session/families.ts"
import type { Family } from "../../session/types.ts"
import { gathered, isRefusal } from "../ladder/lines.ts"
import { Lock } from "./icons.tsx"

const Chip = ({ text, family }: { text: string; family: Family }) => <b class={`pl f-${family}`}>{text}</b>

const ItemChip = ({ item }: { item: Item }) => {
  if (item.notifies === undefined) return <Chip text={item.name} family={familyOf(item.name)} />
  const [only] = item.notifies
  if (item.notifies.length > 1)
    return <b class="pl f-n" title={item.notifies.join("\n")}>{`N×${item.notifies.length}`}</b>
  return <Chip text={only ? `N(${only})` : "N"} family={isRefusal(only ?? "") ? "err" : "n"} />
}

const Items = ({ items }: { items: readonly Item[] }) => (
  <>
    {gathered(items).map((item, i) => (
      <ItemChip key={i} item={item} />
    ))}
  </>
)

/** A message as chips; what was encrypted stands in a frame with a lock. */
export const Message = ({ notation }: { notation: Notation }) => {
  const { head, outer, wrapper, inner } = notation
  return (
    <>
      {head === "HDR*" ? (
        <span class="sk">
          <Lock open={inner !== undefined} />
          <Items items={outer} />
          {outer.length === 0 && <span class="dim small">encrypted</span>}
        </span>
      ) : (
        <Items items={outer} />
      )}
      {wrapper && (
        <span class="sk">
          <Lock open={inner !== undefined && inner !== null} />
          <Chip text={wrapper} family="sk" />
          {inner && inner.length > 0 ? (
            <Items items={inner} />
          ) : (
            <span class="dim small">{inner ? "empty" : "encrypted"}</span>
          )}
        </span>
      )}
    </>
  )
}
