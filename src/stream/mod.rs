//! Framings: bytes of a streamed body to frames (docs/internals/wire-formats.md#framings).
//!
//! There are three decoders without I/O: the caller pushes the bytes of a chunk and receives every complete frame, in
//! order; `finish` ends the body.
//!
//! ```text
//! bytes ─▶ SseDecoder          ─▶ SseEvent {event, data}     OpenAI, Anthropic, Gemini, Mistral, Cohere …
//! bytes ─▶ LineDecoder         ─▶ &str                        NDJSON: Ollama
//! bytes ─▶ EventStreamDecoder  ─▶ Frame {event_type, payload} AWS: Bedrock
//! ```
//!
//! A frame that is whole in one chunk is passed on as a slice of the chunk; only frames across chunks are copied. Every
//! byte is read once, so the cost does not depend on the size of the chunks. A size limit bounds the memory for a stream
//! without frame ends.

mod eventstream;
mod ndjson;
mod sse;

pub use eventstream::{EventStreamDecoder, Frame};
pub use ndjson::LineDecoder;
pub use sse::{SseDecoder, SseEvent, SseSink};

use crate::error::{Error, Kind};
use std::borrow::Cow;

/// The default limit of a single frame, in bytes. A frame usually contains one delta of at most a few kilobytes.
pub const DEFAULT_FRAME_LIMIT: usize = 16 * 1024 * 1024;

pub fn too_large(limit: usize) -> Error {
    Error::new(
        Kind::Provider,
        format!("One event of the stream is larger than {limit} bytes; the server does not send what it announced."),
    )
}

/// The position of the first LF or CR of `bytes`.
fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2(b'\n', b'\r', bytes)
}

/// The text of `bytes`; invalid UTF-8 becomes U+FFFD. (`from_utf8_lossy` is slower for valid text.)
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
