// aimock, a mock server with fixtures and an independent implementation of the wire formats, on 127.0.0.1.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, freePort, start, stop } from '../../../scripts/lib.mjs'

/** Starts it; returns its URL and a function that stops it. */
export async function startAimock(fixtures) {
  const folder = mkdtempSync(join(tmpdir(), 'aimock-'))
  const file = join(folder, 'fixtures.json')
  writeFileSync(file, JSON.stringify({ fixtures }))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const cli = at('node_modules', '@copilotkit', 'aimock', 'dist', 'cli.js')
  // A pause between the events, so that a stream arrives in pieces.
  const options = ['-l', '2', '-p', String(port), '-h', '127.0.0.1', '-f', file, '--chunk-size', '8']
  const server = start(process.execPath, [cli, ...options])
  server.stdout.resume()
  server.stderr.resume()
  const close = () => {
    stop(server)
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; ; tries++) {
    try {
      await fetch(base)
      return { base, close }
    } catch (error) {
      if (tries > 100) {
        close()
        throw error
      }
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}
