//! The type of a provider's row, and the types of its fields.

use crate::output::Mode;
use crate::schema::Dialect;

/// The wire API a provider speaks; one file each, found by [`super::wire::wire`].
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
    /// Whether the request has a field `system` beside its messages.
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
    /// A header of the API's own.
    Header(&'static str),
    /// No key; what is given is ignored.
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
    /// Ask with `stream_options: {include_usage: true}`.
    Include,
    /// Comes unasked (or is not known to be asked for).
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

/// How a chat completions API takes one kind of part (its own file says it for the other APIs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartSupport {
    No,
    /// As data only.
    Data,
    /// As data or by its address.
    Any,
    /// Mistral's own parts, as data or by its address.
    Mistral,
}

#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub image: PartSupport,
    pub audio: PartSupport,
    pub document: PartSupport,
}

/// What an API demands of the turns of a conversation. What breaks one of these rules is answered with 400 or 422, so
/// [`history`](super::shared::history) makes the caller's messages and the echoed turns fit.
#[derive(Debug, Clone, Copy)]
pub struct TurnRules {
    /// The role `developer` is known; elsewhere such a turn is sent as `system`.
    pub developer: bool,
    /// The ids of tool calls.
    pub ids: Pattern,
    /// The names of tools in calls.
    pub names: Pattern,
    /// Turns of one role in a row are refused, so they are sent as one.
    pub alternate: bool,
    /// The first turn must be the user's.
    pub user_first: bool,
    /// The API's own parts have no `type`: their one field says what they are.
    pub untyped: bool,
}

/// Letters and digits, and these marks; a text of this length.
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

/// How the base address becomes the one in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    AsGiven,
    /// Ends with this; appended where it is missing.
    Ending(&'static str),
    /// A part in braces (`{accountId}`) is the option of that name, or the first of these variables that is set, or the
    /// default (empty: it must be given).
    Filled {
        option: &'static str,
        variables: &'static [&'static str],
        default: &'static str,
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
    /// Empty when the caller must give `baseURL`. `{…}` stand for provider options.
    pub base: &'static str,
    pub path: &'static str,
    pub stream_path: &'static str,
    pub key: Key,
    /// Environment variables of the key, in order.
    pub key_env: &'static [&'static str],
    /// A variable with a token that is sent as `Authorization: Bearer` where there is no key.
    pub token_env: &'static str,
    pub base_env: &'static [&'static str],
    /// What the variables leave out of the address, as the provider's own SDK reads them.
    pub base_env_ending: &'static str,
    pub address: Address,
    /// The variable that is named when there is no address at all; empty for the usual words.
    pub missing_base_variable: &'static str,
    /// Constant headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Headers that an option or a variable fills in: header, option, variable (or empty).
    pub option_headers: &'static [(&'static str, &'static str, &'static str)],
    /// Headers only sent from a browser.
    pub browser_headers: &'static [(&'static str, &'static str)],
    /// The field that carries the token limit.
    pub max_field: &'static str,
    /// Sent when the caller gives no limit and the API demands one.
    pub max_default: Option<u32>,
    pub seed_field: &'static str,
    pub stream_usage: StreamUsage,
    pub default_mode: Mode,
    /// The default mode is for models whose name has one of these; the others get this one.
    pub fallback_mode: Option<(&'static [&'static str], Mode)>,
    /// OpenAI's own rules (models.rs) hold here: which models take tools on chat completions, and which exist on the
    /// Responses API only. An explicit `reasoning` object means that API.
    pub chat_tool_rules: bool,
    /// Passes parameters on to several vendors and drops what a model does not take: none is refused here.
    pub gateway: bool,
    /// Modes that may be asked for.
    pub modes: &'static [Mode],
    /// Modes that the API does not stream.
    pub unstreamed: &'static [Mode],
    /// The API refuses a format (JSON, JSON_SCHEMA) beside the caller's own tools.
    pub format_excludes_tools: bool,
    /// JSON_SCHEMA is taken for models with one of these in their name only; empty: for all.
    pub schema_models: &'static [&'static str],
    /// Prefixes of legacy mode names that map here (`XAI_`, `ANTHROPIC_` …).
    pub legacy: &'static [&'static str],
    /// The mode of the legacy name `…_STRUCTURED_OUTPUTS`.
    pub structured_outputs: Mode,
    pub force: Force,
    /// A tool can be forced for models with one of these in their name only; empty: for all.
    pub force_models: &'static [&'static str],
    /// The API enforces a tool's schema by a flag.
    pub strict_tools: bool,
    /// It does so only where the address ends with this.
    pub strict_at: &'static str,
    /// It does so for models with one of these in their name only, and their native schema format alike.
    pub strict_models: &'static [&'static str],
    /// A model that thinks refuses every choice of tool, `auto` too: none is sent.
    pub thinking_switch: bool,
    pub schema_format: SchemaFormat,
    /// The native schema format goes with `strict: true`.
    pub schema_strict: bool,
    /// The dialect of TOOLS_STRICT and JSON_SCHEMA.
    pub dialect: Dialect,
    /// MD_JSON sends the native schema format instead of a prompt (Perplexity).
    pub md_json_native: bool,
    /// JSON sends the native schema format instead of a prompt (Gemini).
    pub json_native: bool,
    /// The dialect of tools that no flag enforces.
    pub tool_dialect: Dialect,
    pub reask: ReaskStyle,
    pub turns: TurnRules,
    pub parts: Parts,
    pub cors: Cors,
    /// What to run where the server does not answer: the end of an error's text. Empty for servers of others.
    pub start_hint: &'static str,
}
