/** The example that stands in the page: a capture, in base64, and its keys. */
import { parseJson } from "../../bytes/typed.ts"

interface Example {
  readonly capture: string
  readonly keys: object
}

/** Its files; undefined in a page that was made without. */
export function exampleFiles(): File[] | undefined {
  const text = document.getElementById("ikedump-example")?.textContent
  if (!text) return undefined
  const { capture, keys } = parseJson<Example>(text)
  return [new File([bytesOf(capture)], "example.pcap"), new File([JSON.stringify(keys)], "keys.json")]
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
