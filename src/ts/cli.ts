#!/usr/bin/env node
/** `npx instructor-wasm docs | providers | lint | extract`: the commands are in `cli/`, their exit codes in `cli/command.ts`. */
import { main } from './cli/main.js'
import { loader } from './loader.node.js'

// A reader of the output that closes early (`| head`) is not an error.
process.stdout.on('error', (error: { code?: string }) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await main(process.argv.slice(2), loader)
