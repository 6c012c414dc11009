/** `ikedump completion bash|zsh|fish`: a script that completes commands, flags, their values and field names. */
import type { Command } from "commander"
import type { Program } from "./command-spec.ts"
import { bashScript } from "./completion/bash.ts"
import { fishScript } from "./completion/fish.ts"
import { type CompletionModel, completionModel, SHELLS } from "./completion/model.ts"
import { zshScript } from "./completion/zsh.ts"
import { CliError } from "./exit.ts"
import { print } from "./print.ts"

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export function configure(command: Command, program: Program): void {
  command.addHelpText("after", EXAMPLES).action(async (shell: string) => {
    const known = SHELLS.find(s => s === shell)
    if (!known)
      throw new CliError(`no completion for ${JSON.stringify(shell)}`, undefined, [`known: ${SHELLS.join(", ")}`])
    print([SCRIPTS[known](await completionModel(program))])
  })
}

const EXAMPLES = `
Examples:
  source <(ikedump completion bash)                                  in ~/.bashrc
  ikedump completion zsh > ~/.zfunc/_ikedump                         with ~/.zfunc in $fpath
  ikedump completion fish > ~/.config/fish/completions/ikedump.fish
`
