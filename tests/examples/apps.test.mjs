/** The examples with a large installation: Next.js, Vite with React. `npm run examples` runs them. */
import './vite-react.mjs'
import './next.mjs'
