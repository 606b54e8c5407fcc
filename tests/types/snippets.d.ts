// Names that the snippets of the docs use without declaring them.

import type * as library from 'instructor-wasm'
import type { DeepPartial, Instructor } from 'instructor-wasm'
import type * as z from 'zod'

declare global {
  const fromProvider: typeof library.fromProvider
  const client: Instructor
  const apiKey: string
  const env: { readonly KV: library.KvNamespace }
  const accessToken: string
  const untrusted: string
  const User: z.ZodObject<{ name: z.ZodString; age: z.ZodNumber }>
  const Order: z.ZodObject<{ id: z.ZodString }>
  const Summary: z.ZodObject<{ title: z.ZodString; rows: z.ZodArray<z.ZodString> }>
  const someSchema: { readonly [keyword: string]: unknown }
  function render(partial: DeepPartial<z.infer<typeof Summary>>): void
  function save(one: unknown): void
  const myModel: { answer(body: object): Promise<object> }
}
