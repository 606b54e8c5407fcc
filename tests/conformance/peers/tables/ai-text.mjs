// Texts around the object in the AI SDK: the prompt with the schema, and fences around the answer.
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number() })
const user = (content) => ({ role: 'user', content })
const system = (content) => ({ role: 'system', content })
const instruction = { describes: ['name', 'age'], demandsJson: true }
const people = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, { type: 'string' }]))
const nested = z.object({ person: z.object({ name: z.string(), address: z.object({ city: z.string() }) }) })

const inject = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/inject-json-instruction.test.ts',
  defaults: { mode: 'JSON', call: 'request', model: Person },
  cases: [
    {
      test: 'injectJsonInstruction: should handle basic case with prompt and schema',
      params: { messages: [system('Extract a person'), user('Ada is 36')] },
      theirs: { roles: ['system', 'user'], systemBegins: 'Extract a person', ...instruction },
    },
    {
      test: 'injectJsonInstruction: should handle only schema, no prompt',
      params: { messages: [user('Ada is 36')] },
      theirs: { roles: ['system', 'user'], ...instruction },
    },
    {
      test: 'injectJsonInstruction: should handle custom schemaPrefix and schemaSuffix',
      params: { messages: [user('Ada is 36')], schemaPrompt: 'Before: {schema} After.' },
      theirs: { systemBegins: 'Before: {', systemEnds: '} After.' },
    },
    {
      test: 'injectJsonInstruction: should handle empty object schema',
      model: { type: 'object' },
      params: { messages: [user('Something')] },
      theirs: { roles: ['system', 'user'], demandsJson: true },
    },
    {
      test: 'injectJsonInstruction: should handle complex nested schema',
      model: nested,
      theirs: { describes: ['person', 'name', 'address', 'city'] },
    },
    {
      test: 'injectJsonInstruction: should handle schema with special characters',
      model: { type: 'object', properties: { 'a@b': { type: 'string' }, 'face😊': { type: 'string' } } },
      theirs: { describes: ['a@b', 'face😊'] },
    },
    {
      test: 'injectJsonInstruction: should handle very long prompt and schema',
      model: { type: 'object', properties: people },
      params: { messages: [system('A'.repeat(1000)), user('All')] },
      theirs: { systemBegins: 'A'.repeat(1000), describes: Object.keys(people) },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should handle basic case with prompt and schema',
      params: { messages: [system('Extract a person'), user('Ada is 36')] },
      theirs: { roles: ['system', 'user'], systemBegins: 'Extract a person', ...instruction },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should not mutate the input messages array',
      params: { messages: [system('Extract a person'), user('Ada is 36')] },
      theirs: { messagesUnchanged: true },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should handle messages without initial system message',
      params: { messages: [user('Hello'), { role: 'assistant', content: 'Hi there' }] },
      theirs: { roles: ['system', 'user', 'assistant'], ...instruction },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should handle system message with empty content',
      params: { messages: [system(''), user('Ada is 36')] },
      theirs: { roles: ['system', 'user'], ...instruction },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should preserve all non-system messages',
      params: {
        messages: [
          system('Be brief'),
          user('Hello'),
          { role: 'assistant', content: 'Hi' },
          user('Ada is 36'),
        ],
      },
      theirs: {
        roles: ['system', 'user', 'assistant', 'user'],
        systemBegins: 'Be brief',
        others: ['Hello', 'Hi', 'Ada is 36'],
      },
    },
    {
      test: 'injectJsonInstructionIntoMessages: should handle custom schema prefix and suffix',
      params: { messages: [system('Be brief'), user('Ada is 36')], schemaPrompt: 'Schema: {schema} End.' },
      theirs: { systemBegins: 'Be brief', systemEnds: '} End.' },
    },
  ],
  left: [
    [3, 'a prompt without a schema: a call without a response model changes no prompt'],
    [3, 'empty, null and undefined texts of the function itself'],
    [1, 'an empty list of messages: a call without a message is refused'],
  ],
}

const Value = z.object({ value: z.string() })
const tea = { value: 'tea' }
const json = '{"value": "tea"}'
const large = { data: 'x'.repeat(100), nested: { values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } }
const Large = z.object({ data: z.string(), nested: z.object({ values: z.array(z.number()) }) })

const fences = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/middleware/extract-json-middleware.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: Value },
  cases: [
    ['wrapGenerate: should strip markdown json fence from text content', `\`\`\`json\n${json}\n\`\`\``],
    ['wrapGenerate: should strip markdown fence without json tag', `\`\`\`\n${json}\n\`\`\``],
    ['wrapGenerate: should leave text without fences unchanged', json],
    ['wrapGenerate: should use custom transform function when provided', `PREFIX${json}SUFFIX`],
    ['wrapStream: should strip markdown json fence from streamed text', ['```json\n', json, '\n```']],
    ['wrapStream: should strip markdown fence without json tag from streamed text', ['```\n', json, '\n```']],
    ['wrapStream: should leave text without fences unchanged in stream', [json]],
    [
      'wrapStream: should handle fence split across multiple deltas',
      ['`', '``', 'json\n', json, '\n`', '``'],
    ],
    ['wrapStream: should apply custom transform to streamed content', ['PREFIX', json, 'SUFFIX']],
    ['wrapStream: should handle content arriving character by character', [...`\`\`\`json\n${json}\n\`\`\``]],
    ['wrapStream: should handle fence with extra whitespace', ['```json  \n', json, '\n```  ']],
    ['wrapStream: should verify stream output matches expected structure', ['```json\n', json, '\n```']],
    [
      'wrapStream: should handle content starting without backtick quickly switching to streaming',
      ['{', '"value": "tea"', '}'],
    ],
  ]
    .map(([test, answer]) => ({ test, answer, theirs: { value: tea } }))
    .concat([
      {
        test: 'wrapStream: should handle large content exceeding suffix buffer',
        model: Large,
        answer: ['```json\n', JSON.stringify(large), '\n```'],
        theirs: { value: large },
      },
      {
        test: 'wrapStream: should handle content that starts with backtick but is not a fence',
        answer: ['`code`'],
        theirs: { error: { kind: 'no json', text: '`code`' } },
      },
      {
        test: 'wrapStream: should emit text-start when stream ends while still in prefix phase',
        answer: ['``'],
        theirs: { error: { kind: 'no json' } },
      },
      {
        test: 'wrapStream: should handle text-delta without prior text-start',
        answer: ['some text'],
        theirs: { error: { kind: 'no json', text: 'some text' } },
      },
      {
        test: 'wrapStream: should handle empty content between fences',
        answer: ['```json\n```'],
        theirs: { error: { kind: 'no json' } },
      },
      {
        test: 'wrapStream: should handle multiple text blocks with different IDs',
        model: { type: 'object', properties: { second: { type: 'boolean' } }, required: ['second'] },
        answer: ['```json\n', '{"first": true}', '\n```', '```json\n', '{"second": true}', '\n```'],
        theirs: { value: { second: true } },
      },
    ]),
  left: [[2, 'a text next to a call of a tool: the tool has the answer']],
}

export default [inject, fences]
