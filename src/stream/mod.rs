//! Framings: bytes of a streamed body to frames (SSE, NDJSON, AWS event stream).
