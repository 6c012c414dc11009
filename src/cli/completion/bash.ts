/** Completion for bash 4 and later, without the bash-completion package. */
import type { CommandModel, CompletionModel, FlagModel, Values } from "./model.ts"

export function bashScript({ commands, defaultCommand, fields }: CompletionModel): string {
  return `# bash completion for ikedump; load it with: source <(ikedump completion bash)
_ikedump_fields='${fields.join(" ")}'

# The words of $1 that begin with what is typed.
_ikedump_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_ikedump_files() {
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

# The last name of a filter that is being typed, quotes and all before it kept.
_ikedump_filter() {
  compopt -o nospace 2>/dev/null
  local text="\${cur#[\\"\\']}" before
  before="\${text%"\${text##*[ (!&|\\{,]}"}"
  COMPREPLY=($(compgen -W "$_ikedump_fields" -- "\${text#"$before"}"))
  COMPREPLY=("\${COMPREPLY[@]/#/$before}")
}

_ikedump() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" i
  # --format=json comes as three words
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${commands.map(c => c.name).join("|")}) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  COMPREPLY=()
  case "\${command:-${defaultCommand}} $prev" in
${commands.flatMap(valueCases).join("\n")}
  esac
  if [[ $cur == -* ]]; then
    case "\${command:-${defaultCommand}}" in
${commands.map(c => `      ${c.name}) _ikedump_words '${c.flags.flatMap(names).join(" ")}' ;;`).join("\n")}
    esac
    return
  fi
  if [[ -z $command ]]; then
    _ikedump_words '${commands.map(c => c.name).join(" ")} help'
    COMPREPLY+=($(compgen -f -- "$cur"))
    return
  fi
  case "$command" in
${commands
  .filter(c => c.values !== "files")
  .map(c => `    ${c.name}) ${reply(c.values)} ;;`)
  .join("\n")}
    *) _ikedump_files ;;
  esac
}

complete -F _ikedump ikedump
`
}

const names = ({ short, long }: FlagModel): string[] => [short, long].filter(n => n !== undefined)

function valueCases({ name, flags }: CommandModel): string[] {
  return flags.flatMap(flag =>
    flag.values === undefined
      ? []
      : [
          `    ${names(flag)
            .map(n => `"${name} ${n}"`)
            .join(" | ")}) ${reply(flag.values)}; return ;;`,
        ],
  )
}

function reply(values: Values): string {
  if (values === "fields") return '_ikedump_words "$_ikedump_fields"'
  if (values === "filter") return "_ikedump_filter"
  if (values === "files") return "_ikedump_files"
  return values === "none" ? ":" : `_ikedump_words '${values.join(" ")}'`
}
