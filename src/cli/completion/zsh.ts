/** Completion for zsh. */
import type { CommandModel, CompletionModel, FlagModel, Values } from "./model.ts"

export function zshScript({ commands, defaultCommand, fields }: CompletionModel): string {
  const names = commands.map(c => c.name)
  return `#compdef ikedump
# zsh completion for ikedump; save it as _ikedump in a folder of $fpath, or load it with: source <(ikedump completion zsh)

typeset -ga _ikedump_field_names=(${fields.join(" ")})

_ikedump_fields() {
  compadd -a _ikedump_field_names
}

# The last name of a filter that is being typed.
_ikedump_filter() {
  compset -P '*[ (!&|{,]'
  compadd -S '' -a _ikedump_field_names
}

_ikedump_commands() {
  local -a commands=(
${commands.map(c => `    ${quoted(`${c.name}:${c.summary}`)}`).join("\n")}
  )
  _describe command commands
}

_ikedump() {
  local command=${defaultCommand} word
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _alternative 'commands:command:_ikedump_commands' 'files:capture:_files'
    return
  fi
  if (( \${words[(I)(${names.join("|")})]} )); then
    command=\${words[(r)(${names.join("|")})]}
    # The command itself is no argument of its own.
    words[\${words[(i)$command]}]=()
    (( CURRENT-- ))
  fi
  case $command in
${commands.map(argumentsOf).join("\n")}
  esac
}

if [[ $funcstack[1] == _ikedump ]]; then
  _ikedump "$@"
else
  compdef _ikedump ikedump
fi
`
}

function argumentsOf({ name, flags, values }: CommandModel): string {
  const specs = [...flags.flatMap(flagSpecs), quoted(`*:${values === "files" ? "capture" : "name"}:${action(values)}`)]
  return `    ${name})\n      _arguments -s \\\n        ${specs.join(" \\\n        ")} ;;`
}

/** One spec for each spelling: `'*--keys=[secrets]:file:_files'`. */
function flagSpecs({ short, long, description, values, repeatable }: FlagModel): string[] {
  const text = `[${description.replace(/[[\]\\]/g, "\\$&").replaceAll(":", "\\:")}]`
  const value = values === undefined ? "" : `:value:${action(values)}`
  const spell = (name: string, joined: string) =>
    quoted(`${repeatable ? "*" : ""}${name}${values === undefined ? "" : joined}${text}${value}`)
  return [...(short ? [spell(short, "+")] : []), ...(long ? [spell(long, "=")] : [])]
}

function action(values: Values): string {
  if (values === "fields") return "_ikedump_fields"
  if (values === "filter") return "_ikedump_filter"
  if (values === "files") return "_files"
  return values === "none" ? " " : `(${values.join(" ")})`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
