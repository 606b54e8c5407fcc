import { fromProvider } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import { Report } from './report'

export const POST = serve({
  client: fromProvider('openai/gpt-4o-mini'),
  models: { report: { responseModel: Report, prompt: (topic) => `A report on ${topic}` } },
})
