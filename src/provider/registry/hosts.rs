//! Rows of hosts with OpenAI's chat completions. Sources: litellm 1.110.2, pydantic-ai-slim 2.68.0 and the AI SDK's
//! packages of November 2026; other fields have the usual values.

use super::base::*;
use super::row::*;
use crate::output::Mode;
use crate::schema::Dialect;
use Mode::{Json, JsonSchema, MdJson, Tools, ToolsStrict};

type Names = &'static [&'static str];

const fn host(id: &'static str, title: &'static str, base: &'static str, key_env: Names, base_env: Names) -> Row {
    Row { id, title, base: Some(base), key_env, base_env, ..OPENAI_LIKE }
}

/// A server on the user's machine, which may require a key.
const fn local(id: &'static str, title: &'static str, base: &'static str, key_env: Names, base_env: Names) -> Row {
    Row { key: Key::Optional, cors: Cors::Local, ..host(id, title, base, key_env, base_env) }
}

pub(super) const MOONSHOT: Row = Row {
    // Refuses a forced tool: "does not support the tool_choice=required parameter", and named ones while it thinks.
    force: Force::No,
    default_mode: JsonSchema,
    schema_strict: true,
    dialect: Dialect::OpenaiStrict,
    ..host(
        "moonshot",
        "Moonshot AI (Kimi)",
        "https://api.moonshot.ai/v1",
        &["MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY"],
        &["MOONSHOT_BASE_URL", "MOONSHOT_API_BASE"],
    )
};

pub(super) const ZAI: Row = Row {
    // `auto` is the only documented choice.
    force: Force::No,
    default_mode: Json,
    schema_models: &["glm-5-3"],
    ..host("zai", "Z.AI (GLM)", "https://api.z.ai/api/paas/v4", &["ZAI_API_KEY"], &["ZAI_API_BASE"])
};

pub(super) const ALIBABA: Row = Row {
    schema_models: &["qwen3-7-plus", "qwen3-7-flash", "qwen3-7-max", "qwen3-8-max", "qwen3-8-flash"],
    parts: Parts { image: PartSupport::Any, audio: PartSupport::Data, document: PartSupport::No },
    ..host(
        "alibaba",
        "Alibaba Cloud Model Studio (Qwen)",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        &["DASHSCOPE_API_KEY", "ALIBABA_API_KEY"],
        &["DASHSCOPE_API_BASE"],
    )
};

pub(super) const MINIMAX: Row = Row {
    modes: WITHOUT_JSON_SCHEMA,
    schema_format: SchemaFormat::No,
    ..host("minimax", "MiniMax", "https://api.minimax.io/v1", &["MINIMAX_API_KEY"], &["MINIMAX_API_BASE"])
};

pub(super) const NVIDIA: Row = host(
    "nvidia",
    "NVIDIA NIM",
    "https://integrate.api.nvidia.com/v1",
    &["NVIDIA_NIM_API_KEY", "NVIDIA_API_KEY"],
    &["NVIDIA_NIM_API_BASE"],
);

pub(super) const SAMBANOVA: Row =
    host("sambanova", "SambaNova", "https://api.sambanova.ai/v1", &["SAMBANOVA_API_KEY"], &["SAMBANOVA_BASE_URL"]);

pub(super) const NEBIUS: Row = host("nebius", "Nebius", "https://api.studio.nebius.com/v1", &["NEBIUS_API_KEY"], &[]);

pub(super) const HYPERBOLIC: Row = Row {
    modes: WITHOUT_JSON_SCHEMA,
    schema_format: SchemaFormat::No,
    ..host(
        "hyperbolic",
        "Hyperbolic",
        "https://api.hyperbolic.xyz/v1",
        &["HYPERBOLIC_API_KEY"],
        &["HYPERBOLIC_API_BASE"],
    )
};

pub(super) const DEEPINFRA: Row = host(
    "deepinfra",
    "DeepInfra",
    "https://api.deepinfra.com/v1/openai",
    &["DEEPINFRA_API_KEY"],
    &["DEEPINFRA_API_BASE"],
);

pub(super) const NOVITA: Row =
    host("novita", "Novita AI", "https://api.novita.ai/v3/openai", &["NOVITA_API_KEY"], &["NOVITA_API_BASE"]);

pub(super) const HUGGINGFACE: Row = Row {
    gateway: true,
    modes: CHAT_AND_RESPONSES,
    ..host(
        "huggingface",
        "Hugging Face Inference Providers",
        "https://router.huggingface.co/v1",
        &["HF_TOKEN", "HUGGINGFACE_API_KEY"],
        &[],
    )
};

pub(super) const VERCEL: Row = Row {
    gateway: true,
    ..host(
        "vercel",
        "Vercel AI Gateway",
        "https://ai-gateway.vercel.sh/v1",
        &["AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"],
        &[],
    )
};

pub(super) const BASETEN: Row =
    host("baseten", "Baseten", "https://inference.baseten.co/v1", &["BASETEN_API_KEY"], &[]);

pub(super) const META: Row = Row {
    // Accepts only `auto` as tool choice, on both APIs.
    force: Force::No,
    default_mode: JsonSchema,
    modes: CHAT_AND_RESPONSES,
    ..host("meta", "Meta Model API", "https://api.meta.ai/v1", &["META_API_KEY"], &[])
};

pub(super) const AI21: Row = host("ai21", "AI21", "https://api.ai21.com/studio/v1", &["AI21_API_KEY"], &[]);

pub(super) const SNOWFLAKE: Row = Row {
    address: Address::Filled { option: "accountId", variables: &["SNOWFLAKE_ACCOUNT"], default: None },
    modes: &[Tools, JsonSchema, MdJson],
    // Only OpenAI's and Anthropic's models support tools and schemas.
    fallback_mode: Some((&["claude", "openai-"], MdJson)),
    schema_models: &["claude", "openai-"],
    parts: Parts { image: PartSupport::Any, audio: PartSupport::No, document: PartSupport::No },
    ..host(
        "snowflake",
        "Snowflake Cortex",
        "https://{accountId}.snowflakecomputing.com/api/v2/cortex/v1",
        &["SNOWFLAKE_TOKEN"],
        &[],
    )
};

const MANTLE_REGION: Address =
    Address::Filled { option: "region", variables: &["AWS_REGION", "AWS_DEFAULT_REGION"], default: Some("us-east-1") };

pub(super) const BEDROCK_MANTLE: Row = Row {
    address: MANTLE_REGION,
    chat_tool_rules: true,
    ..host(
        "bedrock_mantle",
        "AWS Bedrock (OpenAI-compatible)",
        "https://bedrock-mantle.{region}.api.aws/v1",
        &["AWS_BEARER_TOKEN_BEDROCK"],
        &[],
    )
};

/// OpenAI's models have another path, with the Responses API.
pub(super) const BEDROCK_MANTLE_OPENAI: Row = Row {
    base: Some("https://bedrock-mantle.{region}.api.aws/openai/v1"),
    default_mode: Mode::ResponsesTools,
    modes: &[Mode::ResponsesTools],
    dialect: Dialect::OpenaiStrict,
    ..BEDROCK_MANTLE
};

pub(super) const HEROKU: Row = Row {
    address: Address::Ending("/v1"),
    ..host(
        "heroku",
        "Heroku Managed Inference",
        "https://us.inference.heroku.com/v1",
        &["HEROKU_INFERENCE_KEY"],
        &["HEROKU_INFERENCE_URL"],
    )
};

pub(super) const CRUSOE: Row =
    host("crusoe", "Crusoe", "https://api.inference.crusoecloud.com/v1", &["CRUSOE_API_KEY"], &["CRUSOE_API_BASE"]);

pub(super) const OVHCLOUD: Row =
    host("ovhcloud", "OVHcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", &["OVHCLOUD_API_KEY"], &[]);

pub(super) const SCALEWAY: Row = host("scaleway", "Scaleway", "https://api.scaleway.ai/v1", &["SCW_SECRET_KEY"], &[]);

pub(super) const NSCALE: Row =
    host("nscale", "Nscale", "https://inference.api.nscale.com/v1", &["NSCALE_API_KEY"], &[]);

pub(super) const LAMBDA: Row = host("lambda", "Lambda", "https://api.lambda.ai/v1", &["LAMBDA_API_KEY"], &[]);

pub(super) const FEATHERLESS: Row =
    host("featherless", "Featherless", "https://api.featherless.ai/v1", &["FEATHERLESS_AI_API_KEY"], &[]);

pub(super) const FRIENDLI: Row =
    host("friendli", "FriendliAI", "https://api.friendli.ai/serverless/v1", &["FRIENDLI_TOKEN"], &[]);

pub(super) const WANDB: Row =
    host("wandb", "Weights & Biases Inference", "https://api.inference.wandb.ai/v1", &["WANDB_API_KEY"], &[]);

pub(super) const INCEPTION: Row =
    host("inception", "Inception", "https://api.inceptionlabs.ai/v1", &["INCEPTION_API_KEY"], &[]);

pub(super) const MORPH: Row = host("morph", "Morph", "https://api.morphllm.com/v1", &["MORPH_API_KEY"], &[]);

pub(super) const VOLCENGINE: Row = host(
    "volcengine",
    "Volcengine Ark (Doubao)",
    "https://ark.cn-beijing.volces.com/api/v3",
    &["ARK_API_KEY", "VOLCENGINE_API_KEY"],
    &[],
);

pub(super) const LMSTUDIO: Row = Row {
    // Accepts a tool choice as text only, and no `json_object`.
    force: Force::Required,
    default_mode: JsonSchema,
    modes: &[Tools, ToolsStrict, JsonSchema, MdJson, Mode::ParallelTools, Mode::ResponsesTools],
    dialect: Dialect::Grammar,
    tool_dialect: Dialect::GrammarTools,
    parts: Parts { image: PartSupport::Data, audio: PartSupport::No, document: PartSupport::No },
    ..local("lmstudio", "LM Studio", "http://localhost:1234/v1", &["LM_STUDIO_API_KEY"], &["LM_STUDIO_API_BASE"])
};

pub(super) const LLAMAFILE: Row = Row {
    id: "llamafile",
    title: "llamafile",
    base: Some("http://127.0.0.1:8080/v1"),
    key_env: &["LLAMAFILE_API_KEY"],
    base_env: &["LLAMAFILE_API_BASE"],
    ..super::local::LLAMA_CPP
};

pub(super) const DOCKER: Row = Row {
    id: "docker",
    title: "Docker Model Runner",
    base: Some("http://localhost:22088/engines/llama.cpp/v1"),
    key_env: &[],
    base_env: &["DOCKER_MODEL_RUNNER_API_BASE"],
    modes: CHAT,
    ..super::local::LLAMA_CPP
};
