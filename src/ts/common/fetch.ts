/** The types of `fetch` and of credentials. */

/** A function with the signature of `fetch`. It is called with the URL and plain options. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** Credentials that are resolved on demand: a token, or a function that returns one. */
export type Token = string | (() => string | Promise<string>)
