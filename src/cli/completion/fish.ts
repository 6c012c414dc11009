/** Completion for fish. */
import type { CommandModel, CompletionModel, FlagModel, Values } from "./model.ts"

export function fishScript({ commands, defaultCommand, fields }: CompletionModel): string {
  return `# fish completion for ikedump; load it with: ikedump completion fish | source
set -g __ikedump_commands ${commands.map(c => c.name).join(" ")}
set -g __ikedump_field_names ${fields.join(" ")}

# True when the command line is that of one of the given commands; without a command it is ${defaultCommand}.
function __ikedump_is
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if contains -- $word $__ikedump_commands
            contains -- $word $argv
            return
        end
    end
    contains -- ${defaultCommand} $argv
end

function __ikedump_no_command
    set -l words (commandline -opc)
    test (count $words) -eq 1
end

function __ikedump_fields
    string join \\n $__ikedump_field_names
end

# The last name of a filter that is being typed, all before it kept.
function __ikedump_filter
    set -l text (string replace -r '^["\\']' '' -- (commandline -ct))
    set -l before (string replace -r '[^ (!&|{,]*$' '' -- $text)
    for name in $__ikedump_field_names
        echo -- $before$name
    end
end

${commands.map(c => `complete -c ikedump -n __ikedump_no_command -a ${c.name} -d ${quoted(c.summary)}`).join("\n")}
${commands.flatMap(completesOf).join("\n")}
`
}

function completesOf({ name, flags, values }: CommandModel): string[] {
  const when = `complete -c ikedump -n '__ikedump_is ${name}'`
  const argument = values === "files" ? [] : [`${when} -f ${wordsOf(values)}`]
  return [...argument, ...flags.map(flag => `${when} ${flagOf(flag)}`)]
}

function flagOf({ short, long, description, values }: FlagModel): string {
  const spelled = [...(short ? [`-s ${short.slice(1)}`] : []), ...(long ? [`-l ${long.slice(2)}`] : [])]
  const value = values === undefined ? "" : values === "files" ? " -r -F" : ` -x ${wordsOf(values)}`
  return `${spelled.join(" ")}${value.trimEnd()} -d ${quoted(description)}`
}

function wordsOf(values: Values): string {
  if (values === "fields") return "-a '(__ikedump_fields)'"
  if (values === "filter") return "-a '(__ikedump_filter)'"
  return typeof values === "string" ? "" : `-a '${values.join(" ")}'`
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
