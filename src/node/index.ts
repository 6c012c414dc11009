/** ikedump in Node: captures by path (compressed too), secrets by path, node:crypto, all that `ikedump` has beside. */
import type { AnalysisResult, AnalyzeOptions } from "../analyze-options.ts"
import { analyze } from "../pipeline.ts"
import { isReadOnce } from "./capture-paths.ts"
import { nodeProvider } from "./crypto.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { readCaptures } from "./read-captures.ts"
import type { ReadOptions } from "./read-options.ts"

export * from "../index.ts"
export { nodeProvider } from "./crypto.ts"
export { loadSecrets } from "./load-secrets.ts"
export { readCaptures } from "./read-captures.ts"
export { nodeFile } from "./session-file.ts"
export { SharedStop } from "./shared-stop.ts"

/** Analyzes captures by path (`-` is standard input; pcap or pcapng, plain, gzip or zstd), merged by time. */
export function analyzeFiles(
  paths: readonly string[],
  options: Partial<AnalyzeOptions> & { readonly read?: ReadOptions } = {},
): Promise<AnalysisResult> {
  const { read, ...rest } = options
  const source = {
    rereadable: !paths.some(isReadOnce),
    read: (handler: Parameters<typeof readCaptures>[1]) => readCaptures(paths, handler, read),
  }
  return analyze(source, { provider: nodeProvider, data: { createOpener: createNodeEspOpener }, ...rest })
}
