/** The example that stands in the page: a capture and its keys, in base64. */
import { parseJson } from "../../bytes/typed.ts"

interface Example {
  readonly files: readonly { readonly name: string; readonly base64: string }[]
}

/** Its files; undefined in a page that was made without. */
export function exampleFiles(): File[] | undefined {
  const text = document.getElementById("ikedump-example")?.textContent
  if (!text) return undefined
  return parseJson<Example>(text).files.map(f => new File([bytesOf(f.base64)], f.name))
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
