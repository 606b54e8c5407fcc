/** The types of `fetch` and of credentials. */

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** Credentials that are resolved on demand: a token, or a function that returns one. */
export type Token = string | (() => string | Promise<string>)
