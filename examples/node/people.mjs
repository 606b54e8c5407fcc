/** The people that a text mentions, as a model finds them. */
import * as z from 'zod'

export const Person = z.object({
  name: z.string(),
  age: z.number().int().nullable().describe('in years, if the text states it'),
  skills: z.array(z.string()),
})

/**
 * Each person as soon as it is complete and valid. Leaving the loop cancels the request.
 *
 * @param {import('instructor-wasm').Instructor} client
 * @param {string} text
 */
export const findPeople = (client, text) =>
  client.createIterable({ responseModel: Person, prompt: `List the people in this text:\n\n${text}` })
