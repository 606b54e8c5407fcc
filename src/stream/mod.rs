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
//! A frame that lies whole inside one pushed chunk is handed out as a slice of it; only what a chunk boundary
//! cuts is copied. Every byte is looked at once, so a server that sends one byte at a time costs no more than
//! one that sends all at once, and a size limit keeps a stream without frame ends from filling the memory.

mod eventstream;
mod ndjson;
mod sse;

pub use eventstream::{EventStreamDecoder, Frame};
pub use ndjson::LineDecoder;
pub use sse::{SseDecoder, SseEvent, SseSink};

use crate::error::{Error, Kind};
use std::borrow::Cow;

/// The largest single frame taken unless the caller says otherwise (a frame holds one delta: kilobytes).
pub const DEFAULT_FRAME_LIMIT: usize = 16 * 1024 * 1024;

pub fn too_large(limit: usize) -> Error {
    Error::new(
        Kind::Provider,
        format!("One event of the stream is larger than {limit} bytes; the server does not send what it announced."),
    )
}

/// The first LF or CR of `bytes`.
fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2(b'\n', b'\r', bytes)
}

/// Text out of bytes; what is not UTF-8 becomes U+FFFD. (`from_utf8_lossy` alone is slow: it looks for errors first.)
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
