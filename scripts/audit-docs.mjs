// Renews the tables of docs/audit.md: rules, profiles, and what the audit finds in the lab's scenarios (needs ../shared).
import { spawnSync } from "node:child_process"

const { status } = spawnSync("npx", ["vitest", "run", "test/audit/lab.test.ts", "-u"], {
  stdio: "inherit",
  env: { ...process.env, IKEDUMP_RENEW: "1" },
})
process.exitCode = status ?? 1
