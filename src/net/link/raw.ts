/** Links that carry IP packets without a header of their own. */
import { LINK_TYPE } from "../../registry/link-types.ts"
import type { Walk } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"

const raw: Walk = (l, b, at, end) => l.ip(b, at, end)

export const RAW_LINKS: readonly LinkWalk[] = [
  LINK_TYPE.RAW_BSD,
  LINK_TYPE.RAW_OPENBSD,
  LINK_TYPE.RAW,
  LINK_TYPE.IPV4,
  LINK_TYPE.IPV6,
].map(type => [type, raw])
