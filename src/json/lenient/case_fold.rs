//! Letters and their lower case, for comparing enum values and keys.
//!
//! The case tables of std cover all of Unicode and add 12 KB gzip to the core. The scripts with letter case of living
//! languages are a few ranges, which are listed here. Any other letter is its own lower case, so words in other scripts
//! match only as they are written.

/// The lower case of a Latin, Greek, Cyrillic or Armenian letter; any other character as it is.
pub fn lower(c: char) -> char {
    let code = c as u32;
    let small = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => code + 32,
        0x130 => 0x69,
        0x178 => 0xFF,
        0x1E9E => 0xDF,
        // The two small sigmas are the same letter.
        0x3C2 => 0x3C3,
        0x386 => 0x3AC,
        0x388..=0x38A => code + 37,
        0x38C => 0x3CC,
        0x38E | 0x38F => code + 63,
        0x400..=0x40F => code + 80,
        0x4C0 => 0x4CF,
        0x531..=0x556 => code + 48,
        // Pairs with the capital at the even code, then pairs with the capital at the odd code.
        0x100..=0x137
        | 0x14A..=0x177
        | 0x218..=0x21B
        | 0x460..=0x481
        | 0x48A..=0x4BF
        | 0x4D0..=0x52F
        | 0x1E00..=0x1E95
        | 0x1EA0..=0x1EFF => code | 1,
        0x139..=0x148 | 0x179..=0x17E | 0x4C1..=0x4CE => code + (code & 1),
        _ => code,
    };
    char::from_u32(small).unwrap_or(c)
}

/// Whether a character is a letter or a digit, and not a space, punctuation, symbol, combining accent or emoji.
pub fn in_word(c: char) -> bool {
    match c as u32 {
        code @ 0..=0x7F => (code as u8).is_ascii_alphanumeric(),
        code @ 0x80..=0xBF => matches!(code, 0xAA | 0xB2 | 0xB3 | 0xB5 | 0xB9 | 0xBA | 0xBC..=0xBE),
        0xD7 | 0xF7 | 0x300..=0x36F | 0x37E | 0x387 | 0x55A..=0x55F | 0x589 | 0x58A => false,
        0x5BE | 0x5C0 | 0x5C3 | 0x5F3 | 0x5F4 | 0x60C | 0x61B | 0x61F | 0x6D4 | 0x964 | 0x965 => false,
        0x2000..=0x2070 | 0x207A..=0x207E | 0x208A..=0x208E | 0x20A0..=0x20F0 | 0x2190..=0x245F => false,
        0x2500..=0x2BFF | 0x2E00..=0x2E7F | 0x3000..=0x3004 | 0x3008..=0x3020 | 0x3030 | 0x30FB => false,
        0xE000..=0xF8FF | 0xFE00..=0xFE6F | 0xFEFF | 0xFF00..=0xFF0F | 0xFF1A..=0xFF20 => false,
        0xFF3B..=0xFF40 | 0xFF5B..=0xFF65 | 0xFFE0..=0xFFFF | 0x1F000..=0x1F0FF | 0x1F200..=0x1FAFF => false,
        0xE0000.. => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_unicodes_own_wherever_a_letter_is_changed() {
        for c in '\0'..='\u{1EFF}' {
            let small = lower(c);
            if small != c && !['İ', 'ς'].contains(&c) {
                assert!(c.to_lowercase().eq([small]), "{c} became {small}");
            }
        }
        assert_eq!("ÀÉÑŽŠŐĄŁẞ ΆΏΣς ЁЖЯҐӀ ԱՖ ẾỸ".chars().map(lower).collect::<String>(), "àéñžšőąłß άώσσ ёжяґӏ աֆ ếỹ");
    }

    #[test]
    fn no_letter_of_a_living_alphabet_with_cases_is_forgotten() {
        for range in ['A'..='Z', 'À'..='ž', 'Ά'..='Ϋ', 'Ѐ'..='ԯ', 'Ա'..='Ֆ', 'Ḁ'..='ỿ'] {
            for c in range.filter(|c| c.is_uppercase()) {
                assert!(lower(c) != c, "{c} is left as it is");
            }
        }
    }

    #[test]
    fn a_word_is_made_of_letters_and_digits_of_any_script() {
        assert!("aZ09éßΩяҐאبक日本語ひカ한ªº½²".chars().all(in_word));
        assert!(
            !" \u{a0}-_.,;:!?'\"´`«»“”„‘’…–—·•×÷€$£°%&/()[]{}、。「」・！（）～，。：😀✅→★\u{301}\u{fe0f}\u{200d}।،؟"
                .chars()
                .any(in_word)
        );
    }
}
