//! The AWS event stream (`application/vnd.amazon.eventstream`): binary frames with checksums.
//!
//! ```text
//! 0   4  length of the whole frame        big endian
//! 4   4  length of the headers
//! 8   4  CRC32 of bytes 0..8
//! 12  H  headers: [name length][name][type][value]
//!     P  payload
//!     4  CRC32 of everything before
//! ```
//!
//! With an `exception` or `error` frame the service reports that the response failed: the stream ends with an [`Error`]
//! whose `code` is the exception's name. An incomplete frame at the end means that the connection was cut.

use super::too_large;
use crate::error::{Error, Kind};
use crate::jsontext;

/// One event frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The header `:event-type`, or an empty text.
    pub event_type: &'a str,
    /// The header `:content-type`, or an empty text.
    pub content_type: &'a str,
    pub payload: &'a [u8],
}

/// Called with every frame in order; an error stops the push, which returns it.
type OnFrame<'f> = dyn FnMut(Frame) -> Result<(), Error> + 'f;

const PRELUDE: usize = 12;
const CHECKSUM: usize = 4;
/// The limits of AWS: 128 KiB of headers, 16 MiB of payload.
const MAX_HEADERS: usize = 128 * 1024;
const MAX_FRAME: usize = 16 * 1024 * 1024 + MAX_HEADERS + PRELUDE + CHECKSUM;

pub struct EventStreamDecoder {
    /// A frame whose end is in a later chunk.
    pending: Vec<u8>,
    limit: usize,
}

impl Default for EventStreamDecoder {
    fn default() -> Self {
        EventStreamDecoder::new()
    }
}

impl EventStreamDecoder {
    pub fn new() -> Self {
        EventStreamDecoder::with_limit(MAX_FRAME)
    }

    /// A decoder that refuses frames of more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        EventStreamDecoder { pending: Vec::new(), limit }
    }

    /// Reads the next bytes of the body and passes on every frame that they complete.
    pub fn push(&mut self, bytes: &[u8], on: &mut OnFrame) -> Result<(), Error> {
        let mut rest = bytes;
        while !self.pending.is_empty() && !rest.is_empty() {
            // The prelude comes first: it contains the length of the frame.
            let wanted = match self.pending.get(..PRELUDE) {
                Some(prelude) => self.frame_length(prelude)?,
                None => PRELUDE,
            };
            let (part, after) = rest.split_at(rest.len().min(wanted - self.pending.len()));
            self.pending.extend_from_slice(part);
            rest = after;
            if let Some(prelude) = self.pending.get(..PRELUDE)
                && self.pending.len() == self.frame_length(prelude)?
            {
                let outcome = deliver(&self.pending, on);
                self.pending.clear();
                outcome?;
            }
        }
        while let Some(prelude) = rest.get(..PRELUDE) {
            let length = self.frame_length(prelude)?;
            let Some((frame, after)) = rest.split_at_checked(length) else { break };
            deliver(frame, on)?;
            rest = after;
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    /// Ends the body. An incomplete frame is an error: the connection was cut.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            Kind::IncompleteOutput,
            format!(
                "The event stream ended inside a frame ({} bytes left over): the connection was cut.",
                self.pending.len()
            ),
        ))
    }

    /// Checks the prelude and returns the length of the frame.
    fn frame_length(&self, prelude: &[u8]) -> Result<usize, Error> {
        let mut reader = Reader(prelude);
        let (length, headers) = (reader.u32()? as usize, reader.u32()? as usize);
        if reader.u32()? != crc32(prelude.get(..8).unwrap_or_default()) {
            return Err(broken("the prelude's checksum is wrong"));
        }
        if length > self.limit {
            return Err(too_large(self.limit));
        }
        if headers > MAX_HEADERS || length < PRELUDE + CHECKSUM || headers > length - PRELUDE - CHECKSUM {
            return Err(broken("the lengths do not add up"));
        }
        Ok(length)
    }
}

/// Parses one whole frame and passes it on.
fn deliver(frame: &[u8], on: &mut OnFrame) -> Result<(), Error> {
    let Some((content, checksum)) = frame.split_last_chunk::<CHECKSUM>() else {
        return Err(broken("it is too short"));
    };
    if u32::from_be_bytes(*checksum) != crc32(content) {
        return Err(broken("the message's checksum is wrong"));
    }
    let mut reader = Reader(content);
    reader.u32()?;
    let headers_length = reader.u32()? as usize;
    reader.u32()?;
    let mut headers = Reader(reader.take(headers_length)?);
    let payload = reader.0;

    let (mut message_type, mut event_type, mut content_type) = ("", "", "");
    let (mut code, mut message) = ("", "");
    while !headers.0.is_empty() {
        let length = headers.u8()? as usize;
        if length == 0 {
            return Err(broken("a header has no name"));
        }
        let name = headers.text(length)?;
        let Some(value) = headers.value()? else { continue };
        match name {
            ":message-type" => message_type = value,
            ":event-type" => event_type = value,
            ":content-type" => content_type = value,
            ":exception-type" | ":error-code" => code = value,
            ":error-message" => message = value,
            _ => {}
        }
    }
    if message_type == "exception" || message_type == "error" {
        return Err(failure(code, message, payload));
    }
    on(Frame { event_type, content_type, payload })
}

/// The error of an `exception` or `error` frame.
fn failure(code: &str, message: &str, payload: &[u8]) -> Error {
    let body = jsontext::from_slice(payload).unwrap_or(serde_json::Value::Null);
    let told =
        body.get("message").or_else(|| body.get("Message")).and_then(serde_json::Value::as_str).unwrap_or(message);
    let mut text = String::from("The provider failed in the middle of the stream: ");
    text.push_str(if code.is_empty() { "error" } else { code });
    if !told.is_empty() {
        text.push_str(": ");
        text.push_str(told);
    }
    Error::new(Kind::Provider, text).with("code", code).with("body", body)
}

fn broken(what: &str) -> Error {
    // Damaged in transit: the same request may succeed.
    Error::new(Kind::Provider, format!("The event stream holds a frame that can't be read: {what}."))
        .with("retryable", true)
}

/// Reads big-endian fields off the front of a slice.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(|| broken("a field is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or_else(|| broken("a field is cut off"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, Error> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn text(&mut self, length: usize) -> Result<&'a str, Error> {
        std::str::from_utf8(self.take(length)?).map_err(|_| broken("a header is not UTF-8"))
    }

    /// A header's value if it is a string. Values of the other types are skipped: the supported services do not use them.
    fn value(&mut self) -> Result<Option<&'a str>, Error> {
        let size = match self.u8()? {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            6 => u16::from_be_bytes(self.array()?) as usize,
            7 => {
                let length = u16::from_be_bytes(self.array()?) as usize;
                return self.text(length).map(Some);
            }
            9 => 16,
            _ => return Err(broken("a header has an unknown type")),
        };
        self.take(size)?;
        Ok(None)
    }
}

/// CRC-32 (IEEE), four bits at a time: the table has a sixteenth of the usual size, and frames are small.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut index = 0;
        while index < 16 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        crc = TABLE[(crc & 15) as usize] ^ (crc >> 4);
        crc = TABLE[(crc & 15) as usize] ^ (crc >> 4);
    }
    !crc
}
