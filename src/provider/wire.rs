//! The implementation of each wire API.

use super::WireApi;
use super::registry::Api;

/// The implementation of a wire API.
pub fn wire(api: Api) -> &'static dyn WireApi {
    match api {
        Api::OpenaiChat => &super::openai_chat::OpenaiChat,
        Api::OpenaiResponses => &super::openai_responses::OpenaiResponses,
        Api::Anthropic => &super::anthropic::Anthropic,
        Api::Gemini => &super::gemini::Gemini,
        Api::CohereV2 => &super::cohere::Cohere,
        Api::BedrockConverse => &super::bedrock::Bedrock,
        Api::OllamaNative => &super::ollama_native::OllamaNative,
        Api::WorkersAi => &super::workers_ai::WorkersAi,
    }
}
