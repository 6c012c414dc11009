/** The folder that an agent may read, and nothing beside it. */
import { existsSync, realpathSync, statSync } from "node:fs"
import { relative, resolve, sep } from "node:path"
import { CliError } from "../exit.ts"

/** A path of a call that is not allowed or not there; the message is for the agent. */
export class McpPathError extends Error {
  override readonly name = "McpPathError"
}

export class McpFolder {
  private constructor(
    /** The folder, symbolic links followed. */
    readonly root: string,
    /** Keys files of every call. */
    readonly keys: readonly string[],
  ) {}

  /** Throws CliError when `root` is no folder. `keys` come from the person who starts the server, and may stand anywhere. */
  static at(root: string, keys: readonly string[]): McpFolder {
    if (!existsSync(root) || !statSync(root).isDirectory()) throw new CliError(`${root} is no folder`)
    return new McpFolder(
      realpathSync(root),
      keys.map(key => resolve(key)),
    )
  }

  /** The path of a file or folder inside, links followed. Throws McpPathError for what is outside or missing. */
  path(name: string): string {
    const wanted = resolve(this.root, name)
    const inside = (path: string) =>
      path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)
    // One answer for both, so that nobody learns which files are outside.
    if (!inside(wanted) || !existsSync(wanted)) throw new McpPathError(`${name}: no such file in the folder`)
    const real = realpathSync(wanted)
    if (!inside(real)) throw new McpPathError(`${name}: no such file in the folder`)
    return real
  }

  /** A text with the folder's own place taken out. */
  hide(text: string): string {
    return text.replaceAll(this.root + sep, "").replaceAll(this.root, ".")
  }

  /** How a path is shown to the agent. */
  shown(path: string): string {
    return relative(this.root, path) || "."
  }
}
