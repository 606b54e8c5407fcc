//! What models accept, as rules for their names ([`Name`]). All rules are read in order; for each property the first
//! rule that has it applies. The last rule of a family is that of its newest models: it also applies to models that are
//! newer than this list, so each older generation has a rule before it.

use super::name::Name;
use super::row::Pattern;
use crate::schema::Dialect;

/// How a name is matched.
pub(super) enum Match {
    /// Contains one of these, vendors included (`meta.llama`).
    Has(&'static [&'static str]),
    /// The model itself starts with one of these.
    Starts(&'static [&'static str]),
    /// A model of this family with a version from the first to below the second (`major * 100 + minor`).
    Version(&'static str, u32, u32),
    /// `o1`, `o3-mini`, … of OpenAI.
    OSeries,
    /// A model of OpenAI (`gpt-…`, `o3-…`) with one of these words in its name.
    Openai(&'static [&'static str]),
    Both(&'static Match, &'static Match),
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ModelRule {
    /// A tool may be forced.
    pub forced_tool: Option<bool>,
    /// Thinks by default, and refuses a forced tool while it thinks.
    pub thinks: Option<bool>,
    /// An effort (`reasoning_effort`, `reasoning: {…}`) makes it think, which excludes a forced tool.
    pub effort_thinks: Option<bool>,
    /// When it accepts `temperature`, `top_p` and other sampling parameters.
    pub sampling: Option<Sampling>,
    /// Tools work on chat completions.
    pub chat_tools: Option<ChatTools>,
    /// The model exists on the Responses API only.
    pub responses_only: Option<bool>,
    /// Supports no tools and no schema format on any API.
    pub text_only: Option<bool>,
    /// The API has a native schema format for this model.
    pub native_schema: Option<bool>,
    pub max_field: Option<&'static str>,
    /// Not a model of OpenAI: its limit is `max_tokens` on OpenAI's API too.
    pub plain_limit: Option<bool>,
    /// Replaces the row's default, for APIs that require a limit.
    pub max_default: Option<u32>,
    /// Thought signatures must be echoed.
    pub echo_thoughts: Option<bool>,
    /// Accepts no system prompt: the prompt goes before the first user turn.
    pub no_system: Option<bool>,
    /// Accepts schemas in the OpenAPI subset only (Gemini before 2.0).
    pub openapi: Option<bool>,
    /// A tool's result may have a `status` (Bedrock).
    pub result_status: Option<bool>,
    /// Replaces the row's dialect for tools without strict mode.
    pub tool_dialect: Option<Dialect>,
    /// The names of tools.
    pub tool_names: Option<Pattern>,
    /// Trained with JSON Schema in its system prompt.
    pub reads_json_schema: Option<bool>,
    /// Converse constrains nothing for it: no schema format and no strict tools.
    pub unconstrained: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    Taken,
    /// With `reasoning_effort: none` only.
    Refused,
    /// Unless an effort is given that is not `none`: reasoning is off by default.
    WithoutEffort,
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
    thinks: None,
    effort_thinks: None,
    sampling: None,
    chat_tools: None,
    responses_only: None,
    text_only: None,
    native_schema: None,
    max_field: None,
    plain_limit: None,
    max_default: None,
    echo_thoughts: None,
    no_system: None,
    openapi: None,
    result_status: None,
    tool_dialect: None,
    tool_names: None,
    reads_json_schema: None,
    unconstrained: None,
};
const REASONING: ModelRule =
    ModelRule { sampling: Some(Sampling::Refused), max_field: Some("max_completion_tokens"), ..NONE };
const CLAUDE: ModelRule = ModelRule {
    forced_tool: Some(true),
    sampling: Some(Sampling::Refused),
    native_schema: Some(true),
    effort_thinks: Some(true),
    // Thinking, which the newest models do by default, counts towards the limit.
    max_default: Some(16384),
    ..NONE
};
const RESPONSES_ONLY: ModelRule =
    ModelRule { responses_only: Some(true), chat_tools: Some(ChatTools::ResponsesOnly), ..NONE };
const NEWEST: u32 = u32::MAX;

/// Sources: vendor documentation and SDK tables of November 2026 (openai 7.59, @anthropic-ai/sdk 1.14, @google/genai
/// 3.3, the AI SDK's model catalogs, pydantic-ai 2.68, litellm 1.110). `npm run facts` compares with newer ones.
pub(super) const RULES: &[(Match, ModelRule)] = &[
    // -- Claude
    (
        Match::Version("claude", 0, 401),
        ModelRule { native_schema: Some(false), sampling: Some(Sampling::Taken), max_default: Some(4096), ..CLAUDE },
    ),
    (Match::Version("claude", 401, 407), ModelRule { sampling: Some(Sampling::Taken), ..CLAUDE }),
    (Match::Version("claude", 407, 501), CLAUDE),
    (Match::Has(&["claude-haiku-5-5"]), CLAUDE),
    (Match::Has(&["claude"]), ModelRule { forced_tool: Some(false), ..CLAUDE }),
    // -- DeepSeek
    (
        Match::Starts(&[
            "deepseek-v2",
            "deepseek-v3",
            "deepseek-chat",
            "deepseek-coder",
            "deepseek-r1",
            "deepseek-llm",
            "deepseek-math",
            "deepseek-prover",
            "deepseek-vl",
            "deepseek-ocr",
            "deepseek-moe",
        ]),
        ModelRule { thinks: Some(false), ..NONE },
    ),
    (Match::Starts(&["deepseek"]), ModelRule { thinks: Some(true), effort_thinks: Some(true), ..NONE }),
    // -- OpenAI
    (Match::Openai(&["research"]), ModelRule { text_only: Some(true), ..RESPONSES_ONLY }),
    (Match::Openai(&["pro", "codex", "cyber", "rosalind", "law"]), RESPONSES_ONLY),
    (Match::Starts(&["codex-", "computer-use", "gpt-daybreak", "gpt-rosalind"]), RESPONSES_ONLY),
    (Match::Starts(&["grok-4-20-multi-agent"]), ModelRule { text_only: Some(true), ..RESPONSES_ONLY }),
    (Match::Starts(&["gpt-5-chat"]), ModelRule { sampling: Some(Sampling::Taken), ..NONE }),
    (Match::Version("gpt", 600, NEWEST), ModelRule { chat_tools: Some(ChatTools::ResponsesOnly), ..REASONING }),
    (Match::Version("gpt", 505, 600), ModelRule { chat_tools: Some(ChatTools::EffortNone), ..REASONING }),
    (Match::Version("gpt", 504, 505), ModelRule { chat_tools: Some(ChatTools::WithoutEffort), ..NONE }),
    // These always reason.
    (Match::Openai(&["chat", "codex", "pro"]), ModelRule { sampling: Some(Sampling::Refused), ..NONE }),
    (Match::Version("gpt", 501, 505), ModelRule { sampling: Some(Sampling::WithoutEffort), ..NONE }),
    (Match::Version("gpt", 500, 600), ModelRule { chat_tools: Some(ChatTools::Yes), ..REASONING }),
    (Match::OSeries, ModelRule { chat_tools: Some(ChatTools::Yes), ..REASONING }),
    // -- Gemini
    (Match::Starts(&["gemini-robotics"]), ModelRule { openapi: Some(false), ..NONE }),
    (Match::Version("gemini", 0, 200), ModelRule { openapi: Some(true), ..NONE }),
    (Match::Version("gemini", 0, 300), ModelRule { echo_thoughts: Some(false), ..NONE }),
    (Match::Starts(&["gemini"]), ModelRule { echo_thoughts: Some(true), ..NONE }),
    (Match::Starts(&["gemini-3-5-flash-lite"]), ModelRule { sampling: Some(Sampling::Refused), ..NONE }),
    (
        Match::Both(&Match::Version("gemini", 306, NEWEST), &Match::Has(&["flash"])),
        ModelRule { sampling: Some(Sampling::Refused), ..NONE },
    ),
    (
        Match::Has(&["amazon.nova"]),
        ModelRule {
            tool_dialect: Some(Dialect::Nova),
            // Its API cannot parse its calls of tools with a hyphen in their name.
            tool_names: Some(Pattern::upto(64, "_")),
            unconstrained: Some(true),
            ..NONE
        },
    ),
    (Match::Has(&["writer.palmyra"]), ModelRule { result_status: Some(false), ..NONE }),
    (Match::Starts(&["gemma"]), ModelRule { no_system: Some(true), ..NONE }),
    // -- others
    // The model cards of Hermes 2 Pro and later have a prompt with JSON Schema.
    (Match::Has(&["hermes-2-pro", "hermes-3", "hermes-4"]), ModelRule { reads_json_schema: Some(true), ..NONE }),
    (
        Match::Starts(&["mistral", "ministral", "codestral", "magistral", "devstral"]),
        ModelRule { plain_limit: Some(true), ..NONE },
    ),
    (Match::Has(&["xai.grok-4-6", "xai.grok-4-7"]), ModelRule { sampling: Some(Sampling::Refused), ..NONE }),
];

/// The merged rules for a model.
pub fn rule(model: &str) -> ModelRule {
    let name = Name::of(model);
    let mut out = ModelRule { thinks: name.thinking.then_some(true), ..NONE };
    for (matcher, rule) in RULES {
        if matcher.fits(&name) {
            out.forced_tool = out.forced_tool.or(rule.forced_tool);
            out.thinks = out.thinks.or(rule.thinks);
            out.effort_thinks = out.effort_thinks.or(rule.effort_thinks);
            out.sampling = out.sampling.or(rule.sampling);
            out.chat_tools = out.chat_tools.or(rule.chat_tools);
            out.responses_only = out.responses_only.or(rule.responses_only);
            out.text_only = out.text_only.or(rule.text_only);
            out.native_schema = out.native_schema.or(rule.native_schema);
            out.max_field = out.max_field.or(rule.max_field);
            out.plain_limit = out.plain_limit.or(rule.plain_limit);
            out.max_default = out.max_default.or(rule.max_default);
            out.echo_thoughts = out.echo_thoughts.or(rule.echo_thoughts);
            out.no_system = out.no_system.or(rule.no_system);
            out.openapi = out.openapi.or(rule.openapi);
            out.result_status = out.result_status.or(rule.result_status);
            out.tool_dialect = out.tool_dialect.or(rule.tool_dialect);
            out.tool_names = out.tool_names.or(rule.tool_names);
            out.reads_json_schema = out.reads_json_schema.or(rule.reads_json_schema);
            out.unconstrained = out.unconstrained.or(rule.unconstrained);
        }
    }
    out
}

impl Match {
    fn fits(&self, name: &Name) -> bool {
        match self {
            Match::Has(parts) => name.has(parts),
            Match::Starts(starts) => name.starts(starts),
            Match::Version(family, from, below) => {
                name.version(family).is_some_and(|version| (*from..*below).contains(&version))
            }
            Match::Both(one, other) => one.fits(name) && other.fits(name),
            Match::OSeries => o_series(name.model()),
            Match::Openai(words) => {
                let model = name.model();
                (model.starts_with("gpt-") || o_series(model)) && model.split('-').any(|word| words.contains(&word))
            }
        }
    }
}

fn o_series(model: &str) -> bool {
    let digits = model.strip_prefix('o').unwrap_or("");
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    count > 0 && matches!(digits.as_bytes().get(count), None | Some(b'-'))
}
