//! The type of a file by its first bytes, read from its base64. Only these are decoded, so a large file costs no time.

/// The first bytes of each type; `?` is any byte.
const KNOWN: &[(&str, &[u8])] = &[
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/gif", b"GIF87a"),
    ("image/gif", b"GIF89a"),
    ("image/webp", b"RIFF????WEBP"),
    ("audio/wav", b"RIFF????WAVE"),
    ("audio/flac", b"fLaC\0\0\0\x22"),
    ("audio/ogg", b"OggS\0"),
    ("audio/mp4", b"\0\0\0?ftypM4A"),
    ("application/pdf", b"%PDF-"),
];

/// The media type of a file in base64 of either alphabet, without `data:`.
pub fn sniff(base64: &str) -> Option<&'static str> {
    // Zeros follow the end.
    let at = |place: usize| byte(base64.as_bytes(), place).unwrap_or_default();
    let starts = |magic: &[u8]| magic.iter().zip(0..).all(|(wanted, i)| *wanted == b'?' || *wanted == at(i));
    if let Some((media, _)) = KNOWN.iter().find(|(_, magic)| starts(magic)) {
        return Some(media);
    }
    // A marker follows the first one; an ID3 tag has a version.
    if starts(b"\xff\xd8\xff") && at(3) >= 0xc0 {
        return Some("image/jpeg");
    }
    let tagged = starts(b"ID3") && at(3).wrapping_sub(2) < 3 && at(4) == 0;
    (tagged || two_frames(at)).then_some("audio/mpeg")
}

/// Whether a text is base64 from its first to its last character, long enough to be a file.
pub fn is_base64(text: &str) -> bool {
    let text = text.as_bytes();
    let data = text.iter().position(|character| six(*character).is_none()).unwrap_or(text.len());
    let rest = text.get(data..).unwrap_or_default();
    text.len() >= 32 && data % 4 != 1 && matches!(rest, [] | [b'='] | [b'=', b'='])
}

/// Two frames of MP3 follow each other: the second header is where the first one ends, and agrees with it.
fn two_frames(at: impl Fn(usize) -> u8) -> bool {
    // Layer III of MPEG 1, or of MPEG 2, with a checksum or without.
    let first = at(1) | 1;
    let rate = match at(2) & 0x0c {
        0 => 44100,
        0x04 => 48000,
        0x08 => 32000,
        _ => return false,
    };
    let speed = usize::from(at(2) >> 4).wrapping_sub(1);
    if at(0) != 0xff || (first != 0xfb && first != 0xf3) || speed > 13 {
        return false;
    }
    // Kilobits per second: 32, 40, 48, 56, 64, 80 … 320, or 8, 16 … 64, 80 … 160.
    let kilobits = match first {
        0xfb => (4 + speed % 4) << (speed / 4 + 3),
        _ if speed < 8 => 8 * (speed + 1),
        _ => 16 * (speed - 3),
    };
    let next = 144_000 * kilobits / rate + usize::from(at(2) >> 1 & 1);
    at(next) == 0xff && at(next + 1) == at(1) && at(next + 2) & 0x0c == at(2) & 0x0c
}

/// The byte at a place of the decoded file.
fn byte(base64: &[u8], place: usize) -> Option<u8> {
    let first = place / 3 * 4 + place % 3;
    let [high, low] = [six(*base64.get(first)?)?, six(*base64.get(first + 1)?)?];
    let shift = 2 * (place % 3);
    Some(high << (2 + shift) | low >> (4 - shift))
}

/// The six bits of a character.
fn six(character: u8) -> Option<u8> {
    Some(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}
