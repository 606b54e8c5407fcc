// The tests of the crate's exports in browsers, as wasm-pack runs them from the root of this repository.
import { chromedriver, geckodriver, root } from '../../scripts/lib.mjs'
import { NotInstalled } from './apps.mjs'
import { output } from './programs.mjs'

const DRIVERS = { chrome: ['--chromedriver', chromedriver], firefox: ['--geckodriver', geckodriver] }

/** The result of each test, by its name. */
const wasmPack = (browser) => async () => {
  const [option, find] = DRIVERS[browser]
  const driver = find()
  if (!driver)
    throw new NotInstalled(`the driver of ${browser} is missing, run npm run setup -- --for matrix`)
  const args = ['test', '--headless', `--${browser}`, option, driver, '--mode', 'no-install']
  const text = await output('wasm-pack', args, { cwd: root, timeout: 590_000 })
  const results = [...text.matchAll(/^test (\S+) \.\.\. (\w+)/gm)].map(([, name, result]) => [name, result])
  if (!results.length) throw new Error(`no tests: ${text.slice(-2000)}`)
  return Object.fromEntries(results)
}

export const CRATE = Object.keys(DRIVERS).map((browser) => ({
  name: `wasm-pack test --headless --${browser}, from the root`,
  app: 'base',
  run: wasmPack(browser),
}))
