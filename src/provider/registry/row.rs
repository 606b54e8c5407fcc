//! The type of a provider's row, and the types of its fields.

use crate::output::Mode;
use crate::schema::Dialect;

/// The wire API of a provider; [`wire`](crate::provider::wire::wire) returns its implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    OpenaiChat,
    OpenaiResponses,
    Anthropic,
    Gemini,
    BedrockConverse,
    CohereV2,
    OllamaNative,
    WorkersAi,
}

impl Api {
    /// The part of the core that implements it (scripts/parts.mjs); chat completions are in the core itself.
    pub fn part(self) -> Option<&'static str> {
        match self {
            Api::OpenaiChat => None,
            Api::OpenaiResponses => Some("responses"),
            Api::Anthropic => Some("anthropic"),
            Api::Gemini => Some("gemini"),
            Api::CohereV2 => Some("cohere"),
            Api::BedrockConverse => Some("bedrock"),
            Api::OllamaNative | Api::WorkersAi => Some("ollama"),
        }
    }

    /// The later half of its part, where the part is cut in two (scripts/parts.mjs).
    pub fn answer_part(self) -> Option<&'static str> {
        match self {
            Api::Anthropic => Some("anthropic-answer"),
            Api::Gemini => Some("gemini-answer"),
            _ => None,
        }
    }

    /// Whether the request has a field `system` in addition to its messages.
    pub fn has_system_field(self) -> bool {
        matches!(self, Api::Anthropic | Api::BedrockConverse)
    }
}

/// How the key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `Authorization: Bearer`, required.
    Bearer,
    /// `Authorization: Bearer` when a key is given; local servers need none.
    Optional,
    /// A header that is specific to the API.
    Header(&'static str),
    /// No key; a given key is ignored.
    None,
    /// AWS: signed, or a bearer key.
    Aws,
    /// Google Cloud: an access token, a token function, a service account, or an API key in express mode.
    GoogleCloud,
}

/// How a tool is forced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// By its name.
    Named,
    /// `"any"` (Mistral's word for required); one tool is sent.
    Any,
    /// `"required"`; one tool is sent.
    Required,
    /// Not at all: the model decides.
    No,
}

/// The shape of the native schema format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFormat {
    /// `{type: json_schema, json_schema: {name, schema, strict?}}`
    Named,
    /// `{type: json_schema, json_schema: {schema}}`
    Bare,
    /// `{type: json_object, schema}`
    JsonObject,
    /// `{type: json_object, schema}` with the schema as text (WebLLM)
    JsonText,
    /// None that is enforced.
    No,
}

/// How the mode JSON requests JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonMode {
    /// `json_object`, and a prompt that describes the schema.
    Object,
    /// The native schema format, without a prompt (Gemini).
    Schema,
    /// The native schema format and the prompt, since the server's `json_object` accepts a schema, which its grammar
    /// enforces. With `schemaPrompt: 'json-schema'` the same as [`JsonMode::Object`], which is what Python sends.
    SchemaAndPrompt,
}

/// The texts and turns of a reask (docs/internals/behaviour.md#reask-turns).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaskStyle {
    Openai,
    Openrouter,
    Mistral,
    Writer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamUsage {
    /// Requested with `stream_options: {include_usage: true}`.
    Include,
    /// Sent by default (or not known to be available on request).
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cors {
    Yes,
    /// Yes, with the row's browser headers.
    WithHeader,
    No,
    Unknown,
    /// Local servers: depends on their settings.
    Local,
    /// Nothing is sent: the model runs in the page.
    Inside,
}

/// The form in which a chat completions API accepts one kind of part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartSupport {
    No,
    /// As data only.
    Data,
    /// As data or by its address.
    Any,
    /// Mistral's parts, as data or by its address.
    Mistral,
}

#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub image: PartSupport,
    pub audio: PartSupport,
    pub document: PartSupport,
}

/// What an API requires of the turns of a conversation. It refuses others with 400 or 422, so
/// [`history`](crate::provider::shared::history) adapts the caller's messages and the echoed turns.
#[derive(Debug, Clone, Copy)]
pub struct TurnRules {
    /// The role `developer` is supported; otherwise the turn is sent as `system`.
    pub developer: bool,
    /// The ids of tool calls.
    pub ids: Pattern,
    /// The names of tools in calls.
    pub names: Pattern,
    /// Consecutive turns of one role are refused, so they are merged.
    pub alternate: bool,
    /// The first turn must have the role `user`.
    pub user_first: bool,
    /// The API's parts have no `type`: their one field determines the kind.
    pub untyped: bool,
}

/// Texts of letters, digits and these marks with a length in this range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// `None`: every character.
    pub marks: Option<&'static str>,
    pub min: usize,
    pub max: usize,
}

impl Pattern {
    pub const fn upto(max: usize, marks: &'static str) -> Pattern {
        Pattern { marks: Some(marks), min: 1, max }
    }

    pub fn fits(&self, text: &str) -> bool {
        let legal = |c: char| self.marks.is_none_or(|marks| c.is_ascii_alphanumeric() || marks.contains(c));
        (self.min..=self.max).contains(&text.len()) && text.chars().all(legal)
    }
}

/// How the base address is completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    AsGiven,
    /// Must end with this, which is appended if it is missing.
    Ending(&'static str),
    /// A part in braces (`{accountId}`) is replaced with the option of this name, the first of these variables that is
    /// set, or the default (`None`: required).
    Filled {
        option: &'static str,
        variables: &'static [&'static str],
        default: Option<&'static str>,
    },
    /// `…/openai/v1`, or with a version the classic form: the deployment in the path, `api-version` in the query.
    Azure,
}

#[derive(Debug)]
pub struct Row {
    /// The part before the slash in a model string.
    pub id: &'static str,
    pub title: &'static str,
    pub api: Api,
    /// `None` if the caller must provide `baseURL`. Parts in braces are provider options.
    pub base: Option<&'static str>,
    pub path: &'static str,
    pub stream_path: Option<&'static str>,
    pub key: Key,
    /// Environment variables for the key, in order.
    pub key_env: &'static [&'static str],
    /// A variable with a token, which is sent as `Authorization: Bearer` if there is no key.
    pub token_env: Option<&'static str>,
    pub base_env: &'static [&'static str],
    /// The path that the variables omit, as in the provider's SDK.
    pub base_env_ending: &'static str,
    pub address: Address,
    /// The variable in the error for a missing address; `None` for the usual text.
    pub missing_base_variable: Option<&'static str>,
    /// Constant headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Headers with the value of an option or a variable: header, option, variable (or empty).
    pub option_headers: &'static [(&'static str, &'static str, &'static str)],
    /// Headers that are only sent from a browser.
    pub browser_headers: &'static [(&'static str, &'static str)],
    /// The field of the token limit.
    pub max_field: &'static str,
    /// Sent without a limit of the caller, for APIs that require one.
    pub max_default: Option<u32>,
    pub seed_field: Option<&'static str>,
    pub stream_usage: StreamUsage,
    pub default_mode: Mode,
    /// The default mode applies to models with one of these in their name; this mode to the others.
    pub fallback_mode: Option<(&'static [&'static str], Mode)>,
    /// OpenAI's rules (models.rs) apply: which models support tools on chat completions, and which exist on the
    /// Responses API only. A `reasoning` object selects that API.
    pub chat_tool_rules: bool,
    /// A gateway to several vendors drops the parameters that a model does not support, so none is refused here.
    pub gateway: bool,
    /// The supported modes.
    pub modes: &'static [Mode],
    /// Modes that the API does not stream.
    pub unstreamed: &'static [Mode],
    /// The API refuses a format (JSON, JSON_SCHEMA) with tools of the caller.
    pub format_excludes_tools: bool,
    /// JSON_SCHEMA works for models with one of these in their name only; empty: for all.
    pub schema_models: &'static [&'static str],
    /// Prefixes of legacy mode names that map here (`XAI_`, `ANTHROPIC_` …).
    pub legacy: &'static [&'static str],
    /// The mode of the legacy name `…_STRUCTURED_OUTPUTS`.
    pub structured_outputs: Mode,
    pub force: Force,
    /// A call of any of several tools can be required, where a tool can be forced.
    pub required: bool,
    /// A tool can be forced for models with one of these in their name only; empty: for all.
    pub force_models: &'static [&'static str],
    /// The API has a flag that enforces a tool's schema.
    pub strict_tools: bool,
    /// Only for addresses that end with this.
    pub strict_at: Option<&'static str>,
    /// Only for models with one of these in their name, and the same for their native schema format.
    pub strict_models: &'static [&'static str],
    /// A model that thinks refuses every tool choice, even `auto`: none is sent.
    pub thinking_switch: bool,
    pub schema_format: SchemaFormat,
    /// The native schema format is sent with `strict: true`.
    pub schema_strict: bool,
    /// The server only enforces the schema of JSON_SCHEMA: the model does not see it, so a prompt describes it.
    pub hides_schema: bool,
    /// Where the prompt has the types, the schema that is sent has no formats of dates and times: the grammar would force a
    /// model that begins with the day to give a date which is not in its text (docs/internals/outcome.md).
    pub dates_in_words: bool,
    /// The dialect of TOOLS_STRICT and JSON_SCHEMA.
    pub dialect: Dialect,
    /// MD_JSON sends the native schema format instead of a prompt (Perplexity).
    pub md_json_native: bool,
    /// What JSON sends.
    pub json_mode: JsonMode,
    /// The dialect of tools without strict mode.
    pub tool_dialect: Dialect,
    pub reask: ReaskStyle,
    pub turns: TurnRules,
    pub parts: Parts,
    /// Schemes of the addresses in parts that it reads in addition to `https` and `http`; `*` is any.
    pub schemes: &'static [&'static str],
    pub cors: Cors,
    /// How to start the server: the end of the error for a failed connection. Empty for remote servers.
    pub start_hint: &'static str,
}
