//! Suggestions for an unknown provider's name, and for a model without a provider.

use super::name::Name;
use super::rows::names;
use crate::text::edits;

/// Other names for providers.
pub(super) const OTHER_NAMES: &[(&str, &str)] = &[
    ("claude", "anthropic"),
    ("chatgpt", "openai"),
    ("gpt", "openai"),
    ("azure", "azure_openai"),
    ("aws", "bedrock"),
    ("amazon", "bedrock"),
    ("genai", "google"),
    ("googleai", "google"),
    ("aistudio", "google"),
    ("vertex", "vertexai"),
    ("grok", "xai"),
    ("kimi", "moonshot"),
    ("moonshotai", "moonshot"),
    ("qwen", "alibaba"),
    ("dashscope", "alibaba"),
    ("tongyi", "alibaba"),
    ("glm", "zai"),
    ("zhipu", "zai"),
    ("bigmodel", "zai"),
    ("doubao", "volcengine"),
    ("ark", "volcengine"),
    ("hf", "huggingface"),
    ("nim", "nvidia"),
    ("nvidianim", "nvidia"),
    ("aigateway", "vercel"),
    ("gateway", "vercel"),
    ("vercelaigateway", "vercel"),
    ("togetherai", "together"),
    ("fireworksai", "fireworks"),
    ("mistralai", "mistral"),
    ("codestral", "mistral"),
    ("command", "cohere"),
    ("sonar", "perplexity"),
    ("palmyra", "writer"),
    ("cloudflare", "workers_ai"),
    ("llamacpp", "llama_cpp"),
    ("llama", "ollama"),
    ("metallama", "meta"),
    ("compatible", "openai-compatible"),
    ("custom", "openai-compatible"),
    ("wb", "wandb"),
];

/// The prefix of a family of models, and its provider.
pub(super) const FAMILIES: &[(&str, &str)] = &[
    ("gpt-", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("claude", "anthropic"),
    ("gemini", "google"),
    ("mistral", "mistral"),
    ("ministral", "mistral"),
    ("codestral", "mistral"),
    ("magistral", "mistral"),
    ("command", "cohere"),
    ("deepseek", "deepseek"),
    ("grok", "xai"),
    ("sonar", "perplexity"),
    ("kimi", "moonshot"),
    ("glm", "zai"),
    ("qwen", "alibaba"),
    ("llama", "ollama"),
    ("palmyra", "writer"),
    ("@cf", "workers_ai"),
    ("anthropic.", "bedrock"),
    ("amazon.", "bedrock"),
];

/// The provider with this other name, or with a name that is one or two edits away.
pub fn closest_provider(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    if plain.is_empty() {
        return None;
    }
    let is = |other: &str| plain.iter().copied().eq(other.chars());
    if let Some((_, id)) = OTHER_NAMES.iter().find(|(other, _)| is(other)) {
        return Some(id);
    }
    // Short names are too similar to each other.
    let most = if plain.len() < 5 { 1 } else { 2 };
    let near = names().filter_map(|id| Some((edits(&plain, &self::plain(id), most)?, id)));
    near.min_by_key(|(edits, _)| *edits).map(|(_, id)| id)
}

/// The provider of a model's family.
pub fn provider_of_model(model: &str) -> Option<&'static str> {
    let lower = model.to_ascii_lowercase();
    let name = Name::of(model);
    FAMILIES.iter().find(|(family, _)| lower.starts_with(family) || name.starts(&[family])).map(|(_, id)| *id)
}

/// Lower case, without separators.
fn plain(name: &str) -> Vec<char> {
    name.chars().filter(char::is_ascii_alphanumeric).take(40).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::registry::row;

    #[test]
    fn other_names_and_typos_suggest_a_provider() {
        for (typed, id) in [
            ("openia", Some("openai")),
            ("OpenAI", Some("openai")),
            ("antropic", Some("anthropic")),
            ("claude", Some("anthropic")),
            ("azure-openai", Some("azure_openai")),
            ("azure", Some("azure_openai")),
            ("vertex_ai", Some("vertexai")),
            ("Together-AI", Some("together")),
            ("lm-studio", Some("lmstudio")),
            ("llama.cpp", Some("llama_cpp")),
            ("x-ai", Some("xai")),
            ("kimi", Some("moonshot")),
            ("foo", None),
            ("", None),
            ("...", None),
            ("something-else-entirely", None),
        ] {
            assert_eq!(closest_provider(typed), id, "{typed}");
        }
    }

    #[test]
    fn every_suggestion_is_a_provider() {
        for (_, id) in OTHER_NAMES.iter().chain(FAMILIES) {
            assert!(row(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_model_without_a_provider_suggests_one() {
        assert_eq!(provider_of_model("gpt-4o-mini"), Some("openai"));
        assert_eq!(provider_of_model("Claude-Opus-5.5"), Some("anthropic"));
        assert_eq!(provider_of_model("us.anthropic.claude-sonnet-4-6"), Some("anthropic"));
        assert_eq!(provider_of_model("my-model"), None);
    }
}
