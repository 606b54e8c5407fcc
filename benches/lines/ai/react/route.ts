import { openai } from '@ai-sdk/openai'
import { Output, streamText } from 'ai'
import { Report } from './report'

export async function POST(request: Request) {
  const prompt = `A report on ${await request.json()}`
  const output = Output.object({ schema: Report })
  return streamText({ model: openai('gpt-4o-mini'), output, prompt }).toTextStreamResponse()
}
