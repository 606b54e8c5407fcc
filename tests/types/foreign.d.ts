// Packages that the docs name and the tests do not install, as far as the snippets use them.
declare module '@mlc-ai/web-llm' {
  export function CreateMLCEngine(
    model: string,
    config?: { initProgressCallback?: (report: { text: string; progress: number }) => void },
  ): Promise<{ chat: { completions: { create(request: object): Promise<unknown> } } }>
}
