//! Replaces `data-encoding`, of which `jsonschema` uses five decoders, for `contentEncoding`.
//!
//! The crate's tables and its decoder (instantiated for each number of bits) add more than 6 KB gzip;
//! `contentEncoding` is rare in answers, so a loop over an alphabet is enough. An encoding is an alphabet with 2, 4,
//! 5 or 6 bits per character; as RFC 4648 requires, a text is padded to whole groups and the remaining bits are zero.

pub struct Encoding {
    alphabet: &'static [u8],
    /// Bits per character.
    bits: u32,
    /// Characters per group, which encode whole bytes.
    group: usize,
}

/// RFC 4648, section 4.
pub const BASE64: Encoding =
    Encoding { alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6, group: 4 };
/// RFC 4648, section 5.
pub const BASE64URL: Encoding =
    Encoding { alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6, group: 4 };
/// RFC 4648, section 6.
pub const BASE32: Encoding = Encoding { alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 };
/// RFC 4648, section 7.
pub const BASE32HEX: Encoding = Encoding { alphabet: b"0123456789ABCDEFGHIJKLMNOPQRSTUV", bits: 5, group: 8 };
/// RFC 4648, section 8.
pub const HEXUPPER: Encoding = Encoding { alphabet: b"0123456789ABCDEF", bits: 4, group: 2 };

/// The text is not of this encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError;

impl Encoding {
    pub fn decode(&self, text: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
        let digits = text.get(..text.len() - padding).unwrap_or_default();
        // The bits of the last group that do not fill a byte must be fewer than one digit's, otherwise a digit is
        // superfluous.
        let spare = digits.len() % self.group * self.bits as usize % 8;
        if !text.len().is_multiple_of(self.group) || padding >= self.group || spare >= self.bits as usize {
            return Err(DecodeError);
        }
        let mut bytes = Vec::with_capacity(digits.len() * self.bits as usize / 8);
        let (mut held, mut count) = (0u32, 0);
        for digit in digits {
            let value = self.alphabet.iter().position(|one| one == digit).ok_or(DecodeError)?;
            held = held << self.bits | value as u32;
            count += self.bits;
            if count >= 8 {
                count -= 8;
                bytes.push((held >> count) as u8);
                held &= (1 << count) - 1;
            }
        }
        if held == 0 { Ok(bytes) } else { Err(DecodeError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_are_read() {
        for (encoding, texts) in [
            (BASE64, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]),
            (BASE64URL, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]),
            (BASE32, ["", "MY======", "MZXQ====", "MZXW6===", "MZXW6YQ=", "MZXW6YTB", "MZXW6YTBOI======"]),
            (BASE32HEX, ["", "CO======", "CPNG====", "CPNMU===", "CPNMUOG=", "CPNMUOJ1", "CPNMUOJ1E8======"]),
            (HEXUPPER, ["", "66", "666F", "666F6F", "666F6F62", "666F6F6261", "666F6F626172"]),
        ] {
            for (length, text) in texts.iter().enumerate() {
                assert_eq!(encoding.decode(text.as_bytes()).as_deref(), Ok(&b"foobar"[..length]), "{text}");
            }
        }
        assert_eq!(BASE64.decode(b"+/+/").as_deref(), Ok(&[0xFB, 0xFF, 0xBF][..]));
        assert_eq!(BASE64URL.decode(b"-_-_").as_deref(), Ok(&[0xFB, 0xFF, 0xBF][..]));
    }

    #[test]
    fn a_text_with_an_invalid_character_or_padding_or_remaining_bits_is_refused() {
        for text in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm8=Zm8=", "Z===", "====", "Zm9v====", "Zm v", "Zm9-", "=Zm9"] {
            assert_eq!(BASE64.decode(text.as_bytes()), Err(DecodeError), "{text}");
        }
        for text in ["M=======", "MZX=====", "MZXW6Y==", "MZ======", "mzxw6ytb", "MZXW6YT1", "========"] {
            assert_eq!(BASE32.decode(text.as_bytes()), Err(DecodeError), "{text}");
        }
        for text in ["6", "6=", "6g", "ff"] {
            assert_eq!(HEXUPPER.decode(text.as_bytes()), Err(DecodeError), "{text}");
        }
    }
}
