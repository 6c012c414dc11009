#!/usr/bin/env bash
# What action.yml runs: report, check and audit of captures, a summary in Markdown, SARIF files, annotations. Inputs come as variables,
# lists with an item a line. It exits with 1 when a rule is broken or a finding is as urgent as FAIL_ON, and with what ikedump says otherwise.
set -uo pipefail

read -r -a ikedump <<< "${IKEDUMP:-npx --yes ikedump@${VERSION:-latest}}"
summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
out=${OUT:-ikedump-results}
mkdir -p "$out"
status=0

# items NAME VALUE [FLAG]: the lines of VALUE, each behind FLAG, as the array NAME.
items() {
  local -n list=$1
  list=()
  local line
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [ -n "$line" ] || continue
    if [ $# -gt 2 ]; then list+=("$3"); fi
    list+=("$line")
  done <<< "$2"
}

# worse CODE: keeps the code that counts more. A broken rule (1) counts least.
worse() {
  if [ "$1" -gt "$status" ]; then status=$1; fi
}

# A summary may have a mebibyte for each step.
summarize() { head -c 300000 "$1" >> "$summary"; }

items captures "${CAPTURE:-}"
items keys "${KEYS:-}" --keys
items rules "${RULES:-}" --rules
items profiles "${PROFILE:-}" --profile
[ ${#captures[@]} -gt 0 ] || { echo "::error::no capture is given"; exit 2; }

"${ikedump[@]}" report "${captures[@]}" "${keys[@]}" --format markdown > "$out/report.md" || worse $?
summarize "$out/report.md"

if [ ${#rules[@]} -gt 0 ]; then
  "${ikedump[@]}" check "${captures[@]}" "${keys[@]}" "${rules[@]}" --format github \
    -o markdown="$out/check.md" -o sarif="$out/check.sarif" -o junit="$out/check.junit.xml" || worse $?
  if [ -f "$out/check.md" ]; then summarize "$out/check.md"; fi
fi

if [ ${#profiles[@]} -gt 0 ]; then
  fail=()
  if [ -n "${FAIL_ON:-}" ]; then fail=(--fail-on "$FAIL_ON"); fi
  "${ikedump[@]}" audit "${captures[@]}" "${keys[@]}" "${profiles[@]}" --format markdown > "$out/audit.md" || worse $?
  summarize "$out/audit.md"
  "${ikedump[@]}" audit "${captures[@]}" "${keys[@]}" "${profiles[@]}" "${fail[@]}" --format sarif > "$out/audit.sarif" || worse $?
fi

echo "results=$out" >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
