// The entry of the package that the golden cases use: Node's, or that of browsers, where files arrive over the network.
import { readFile } from 'node:fs/promises'
import { fromProvider, maybe } from 'instructor-wasm'
import { restartCore } from '../../../pkg/internals.node.js'

const pkg = new URL('../../../pkg/', import.meta.url)
const node = { fromProvider, maybe, restart: restartCore, sent() {} }
let used = node

export const entry = () => used

/** Milliseconds after which a part for answers arrives although no request was sent: the call waits for it. */
const PATIENCE = 10

/**
 * The browser's entry, in Node. A file `core…-answer.wasm` arrives after the request was sent, as over a slow network, or when
 * the call has waited for it. Returns the counts of calls whose first request was sent without and with these files.
 */
export async function useBrowserEntry() {
  const counts = { without: 0, with: 0 }
  let arrived = false
  let sent
  let whenSent
  const restarted = () => {
    arrived = false
    whenSent = new Promise((resolve) => {
      sent = () => {
        counts[arrived ? 'with' : 'without'] += 1
        resolve()
        sent = () => {}
      }
    })
  }
  restarted()
  const original = globalThis.fetch
  globalThis.fetch = async (url, init) => {
    if (!String(url).startsWith(pkg.href)) return original(url, init)
    const bytes = await readFile(new URL(url))
    if (/-answer\.wasm$/.test(url)) {
      let timer
      const waited = new Promise((resolve) => {
        timer = setTimeout(resolve, PATIENCE)
      })
      await Promise.race([whenSent, waited])
      clearTimeout(timer)
      arrived = true
    }
    return new Response(bytes, { headers: { 'content-type': 'application/wasm' } })
  }
  const [index, modules] = await Promise.all(
    ['index.js', 'wasm/modules.js'].map((file) => import(new URL(file, pkg).href)),
  )
  used = {
    fromProvider: index.fromProvider,
    maybe: index.maybe,
    restart() {
      restarted()
      return modules.restartCore()
    },
    sent: () => sent(),
  }
  return counts
}

export function useNodeEntry() {
  used = node
}
