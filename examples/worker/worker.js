// A Cloudflare Worker: the key stays on the server, the page gets JSON.
//   POST / with a text → { "sentiment": "positive", "reasons": [...] }
import { fromProvider, InstructorError } from 'instructor-wasm'

const Review = {
  title: 'Review',
  type: 'object',
  properties: {
    sentiment: { enum: ['positive', 'neutral', 'negative'] },
    reasons: { type: 'array', items: { type: 'string' } },
  },
  required: ['sentiment', 'reasons'],
}

export default {
  async fetch(request, env) {
    if (request.method !== 'POST') return new Response('POST a review as text', { status: 405 })
    const client = fromProvider(env.MODEL ?? 'openai/gpt-4o-mini', { env, baseURL: env.BASE_URL })
    try {
      const review = await client.create({
        responseModel: Review,
        prompt: `Classify this review:\n\n${await request.text()}`,
        maxRetries: 2,
        signal: request.signal,
      })
      return Response.json(review)
    } catch (error) {
      if (!(error instanceof InstructorError)) throw error
      return Response.json({ error: error.name, message: error.message }, { status: 502 })
    }
  },
}
