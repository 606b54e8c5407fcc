// The named rules: intended differences from Python Instructor. docs/differences.md gives the reason of each; the
// suite fails when the two do not list the same rules.
//
// A rule receives `pair = {theirs, ours}` (two observations of the same shape) and the golden case. It rewrites
// `theirs` into the intended behaviour, or both sides into one form, in exactly the place it covers: everything else
// is still compared. `play` changes the script, where the answer depends on Python's own request.
import { answers } from './rules/answers.mjs'
import { bugs } from './rules/bugs.mjs'
import { cohere } from './rules/cohere.mjs'
import { configuration } from './rules/configuration.mjs'
import { families } from './rules/families.mjs'
import { google } from './rules/google.mjs'
import { parts } from './rules/parts.mjs'
import { prompts } from './rules/prompts.mjs'
import { requests } from './rules/requests.mjs'
import { streams } from './rules/streams.mjs'
import { xai } from './rules/xai.mjs'

export const rules = [
  ...prompts,
  ...bugs,
  ...xai,
  ...google,
  ...streams,
  ...answers,
  ...families,
  ...cohere,
  ...parts,
  ...requests,
  ...configuration,
]
