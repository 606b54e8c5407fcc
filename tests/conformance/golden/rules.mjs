// The named rules: where we differ from Python Instructor on purpose. docs/differences.md gives each one's reason; the
// suite fails when the two do not name the same rules.
//
// A rule gets `pair = {theirs, ours}` (two observations of the same shape) and the golden case. It rewrites `theirs` into
// what we mean to do, or both sides into one form, in exactly the place it speaks of: whatever it does not speak of is
// still compared. `play` changes what is scripted, where the answer depends on what Python itself had asked.
import { answers } from './rules/answers.mjs'
import { bugs } from './rules/bugs.mjs'
import { cohere } from './rules/cohere.mjs'
import { configuration } from './rules/configuration.mjs'
import { families } from './rules/families.mjs'
import { google } from './rules/google.mjs'
import { parts } from './rules/parts.mjs'
import { requests } from './rules/requests.mjs'
import { streams } from './rules/streams.mjs'
import { xai } from './rules/xai.mjs'

export const rules = [
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
