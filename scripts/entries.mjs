// The package's entries. src/ts/index.ts is written once; the entries of other runtimes differ only in the loader.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The loader that src/ts/index.ts imports. */
const LOADER = './loader.browser.js'

/** Entries by file name: the loader of each, and its additional exports. */
const ENTRIES = {
  'index.node': { loader: 'wasm/loaders/node' },
  'index.workerd': { loader: 'wasm/loaders/workerd' },
  'index.edge': { loader: 'wasm/loaders/edge' },
  // Everything in JavaScript: nothing is fetched, and all that needs only the core is synchronous.
  inline: { loader: 'loader.inline' },
  slim: {
    loader: 'wasm/loaders/given',
    more: "export { init } from './wasm/loaders/given.js'\n",
    types: "export * from './index.js'\nexport { type GivenModules, init } from './wasm/loaders/given.js'\n",
  },
}

/** Writes the entries next to the compiled index.js of `pkg`. */
export function writeEntries(pkg) {
  const index = readFileSync(join(pkg, 'index.js'), 'utf8')
  if (index.split(LOADER).length !== 2) throw new Error(`index.js must import ${LOADER} once`)
  for (const [name, { loader, more = '', types }] of Object.entries(ENTRIES)) {
    writeFileSync(join(pkg, `${name}.js`), index.replace(LOADER, `./${loader}.js`) + more)
    if (types) writeFileSync(join(pkg, `${name}.d.ts`), types)
  }
}
