// The lints of `npm run check` and `npm test`.
import { at, MODULES } from './lib.mjs'

/** Cargo's arguments for a native build with everything. */
export const NATIVE_FEATURES = ['--features', 'validator,template,schemars']

const clippy = (...args) => ['cargo', 'clippy', '--quiet', ...args, '--', '-D', 'warnings']

/** The name and the command of each run of clippy. */
export const CLIPPY = [
  ['clippy', clippy('--all-targets', ...NATIVE_FEATURES)],
  // Without the feature machinery, which the tests enable, unused private items are warnings.
  ['clippy without tests', clippy('--lib', ...NATIVE_FEATURES)],
  ...MODULES.map((module) => [
    `clippy ${module}.wasm`,
    clippy(
      ...['--lib', '--target', 'wasm32-unknown-unknown'],
      ...['--no-default-features', '--features', module],
    ),
  ]),
]

export const RUSTFMT = ['cargo', 'fmt', '--check']
export const BIOME = [at('node_modules', '.bin', 'biome'), 'ci', '--error-on-warnings', '.']
