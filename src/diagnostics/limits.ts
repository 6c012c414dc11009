/** Secrets that cannot be used, and limits that were reached. */
import { declare } from "./entry.ts"

export const LIMITS = {
  "unusable-key": declare(
    ["warning"],
    "A row of the keys file cannot be used as it stands.",
    "Its message says what does not fit.",
    null,
  ),
  "ike-sas-evicted": declare(
    ["info"],
    "More SAs at once than the caps allow; the longest idle were closed.",
    "`--limit-live-sas`, `--limit-unanswered`, `--limit-data-sas`.",
    null,
  ),
  "data-sas-evicted": declare(
    ["info"],
    "More SAs at once than the caps allow; the longest idle were closed.",
    "`--limit-live-sas`, `--limit-unanswered`, `--limit-data-sas`.",
    null,
  ),
  "sas-not-kept": declare(
    ["info"],
    "More SAs than the report keeps.",
    "`--limit-sas`, or `--format ndjson`, which keeps none.",
    null,
  ),
}
