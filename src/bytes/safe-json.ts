/** JSON that shows what it holds: characters that turn or hide text in an editor or a log are escaped. */

/** Bidirectional controls, zero-width and invisible formatting characters, line and paragraph separators, C1 controls, tags. */
const UNSEEN =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

/** JSON with such characters escaped. */
const escapeUnseen = (json: string): string =>
  json.replace(UNSEEN, characters =>
    [...Array(characters.length).keys()]
      .map(i => `\\u${characters.charCodeAt(i).toString(16).padStart(4, "0")}`)
      .join(""),
  )

/** As `JSON.stringify`, with such characters as `\\uXXXX`: the same value to every reader. */
export const safeJson = (value: unknown, indent?: number): string => escapeUnseen(JSON.stringify(value, null, indent))
