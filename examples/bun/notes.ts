/** What the page gets, for both sides. */
import * as z from 'zod'

export const Notes = z.object({
  title: z.string(),
  summary: z.string().describe('two sentences'),
  tasks: z.array(z.object({ task: z.string(), owner: z.string().nullable() })),
})
