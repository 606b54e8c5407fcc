//! Schemas: the response model, rendering into an API dialect, restoring the answer.
