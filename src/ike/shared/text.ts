/** Bytes that may be text: what can be shown as such, decided in one place. */

const strict = new TextDecoder("utf-8", { fatal: true })

/** The bytes as text when they are UTF-8 without control characters and not empty; else undefined. */
export function plainText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined
  try {
    const text = strict.decode(bytes)
    return /[\u0000-\u001f\u007f-\u009f]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
