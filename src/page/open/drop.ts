/** Files dropped anywhere on the page. */
import { openFiles } from "../actions.ts"

export function addFiles(event: DragEvent): void {
  event.preventDefault()
  const files = [...(event.dataTransfer?.files ?? [])]
  if (files.length > 0) void openFiles(files)
}
