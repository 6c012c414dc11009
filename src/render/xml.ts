/** Any text as text of XML and HTML, between tags and in attributes; what came out of a capture cannot become markup. */
import { safeText } from "../bytes/safe-text.ts"

export const xmlText = (text: string): string => safeText(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
