//! What each API accepts of JSON Schema: one table per dialect, read by [`render`](mod@super::render).
//!
//! A table lists the keywords that pass unchanged (`kept`), how the rest is rewritten (the other fields) and the
//! limits. A constraint that is not kept is stated in the description and validated locally. To check a dialect
//! against its provider's documentation, read its file; a provider's rules are in no other place.

mod anthropic_strict;
mod cohere;
mod deepseek;
mod gemini;
mod grammar;
mod nova;
mod openai_strict;
mod passthrough;
pub(super) mod rules;
mod strict_properties;
mod xai;

use rules::{Names, Rules};
#[cfg(feature = "machinery")]
pub use rules::{Null, Patterns, Refs};
use serde_json::{Map, Value};

/// The subset of JSON Schema that an API accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As the user wrote it: tools without strict mode, prompts.
    Plain,
    /// `strict: true` of OpenAI: every property required, no other properties.
    OpenaiStrict,
    /// Also Bedrock's native structured output.
    AnthropicStrict,
    /// `responseJsonSchema`, `parametersJsonSchema`.
    GeminiJsonSchema,
    /// `responseSchema`, `parameters`: the OpenAPI subset.
    GeminiOpenapi,
    /// Structured output of Cohere.
    Cohere,
    /// `json_schema` of Mistral.
    Mistral,
    /// Structured output of Groq.
    Groq,
    /// `strict: true` of Cerebras.
    Cerebras,
    /// Structured output of Fireworks.
    Fireworks,
    /// Structured output of xAI.
    Xai,
    /// Strict tools of DeepSeek.
    DeepSeek,
    /// Servers that compile the schema to a grammar: llama.cpp, Ollama, vLLM.
    Grammar,
    /// `responseConstraint` of Chrome's built-in model.
    Chrome,
    /// Tools of Amazon Nova.
    Nova,
    /// Tools of Anthropic's API without strict mode: [`Dialect::Plain`] where the names of the properties pass, else as
    /// [`Dialect::AnthropicStrict`].
    AnthropicTools,
    /// Tools of servers that compile the schema to a grammar: [`Dialect::Plain`] if the grammar can express it, else as
    /// [`Dialect::Grammar`].
    GrammarTools,
}

impl Dialect {
    /// Every dialect with a table, and [`Dialect::Plain`].
    pub const ALL: [Dialect; 15] = [
        Dialect::Plain,
        Dialect::OpenaiStrict,
        Dialect::AnthropicStrict,
        Dialect::GeminiJsonSchema,
        Dialect::GeminiOpenapi,
        Dialect::Cohere,
        Dialect::Mistral,
        Dialect::Groq,
        Dialect::Cerebras,
        Dialect::Fireworks,
        Dialect::Xai,
        Dialect::DeepSeek,
        Dialect::Grammar,
        Dialect::Chrome,
        Dialect::Nova,
    ];

    /// The table; `None` for [`Dialect::Plain`], which changes nothing.
    #[doc(hidden)]
    pub fn rules(self) -> Option<&'static Rules> {
        Some(match self {
            Dialect::Plain | Dialect::AnthropicTools | Dialect::GrammarTools => return None,
            Dialect::OpenaiStrict => &openai_strict::RULES,
            Dialect::AnthropicStrict => &anthropic_strict::RULES,
            Dialect::GeminiJsonSchema => &gemini::JSON_SCHEMA,
            Dialect::GeminiOpenapi => &gemini::OPENAPI,
            Dialect::Cohere => &cohere::RULES,
            Dialect::Mistral => &strict_properties::MISTRAL,
            Dialect::Groq => &strict_properties::GROQ,
            Dialect::Cerebras => &strict_properties::CEREBRAS,
            Dialect::Fireworks => &grammar::FIREWORKS,
            Dialect::Xai => &xai::RULES,
            Dialect::DeepSeek => &deepseek::RULES,
            Dialect::Grammar => &grammar::GRAMMAR,
            Dialect::Chrome => &grammar::CHROME,
            Dialect::Nova => &nova::RULES,
        })
    }

    /// The dialect that is written for a schema: loose tools are sent as the user wrote them where they pass.
    pub fn of(self, schema: &Map<String, Value>) -> Dialect {
        match self {
            Dialect::AnthropicTools
                if passthrough::every_schema(schema, &|map| passthrough::names_supported(map, Names::Word)) =>
            {
                Dialect::Plain
            }
            Dialect::AnthropicTools => Dialect::AnthropicStrict,
            Dialect::GrammarTools if passthrough::every_schema(schema, &passthrough::grammar_supports) => {
                Dialect::Plain
            }
            Dialect::GrammarTools => Dialect::Grammar,
            other => other,
        }
    }

    /// The name in lower case: `plain`, `openai_strict`, …
    pub fn name(self) -> &'static str {
        self.rules().map_or("plain", |rules| rules.name)
    }

    /// The dialect of this name: `openai_strict`, `anthropic_strict`, `gemini_json_schema`, …
    pub fn named(name: &str) -> Option<Dialect> {
        Dialect::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}
