// All tables: one for each file of a peer's tests.

import generateObject from './tables/ai-generate-object.mjs'
import json from './tables/ai-json.mjs'
import output from './tables/ai-output.mjs'
import schema from './tables/ai-schema.mjs'
import streamObject from './tables/ai-stream-object.mjs'
import text from './tables/ai-text.mjs'
import tools from './tables/ai-tools.mjs'
import instructorJs from './tables/instructor-js.mjs'
import island from './tables/island.mjs'
import zodStream from './tables/zod-stream.mjs'

export const tables = [
  generateObject,
  streamObject,
  ...output,
  ...json,
  ...schema,
  ...text,
  ...tools,
  ...instructorJs,
  ...island,
  ...zodStream,
]
