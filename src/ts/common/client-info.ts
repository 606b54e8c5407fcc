import type { Part } from './parts.js'

/** What the core reports about a client (`CoreClient.info`). */
export interface ClientInfo {
  readonly provider: string
  readonly model: string
  readonly mode: string
  readonly baseURL: string
  readonly modes: readonly string[]
  readonly warnings?: readonly string[]
  /** Every part of the core that a call may run; from the registry those that make its request. */
  readonly parts: readonly Part[]
}
