/** Payloads as chips: one hue a family, the same in ladder, tree and bytes. */
import type { MessageRow } from "../../render/ladder-rows.ts"
import type { Item } from "../../render/notation.ts"
import { familyOf } from "../../session/families.ts"
import type { Family } from "../../session/types.ts"
import { gathered } from "../ladder/lines.ts"
import { Lock } from "./icons.tsx"

const Chip = ({ text, family }: { text: string; family: Family }) => <b class={`pl f-${family}`}>{text}</b>

const ItemChip = ({ item, errors }: { item: Item; errors: readonly string[] }) => {
  if (item.notifies === undefined) return <Chip text={item.name} family={familyOf(item.name)} />
  const [only] = item.notifies
  if (item.notifies.length > 1)
    return <b class="pl f-n" title={item.notifies.join("\n")}>{`N×${item.notifies.length}`}</b>
  return <Chip text={only ? `N(${only})` : "N"} family={errors.includes(only) ? "err" : "n"} />
}

const Items = ({ items, errors }: { items: readonly Item[]; errors: readonly string[] }) => (
  <>
    {gathered(items, errors).map((item, i) => (
      <ItemChip key={i} item={item} errors={errors} />
    ))}
  </>
)

/** A message as chips; what was encrypted stands in a frame with a lock. */
export const Message = ({ row }: { row: MessageRow }) => {
  const { errors } = row
  const { head, outer, wrapper, inner } = row.notation
  return (
    <>
      {head === "HDR*" ? (
        <span class="sk">
          <Lock open={inner !== undefined} />
          <Items items={outer} errors={errors} />
          {outer.length === 0 && <span class="dim small">encrypted</span>}
        </span>
      ) : (
        <Items items={outer} errors={errors} />
      )}
      {wrapper && (
        <span class="sk">
          <Lock open={inner !== undefined && inner !== null} />
          <Chip text={wrapper} family="sk" />
          {inner && inner.length > 0 ? (
            <Items items={inner} errors={errors} />
          ) : (
            <span class="dim small">{inner ? "empty" : "encrypted"}</span>
          )}
        </span>
      )}
    </>
  )
}
