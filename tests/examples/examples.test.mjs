/** The examples that need no large installation, and npm create; `npm run examples` has all. One process, so that it packs once. */
import './create.mjs'
import './node.mjs'
import './hono.mjs'
import './worker.mjs'
import './deno.mjs'
import './bun.mjs'
import './html.mjs'
import './chrome-ai.mjs'
