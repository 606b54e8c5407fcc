//! The normalised name of a model, independent of its host's spelling.
//!
//! Hosts spell one model in many ways: `anthropic/claude-opus-5.5`, `us.anthropic.claude-opus-5-5-20261001-v1:0`,
//! `Claude-Opus-5-5@latest`, `databricks-claude-opus-5-5`, `ft:gpt-4o:org::id`, a whole ARN. Rules see one form: lower
//! case, dashes between the parts of a version, no vendor prefix and no tag.

/// Prefixes that hosts add to the names of models.
pub(super) const HOSTS: &[&str] = &["databricks-", "openai-", "azure-"];

pub struct Name {
    /// With the vendor and other prefixes.
    whole: String,
    /// The index of the model's first byte.
    at: usize,
    /// The tag is `:thinking` (gateways).
    pub thinking: bool,
}

impl Name {
    pub fn of(model: &str) -> Name {
        let model = model.strip_prefix("ft:").unwrap_or(model);
        // A tag: `:free`, `:8b`, `-v1:0`, `:org::id`. Colons before the last slash belong to an ARN.
        let last = model.rfind('/').map_or(0, |slash| slash + 1);
        let tag = model.get(last..).and_then(|last| last.find(':')).map_or(model.len(), |colon| last + colon);
        let bytes = model.as_bytes().get(..tag).unwrap_or_default();
        let mut whole = String::with_capacity(tag);
        let mut at = 0;
        for (i, byte) in bytes.iter().enumerate() {
            let next = bytes.get(i + 1);
            whole.push(match byte {
                // A dot before a digit is part of a version, before a letter it ends a vendor's name.
                b'.' if next.is_some_and(u8::is_ascii_digit) => '-',
                b'@' if i > 0 && bytes.get(i - 1) != Some(&b'/') => '-',
                byte if byte.is_ascii() => byte.to_ascii_lowercase() as char,
                _ => '?',
            });
            if *byte == b'/' || *byte == b'.' && next.is_some_and(u8::is_ascii_alphabetic) {
                at = i + 1;
            }
        }
        while let Some(host) = HOSTS.iter().find(|host| whole.get(at..).is_some_and(|name| name.starts_with(**host))) {
            at += host.len();
        }
        Name { whole, at, thinking: model.ends_with(":thinking") }
    }

    /// The model without prefixes.
    pub fn model(&self) -> &str {
        self.whole.get(self.at..).unwrap_or_default()
    }

    /// Whether it contains one of these (in the rules' spelling), vendors included.
    pub fn has(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.whole.contains(part))
    }

    pub fn starts(&self, starts: &[&str]) -> bool {
        starts.iter().any(|start| self.model().starts_with(start))
    }

    /// The version of a model of this family as `major * 100 + minor`: 505 of `claude-opus-5-5`, 305 of
    /// `claude-3-5-sonnet`. `None` for a name without a version (`claude-opus-latest`, `gpt-4o`); a date is not a
    /// version.
    pub fn version(&self, family: &str) -> Option<u32> {
        let mut words = self.model().split('-').skip_while(|word| *word != family).skip(1);
        let major = words.find_map(|word| {
            let word = word.strip_prefix('v').unwrap_or(word);
            word.starts_with(|c: char| c.is_ascii_digit()).then(|| number(word))
        })?;
        Some(major? * 100 + words.next().and_then(number).unwrap_or(0))
    }
}

/// A part of a version: one or two digits.
fn number(word: &str) -> Option<u32> {
    if word.len() > 2 { None } else { word.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_model_have_one_name() {
        for (given, model) in [
            ("claude-opus-5-5", "claude-opus-5-5"),
            ("Claude-Opus-5.5", "claude-opus-5-5"),
            ("anthropic/claude-opus-5.5", "claude-opus-5-5"),
            ("us.anthropic.claude-opus-5-5-20261001-v1:0", "claude-opus-5-5-20261001-v1"),
            ("us-gov.anthropic.claude-opus-5-5", "claude-opus-5-5"),
            ("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-5-5-v1:0", "claude-opus-5-5-v1"),
            ("claude-opus-5-5@20261001", "claude-opus-5-5-20261001"),
            ("databricks-claude-opus-5-5", "claude-opus-5-5"),
            ("openrouter/anthropic/claude-opus-5.5:beta", "claude-opus-5-5"),
            ("openai.gpt-6-sol", "gpt-6-sol"),
            ("ft:gpt-4o-mini-2024-07-18:my-org::id", "gpt-4o-mini-2024-07-18"),
            ("accounts/fireworks/models/deepseek-v4-pro", "deepseek-v4-pro"),
            ("deepseek-ai/DeepSeek-V4-Pro-0813", "deepseek-v4-pro-0813"),
            ("@cf/openai/gpt-oss-120b", "gpt-oss-120b"),
            ("qwen2.5:7b", "qwen2-5"),
            ("", ""),
            (":", ""),
            ("é.x/ß", "??"),
        ] {
            assert_eq!(Name::of(given).model(), model, "{given}");
        }
    }

    #[test]
    fn versions_are_distinguished_from_dates_and_sizes() {
        for (given, family, version) in [
            ("claude-opus-5-5-20261001", "claude", Some(505)),
            ("claude-opus-4-20250514", "claude", Some(400)),
            ("claude-3-5-sonnet-20241022", "claude", Some(305)),
            ("claude-4.5-sonnet", "claude", Some(405)),
            ("anthropic.claude-v2:1", "claude", Some(200)),
            ("anthropic.claude-instant-v1", "claude", Some(100)),
            ("claude-opus-latest", "claude", None),
            ("gpt-5.4-mini-2026-03-05", "gpt", Some(504)),
            ("gpt-5-2025-08-07", "gpt", Some(500)),
            ("gpt-4o-2024-08-06", "gpt", None),
            ("gpt-oss-120b", "gpt", None),
            ("gemini-2.5-flash-preview-05-20", "gemini", Some(205)),
            ("gemini-flash-latest", "gemini", None),
            ("gemini-exp-1206", "gemini", None),
        ] {
            assert_eq!(Name::of(given).version(family), version, "{given}");
        }
    }
}
