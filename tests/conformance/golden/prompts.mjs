// Texts of Python Instructor that the rules look for.

/** Python's schema prompt: text, schema, text, with the indentation of its source. */
export const pythonPrompt =
  /\n? *As a genius expert, your task is to understand the content and provide\n *the parsed objects in json that match the following json_schema:\n\s*(\{[\s\S]*?\n\})\n\s*Make sure to return an instance of the JSON, not the schema itself\n?(?: *and don't include any other text in the response apart from the json\n?)?/

/** Ours: one sentence, then the schema. */
export const ourPrompt =
  'Answer with one JSON object that is an instance of this JSON Schema. Give the instance itself, not the schema.\n\n'

/** Python's schema prompt with this schema. */
export const asPython = (schema) =>
  `
As a genius expert, your task is to understand the content and provide
the parsed objects in json that match the following json_schema:

${JSON.stringify(schema, null, 2)}

Make sure to return an instance of the JSON, not the schema itself
`

/** What MD_JSON appends to the last user message. */
export const fenceWords =
  '\n\nReturn the correct JSON response within a ```json codeblock. not the JSON_SCHEMA'

/** What precedes the notation of types in our prompts. */
export const ourTypes = 'Given a user prompt, return fully valid JSON in this form and no other prose:\n'

/** The same next to a schema that the server enforces. */
export const enforcedTypes = 'Answer with one JSON object in this form, with the values from the text:\n'

/** What MD_JSON appends after the notation of types. */
export const ourFence = 'Return the JSON in a ```json codeblock.'
