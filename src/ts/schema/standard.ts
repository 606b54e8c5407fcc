/**
 * Standard Schema (standardschema.dev) and Standard JSON Schema, reduced to the members that are used. Declared here
 * because the package has no dependencies, not even for types.
 */

/** A schema that validates: Zod, Valibot, ArkType, Effect (`Schema.toStandardSchemaV1`), … */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardProps<Input, Output>
}

export interface StandardProps<Input = unknown, Output = Input> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
  /** Standard JSON Schema: the same model as JSON Schema, for its input and its output. */
  readonly jsonSchema?: {
    readonly input: (options: {
      readonly target: string
      readonly libraryOptions?: Record<string, unknown>
    }) => Record<string, unknown>
    readonly output: (options: { readonly target: string }) => Record<string, unknown>
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
