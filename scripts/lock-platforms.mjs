// Completes package-lock.json with the optional packages of other platforms that the registry in use does not carry, so that
// `npm ci` finds every edge of the tree in the lock, on every platform. Run after changing dependencies.
import { readFileSync, writeFileSync } from "node:fs"

const OS = {
  darwin: "darwin",
  linux: "linux",
  win32: "win32",
  windows: "win32",
  freebsd: "freebsd",
  openbsd: "openbsd",
  netbsd: "netbsd",
  android: "android",
  openharmony: "openharmony",
}
const CPU = {
  arm64: "arm64",
  x64: "x64",
  ia32: "ia32",
  arm: "arm",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  loong64: "loong64",
}
const file = new URL("../package-lock.json", import.meta.url)
const lock = JSON.parse(readFileSync(file, "utf8"))
const added = []
for (const entry of Object.values(lock.packages))
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key]) continue
    const words = name.split(/[/-]/)
    const os = words.map(w => OS[w]).find(Boolean)
    const cpu = words.map(w => CPU[w.replace(/^arm$|^armv7$/, "arm")]).find(Boolean)
    if (!os) continue
    lock.packages[key] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      dev: true,
      optional: true,
      os: [os],
      ...(name.includes("musl") ? { libc: ["musl"] } : {}),
    }
    added.push(name)
  }
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added.length} packages added to the lock`)
