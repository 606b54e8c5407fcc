/** The examples with a large installation, and all apps with the packages that npm installs now. `npm run examples` runs them. */
import './vite-react.mjs'
import './next.mjs'
import './wrangler.mjs'
import './installed.mjs'
