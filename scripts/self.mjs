// The built package by its own name, for folders that have a package.json of their own and so cannot say it themselves.
export * from 'instructor-wasm'
