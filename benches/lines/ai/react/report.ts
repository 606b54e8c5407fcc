import * as z from 'zod'

export const Report = z.object({ title: z.string(), points: z.array(z.string()) })
