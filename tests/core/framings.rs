//! Framings for tests: the decoders' output for bytes in pieces, and frames to feed them with. The fuzz targets include
//! this file too, and each uses a part of it.
#![allow(dead_code)]

use instructor_wasm::machinery::stream::{LineDecoder, SseDecoder, SseEvent};

/// The events, as name and data, of a body that arrives in these pieces.
pub fn sse(pieces: &[&[u8]]) -> Vec<(String, String)> {
    let mut events = Vec::new();
    let mut decoder = SseDecoder::new();
    let mut on = |event: SseEvent| {
        events.push((event.event.to_owned(), event.data.to_owned()));
        Ok(())
    };
    for piece in pieces {
        decoder.push(piece, &mut on).unwrap();
    }
    decoder.finish(&mut on).unwrap();
    events
}

/// The lines of a body that arrives in these pieces.
pub fn lines(pieces: &[&[u8]]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut decoder = LineDecoder::new();
    let mut on = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    for piece in pieces {
        decoder.push(piece, &mut on).unwrap();
    }
    decoder.finish(&mut on).unwrap();
    lines
}

/// The checksum of an AWS event stream.
pub fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    (!crc).to_be_bytes()
}

/// A frame of an AWS event stream: its text headers and its payload, with their checksums.
pub fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(name.len() as u8);
        head.extend(name.as_bytes());
        head.push(7);
        head.extend((value.len() as u16).to_be_bytes());
        head.extend(value.as_bytes());
    }
    let mut out = ((head.len() + payload.len() + 16) as u32).to_be_bytes().to_vec();
    out.extend((head.len() as u32).to_be_bytes());
    out.extend(crc(&out));
    out.extend(head);
    out.extend(payload);
    out.extend(crc(&out));
    out
}
