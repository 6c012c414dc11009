#!/usr/bin/env node
// Says what it needs before it loads what an old Node cannot read: every Node since 8 can parse this file, as a script or as a module.
const NEEDED = [20, 19]
const [major, minor] = process.versions.node.split(".").map(Number)

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`ikedump: Node ${NEEDED.join(".")} or later is needed, and this is ${process.versions.node}`)
  process.exitCode = 2
} else {
  import("../dist/bin/main.js").then(
    ({ start }) => start(process.argv.slice(2)),
    error => {
      if (error.code !== "ERR_MODULE_NOT_FOUND") throw error
      console.error("ikedump: it is not built yet: npm run build")
      process.exitCode = 70
    },
  )
}
