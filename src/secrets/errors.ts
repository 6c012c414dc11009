/** The one error of a keys file. Its text names a member and a line, never a secret. */

export class SecretsError extends Error {
  override readonly name = "SecretsError"
  /** Wrong usage, rules or keys file. */
  readonly exitCode = 2
  constructor(
    message: string,
    /** Display name of the file, as given. */
    readonly file: string,
    /** 1-based. */
    readonly line?: number,
    /** Path of the member, such as `ike_sas[2].sk_ei`. */
    readonly member?: string,
    /** The file is of no format that we know, rather than a broken one: in a folder that is no error. */
    readonly unrecognised = false,
  ) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${message}`)
  }
}
