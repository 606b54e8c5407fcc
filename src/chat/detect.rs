//! `autodetect`: strings in a message that are the address of a file or its bytes in base64 become parts of their kind.
//!
//! Off by default, because a user's text could then make the provider fetch a URL. Nothing is fetched here.

use crate::chat::file_type::{is_base64, sniff};
use crate::obj;
use serde_json::Value;

/// The kind of a file by the extension of its path.
const ENDINGS: &[(&str, &str)] = &[
    (".png", "image"),
    (".jpg", "image"),
    (".jpeg", "image"),
    (".gif", "image"),
    (".webp", "image"),
    (".wav", "audio"),
    (".mp3", "audio"),
    (".flac", "audio"),
    (".ogg", "audio"),
    (".m4a", "audio"),
    (".pdf", "document"),
];

/// The kind of file that a string is the address or the bytes of.
fn kind(text: &str) -> Option<&'static str> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let of = |media: &str| match media.split('/').next() {
        Some("image") => Some("image"),
        Some("audio") => Some("audio"),
        _ if media == "application/pdf" => Some("document"),
        _ => None,
    };
    if let Some(rest) = text.strip_prefix("data:") {
        return of(rest.split([';', ',']).next().unwrap_or_default());
    }
    if !["https://", "http://", "gs://", "s3://"].iter().any(|scheme| text.starts_with(scheme)) {
        return sniff(text).filter(|_| is_base64(text)).and_then(of);
    }
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, kind)| *kind)
}

/// Replaces such strings in the user's messages by parts.
#[inline(never)]
pub fn detect(messages: &mut [Value]) {
    for message in messages {
        if message.get("role").and_then(Value::as_str) != Some("user") {
            continue;
        }
        match message.get_mut("content") {
            Some(Value::Array(parts)) => parts.iter_mut().for_each(part),
            Some(content @ Value::String(_)) => {
                part(content);
                if content.is_object() {
                    *content = Value::Array(vec![content.take()]);
                }
            }
            _ => {}
        }
    }
}

fn part(value: &mut Value) {
    if let Some(text) = value.as_str()
        && let Some(kind) = kind(text)
    {
        *value = obj! { "type": kind, "source": text };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn detected(content: Value) -> Value {
        let mut messages = [json!({ "role": "user", "content": content })];
        detect(&mut messages);
        messages[0]["content"].clone()
    }

    #[test]
    fn urls_and_data_urls_become_parts_of_their_kind() {
        let found =
            detected(json!(["Look:", "https://a.b/c.PNG?x=1", "data:audio/wav;base64,AA==", "http://a.b/c.pdf"]));
        assert_eq!(
            found,
            json!([
                "Look:",
                { "type": "image", "source": "https://a.b/c.PNG?x=1" },
                { "type": "audio", "source": "data:audio/wav;base64,AA==" },
                { "type": "document", "source": "http://a.b/c.pdf" },
            ])
        );
    }

    #[test]
    fn a_message_that_is_only_an_image_becomes_a_list_of_one_part() {
        assert_eq!(detected(json!("https://a.b/c.gif")), json!([{ "type": "image", "source": "https://a.b/c.gif" }]));
    }

    #[test]
    fn text_that_only_mentions_a_url_stays_text() {
        for text in ["see https://a.b/c.png", "https://a.b/page", "file:///etc/x.png", "data:text/plain,hello"] {
            assert_eq!(detected(json!(text)), json!(text));
        }
    }

    #[test]
    fn addresses_of_stores_and_base64_become_parts_of_their_kind() {
        let files: [(&str, &[u8]); 14] = [
            ("image", b"\x89PNG\r\n\x1a\n"),
            ("image", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("image", b"\xff\xd8\xff\xdb"),
            ("image", b"GIF89a"),
            ("image", b"GIF87a"),
            ("image", b"RIFF\x10\0\0\0WEBPVP8 "),
            ("audio", b"RIFF\x10\0\0\0WAVEfmt "),
            ("audio", b"ID3\x04\0"),
            ("audio", b"ID3\x03\0"),
            ("audio", b"fLaC\0\0\0\x22"),
            ("audio", b"OggS\0"),
            ("audio", b"\0\0\0\x20ftypM4A "),
            ("document", b"%PDF-1.7"),
            ("document", b"%PDF-2.0"),
        ];
        for (kind, start) in files {
            for size in [30, 31, 32, 5000] {
                let bytes: Vec<u8> = start.iter().copied().chain((0..).map(|i| (i * 37) as u8)).take(size).collect();
                for padded in [true, false] {
                    let text = encoded(&bytes, padded);
                    let found = detected(json!(["Look:", text]));
                    assert_eq!(found[1], json!({ "type": kind, "source": text }), "{start:?}");
                }
            }
        }
        for (address, kind) in
            [("gs://b/a.png", "image"), ("gs://b/x/a.MP3", "audio"), ("s3://b/c.pdf?v=1", "document")]
        {
            assert_eq!(detected(json!([address]))[0], json!({ "type": kind, "source": address }));
        }
    }

    #[test]
    fn mp3_without_a_tag_is_known_by_two_frames() {
        // MPEG 1 with 128 kbit/s and 44.1 kHz; MPEG 2 with 64 kbit/s and 24 kHz, padded; with a checksum.
        for (header, length) in
            [([0xff, 0xfb, 0x90, 0x64], 417), ([0xff, 0xf3, 0x86, 0xc4], 193), ([0xff, 0xfa, 0xb0, 0x40], 626)]
        {
            let mut bytes = vec![0x55; 2000];
            bytes[..4].copy_from_slice(&header);
            assert!(detected(json!([encoded(&bytes, true)]))[0].is_string(), "one frame is not enough");
            bytes[length..length + 4].copy_from_slice(&header);
            assert_eq!(detected(json!([encoded(&bytes, true)]))[0]["type"], "audio", "{header:?}");
            bytes[length + 1] ^= 0x08;
            assert!(detected(json!([encoded(&bytes, true)]))[0].is_string(), "another version");
        }
    }

    #[test]
    fn text_that_begins_like_a_file_stays_text() {
        let png = encoded(b"\x89PNG\r\n\x1a\n and some more bytes of it", true);
        for text in [
            "iVBORw0KGgo",
            "iVBORw0KGgo= is how a PNG file begins",
            "JVBERi0xLjcKJcfsj6IKNSAwIG9iago8PC9MZW5ndGg, a PDF file",
            "/9j/this/is/a/path/of/some/length/and/not/an/image",
            "SUQzabcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
            "R0lGODlh-this.is:not base64 at all, whatever it begins with",
            "UklGRhAAAABXQVZFZm10IBAAAAABAAEA!!",
            "//some/comment/that/is/long/enough/to/be/a/file/of/sound",
            "gs://bucket/folder",
            "gs://bucket/a.png is the file",
            "aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IG9mIHRleHQ=",
            "",
            "=",
            &format!("{png}="),
            &format!("{png}\n{png}"),
            &png.replace("YW5k", "Y=5k"),
        ] {
            assert_eq!(detected(json!([text, "x"])), json!([text, "x"]), "{text}");
        }
    }

    #[test]
    fn no_word_is_a_file() {
        // Words, identifiers and keys of base64 characters, of every length around the bound.
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/";
        let mut state = 1_u64;
        for round in 0..200_000 {
            let text: String = (0..24 + round % 40)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    char::from(letters[(state >> 33) as usize % letters.len()])
                })
                .collect();
            assert!(kind(&text).is_none(), "{text}");
        }
    }

    fn encoded(bytes: &[u8], padded: bool) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for group in bytes.chunks(3) {
            let word =
                group.iter().fold(0_usize, |word, byte| word << 8 | usize::from(*byte)) << (8 * (3 - group.len()));
            for i in 0..4 {
                match i <= group.len() {
                    true => out.push(char::from(LETTERS[word >> (18 - 6 * i) & 63])),
                    false if padded => out.push('='),
                    false => {}
                }
            }
        }
        out
    }

    #[test]
    fn only_the_users_messages_are_converted() {
        let mut messages = [json!({ "role": "system", "content": "https://a.b/c.png" })];
        let before = messages.clone();
        detect(&mut messages);
        assert_eq!(messages, before);
    }
}
