// The built package by its name, for folders that have their own package.json and cannot resolve it.
export * from 'instructor-wasm'
