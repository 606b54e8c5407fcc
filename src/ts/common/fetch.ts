/** The types of `fetch` and of credentials. */

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** Credentials that are found when they are needed: a token, or a function that answers one. */
export type Token = string | (() => string | Promise<string>)
