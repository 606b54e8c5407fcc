//! What single models take, as rules over their names. All rules are read in order; for each property the first
//! rule that states it wins. A vendor prefix (`anthropic/…`, `us.anthropic.…`) does not matter.

/// How a name is matched.
enum Match {
    /// Contains one of these.
    Has(&'static [&'static str]),
    /// The last path segment starts with one of these.
    Starts(&'static [&'static str]),
    /// `gpt-N` with major version at least this, except `gpt-N-chat…`.
    GptFrom(u32),
    /// `o1`, `o3-mini`, … of OpenAI.
    OSeries,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ModelRule {
    /// A tool may be forced.
    pub forced_tool: Option<bool>,
    /// `temperature`, `top_p` and the like are taken.
    pub sampling: Option<bool>,
    /// Tools work on chat completions.
    pub chat_tools: Option<ChatTools>,
    /// The API has a native schema format for this model.
    pub native_schema: Option<bool>,
    pub max_field: Option<&'static str>,
    /// Thought signatures must be echoed.
    pub echo_thoughts: Option<bool>,
    /// Takes no system prompt: it goes before the first user turn.
    pub no_system: Option<bool>,
    /// Takes schemas in the OpenAPI subset only (Gemini before 2.0).
    pub openapi: Option<bool>,
    /// A tool's result may have a `status` (Bedrock).
    pub result_status: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatTools {
    Yes,
    /// Unless `reasoning_effort` is given and not `none`.
    WithoutEffort,
    /// Only with `reasoning_effort: none`.
    EffortNone,
    /// Only on the Responses API.
    ResponsesOnly,
}

const NONE: ModelRule = ModelRule {
    forced_tool: None,
    sampling: None,
    chat_tools: None,
    native_schema: None,
    max_field: None,
    echo_thoughts: None,
    no_system: None,
    openapi: None,
    result_status: None,
};
const REASONING: ModelRule = ModelRule { sampling: Some(false), max_field: Some("max_completion_tokens"), ..NONE };

/// Sources: vendor documentation and SDK tables of November 2026 (providers.md sections 3.1, 4.6, 5, findings 1 and 2).
const RULES: &[(Match, ModelRule)] = &[
    (
        Match::Has(&["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-mythos-5-1"]),
        ModelRule { forced_tool: Some(false), sampling: Some(false), native_schema: Some(true), ..NONE },
    ),
    (
        Match::Has(&[
            "claude-haiku-5-5",
            "claude-fable-5",
            "claude-mythos-5",
            "claude-opus-5",
            "claude-sonnet-5",
            "claude-opus-4-7",
            "claude-opus-4-8",
        ]),
        ModelRule { forced_tool: Some(true), sampling: Some(false), native_schema: Some(true), ..NONE },
    ),
    (
        Match::Has(&[
            "claude-sonnet-4-6",
            "claude-opus-4-6",
            "claude-sonnet-4-5",
            "claude-opus-4-5",
            "claude-haiku-4-5",
            "claude-opus-4-1",
        ]),
        ModelRule { forced_tool: Some(true), sampling: Some(true), native_schema: Some(true), ..NONE },
    ),
    (
        Match::Has(&["claude-"]),
        ModelRule { forced_tool: Some(true), sampling: Some(true), native_schema: Some(false), ..NONE },
    ),
    (
        Match::Starts(&["deepseek-v4", "deepseek-reasoner"]),
        ModelRule { forced_tool: Some(false), sampling: Some(false), ..NONE },
    ),
    (Match::GptFrom(6), ModelRule { chat_tools: Some(ChatTools::ResponsesOnly), ..REASONING }),
    (Match::Starts(&["gpt-5.5", "gpt-5.6"]), ModelRule { chat_tools: Some(ChatTools::EffortNone), ..REASONING }),
    (Match::Starts(&["gpt-5.4"]), ModelRule { chat_tools: Some(ChatTools::WithoutEffort), ..REASONING }),
    (Match::GptFrom(5), ModelRule { chat_tools: Some(ChatTools::Yes), ..REASONING }),
    (Match::OSeries, ModelRule { chat_tools: Some(ChatTools::Yes), ..REASONING }),
    (
        Match::Starts(&["gemini-3.5-flash-lite", "gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"]),
        ModelRule { sampling: Some(false), ..NONE },
    ),
    (Match::Starts(&["gemini-1."]), ModelRule { openapi: Some(true), ..NONE }),
    // On Bedrock a choice of tool is for Anthropic's, Mistral's and Amazon's newer models.
    (
        Match::Has(&["meta.llama", "amazon.titan", "cohere.command", "ai21.", "deepseek.", "qwen.", "openai.gpt-oss"]),
        ModelRule { forced_tool: Some(false), ..NONE },
    ),
    (Match::Has(&["writer.palmyra"]), ModelRule { result_status: Some(false), ..NONE }),
    (Match::Starts(&["gemma"]), ModelRule { no_system: Some(true), ..NONE }),
    (Match::Starts(&["gemini-3"]), ModelRule { echo_thoughts: Some(true), ..NONE }),
];

/// Everything that is known about a model.
pub fn rule(model: &str) -> ModelRule {
    let mut out = NONE;
    for (matcher, rule) in RULES {
        if matcher.fits(model) {
            out.forced_tool = out.forced_tool.or(rule.forced_tool);
            out.sampling = out.sampling.or(rule.sampling);
            out.chat_tools = out.chat_tools.or(rule.chat_tools);
            out.native_schema = out.native_schema.or(rule.native_schema);
            out.max_field = out.max_field.or(rule.max_field);
            out.echo_thoughts = out.echo_thoughts.or(rule.echo_thoughts);
            out.no_system = out.no_system.or(rule.no_system);
            out.openapi = out.openapi.or(rule.openapi);
            out.result_status = out.result_status.or(rule.result_status);
        }
    }
    out
}

impl Match {
    fn fits(&self, model: &str) -> bool {
        let last = model.rsplit('/').next().unwrap_or(model);
        match self {
            Match::Has(parts) => parts.iter().any(|part| model.contains(part)),
            Match::Starts(starts) => starts.iter().any(|start| last.starts_with(start)),
            Match::GptFrom(major) => gpt_major(last).is_some_and(|n| n >= *major),
            Match::OSeries => {
                let digits = last.strip_prefix('o').unwrap_or("");
                let count = digits.bytes().take_while(u8::is_ascii_digit).count();
                count > 0 && matches!(digits.as_bytes().get(count), None | Some(b'-'))
            }
        }
    }
}

fn gpt_major(model: &str) -> Option<u32> {
    let rest = model.strip_prefix("gpt-")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (major, tail) = rest.split_at(digits);
    if tail.starts_with("-chat") || !matches!(tail.as_bytes().first(), None | Some(b'-' | b'.')) {
        return None;
    }
    major.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_rule_about_a_model_wins() {
        assert_eq!(rule("claude-opus-5-5").forced_tool, Some(false));
        assert_eq!(rule("us.anthropic.claude-opus-5-20261001-v1:0").forced_tool, Some(true));
        assert_eq!(rule("claude-3-haiku").native_schema, Some(false));
        assert_eq!(rule("gpt-5.5").chat_tools, Some(ChatTools::EffortNone));
        assert_eq!(rule("openai/gpt-6.1-sol").chat_tools, Some(ChatTools::ResponsesOnly));
        assert_eq!(rule("gpt-5-chat-latest").sampling, None);
        assert_eq!(rule("gpt-4o-mini"), NONE);
        assert_eq!(rule("o3-mini").max_field, Some("max_completion_tokens"));
        assert_eq!(rule("olmo-2").sampling, None);
    }
}
