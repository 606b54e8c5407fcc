// Packages that the docs mention and the tests do not install, reduced to what the snippets use.
declare module '@mlc-ai/web-llm' {
  export function CreateMLCEngine(
    model: string,
    config?: { initProgressCallback?: (report: { text: string; progress: number }) => void },
  ): Promise<{ chat: { completions: { create(request: object): Promise<unknown> } } }>
}
