//! Images, audio and documents: the form of each API, or an error with provider and part.

use super::*;

const PNG: &str = "data:image/png;base64,AAAA";
const PDF: &str = "data:application/pdf;base64,AAAA";
const WAV: &str = "data:audio/wav;base64,AAAA";

fn image(source: &str) -> Value {
    json!({ "type": "image", "source": source })
}
fn document(source: &str) -> Value {
    json!({ "type": "document", "source": source, "filename": "a.pdf" })
}
fn audio(source: &str) -> Value {
    json!({ "type": "audio", "source": source })
}
const URL: &str = "https://a.example/b";

/// The part in the request.
fn sent(model: &str, options: Value, part: Value) -> Value {
    let messages = json!([{ "role": "user", "content": [{ "type": "text", "text": "What is it?" }, part] }]);
    let (_, body) = request(model, options, json!({ "messages": messages }));
    let turns = ["messages", "contents", "input"].iter().find_map(|key| body[*key].as_array()).unwrap();
    let turn = turns.iter().rfind(|turn| turn["role"] == "user").unwrap();
    let parts = if turn["content"].is_array() { &turn["content"] } else { &turn["parts"] };
    parts.as_array().unwrap().iter().rfind(|part| part.get("text").is_none()).unwrap().clone()
}

fn refused(model: &str, options: Value, part: Value) {
    let kind = part["type"].as_str().unwrap().to_owned();
    let messages = json!([{ "role": "user", "content": [part] }]);
    let error =
        call(model, options, json!({ "messages": messages })).err().unwrap_or_else(|| panic!("{model} took {kind}"));
    let provider = model.split('/').next().unwrap();
    assert!(error.message.starts_with(&format!("{provider} does not accept this {kind} part: ")), "{}", error.message);
    assert_eq!((error.detail["provider"].as_str(), error.detail["part"].as_str()), (Some(provider), Some(&*kind)));
}

#[test]
fn chat_completions_accept_images_audio_and_documents() {
    for model in ["openai/gpt-4o", "vllm/m", "together/m", "openai-compatible/m"] {
        let options = || json!({ "baseURL": "http://localhost:1/v1" });
        assert_eq!(sent(model, options(), image(PNG)), json!({ "type": "image_url", "image_url": { "url": PNG } }));
        assert_eq!(sent(model, options(), image(URL)), json!({ "type": "image_url", "image_url": { "url": URL } }));
        let file = json!({ "type": "file", "file": { "filename": "a.pdf", "file_data": PDF } });
        assert_eq!(sent(model, options(), document(PDF)), file);
        let sound = json!({ "type": "input_audio", "input_audio": { "data": "AAAA", "format": "wav" } });
        assert_eq!(sent(model, options(), audio(WAV)), sound);
        refused(model, options(), document(URL));
        refused(model, options(), audio(URL));
        refused(model, options(), audio("data:audio/flac;base64,AAAA"));
    }
}

#[test]
fn a_part_in_openais_own_form_keeps_its_other_fields() {
    let part = json!({ "type": "image_url", "image_url": { "url": URL, "detail": "low" }, "cache_control": { "type": "ephemeral" } });
    assert_eq!(sent("openrouter/m", json!({}), part.clone()), part);
    let file = json!({ "type": "file", "file": { "file_id": "f1" } });
    assert_eq!(sent("openai/m", json!({}), file.clone()), file);
    let detailed = json!({ "type": "image", "source": URL, "detail": "low" });
    assert_eq!(sent("openai/m", json!({}), detailed)["image_url"], json!({ "url": URL, "detail": "low" }));
}

#[test]
fn mistral_has_its_own_parts() {
    let mistral = |part| sent("mistral/m", json!({}), part);
    assert_eq!(
        mistral(document(URL)),
        json!({ "type": "document_url", "document_url": URL, "document_name": "a.pdf" })
    );
    assert_eq!(mistral(document(PDF))["document_url"], PDF);
    assert_eq!(mistral(audio(WAV)), json!({ "type": "input_audio", "input_audio": "AAAA" }));
    assert_eq!(mistral(image(PNG))["image_url"]["url"], PNG);
    let openai = json!({ "type": "file", "file": { "filename": "b.pdf", "file_data": PDF } });
    assert_eq!(mistral(openai), json!({ "type": "document_url", "document_url": PDF, "document_name": "b.pdf" }));
}

#[test]
fn openrouter_accepts_documents_by_url() {
    assert_eq!(sent("openrouter/m", json!({}), document(URL))["file"]["file_data"], URL);
}

#[test]
fn an_unsupported_part_is_refused_before_it_is_sent() {
    for model in ["ollama/llava", "chrome/m"] {
        assert_eq!(sent(model, json!({}), image(PNG))["image_url"]["url"], PNG);
        refused(model, json!({}), image(URL));
        refused(model, json!({}), document(PDF));
    }
    for model in ["writer/palmyra-x5", "webllm/m", "workers_ai/m"] {
        refused(model, json!({}), audio(WAV));
        refused(model, json!({}), document(PDF));
    }
    refused("ollama/llava", json!({ "native": true }), image(URL));
    refused("ollama/llava", json!({ "native": true }), audio(WAV));
    refused("openai/m", json!({}), json!({ "type": "image", "source": { "data": "AAAA" } }));
}

#[test]
fn responses_have_input_parts() {
    let responses = |part| sent("openai/gpt-6-sol", json!({}), part);
    assert_eq!(responses(image(URL)), json!({ "type": "input_image", "image_url": URL }));
    assert_eq!(responses(image(PNG))["image_url"], PNG);
    assert_eq!(responses(document(URL)), json!({ "type": "input_file", "file_url": URL }));
    assert_eq!(responses(document(PDF)), json!({ "type": "input_file", "filename": "a.pdf", "file_data": PDF }));
    assert_eq!(responses(audio(WAV))["input_audio"], json!({ "data": "AAAA", "format": "wav" }));
    refused("openai/gpt-6-sol", json!({}), audio(URL));
}

#[test]
fn anthropic_has_sources() {
    let anthropic = |part| sent("anthropic/claude-sonnet-4-5", json!({}), part);
    assert_eq!(anthropic(image(URL)), json!({ "type": "image", "source": { "type": "url", "url": URL } }));
    let data = json!({ "type": "base64", "media_type": "application/pdf", "data": "AAAA" });
    assert_eq!(anthropic(document(PDF)), json!({ "type": "document", "source": data, "title": "a.pdf" }));
    let cached = json!({ "type": "image_url", "image_url": { "url": PNG }, "cache_control": { "type": "ephemeral" } });
    assert_eq!(anthropic(cached)["cache_control"]["type"], "ephemeral");
    refused("anthropic/claude-sonnet-4-5", json!({}), audio(WAV));
    refused("anthropic/claude-sonnet-4-5", json!({}), image("data:image/tiff;base64,AAAA"));
}

#[test]
fn gemini_has_inline_and_file_data() {
    let gemini = |part| sent("google/gemini-2.5-flash", json!({}), part);
    assert_eq!(gemini(audio(WAV)), json!({ "inlineData": { "mimeType": "audio/wav", "data": "AAAA" } }));
    assert_eq!(gemini(document(PDF))["inlineData"]["mimeType"], "application/pdf");
    let vertex = sent("vertexai/gemini-2.5-flash", json!({ "accessToken": "t" }), image("gs://b/c.png"));
    assert_eq!(vertex, json!({ "fileData": { "fileUri": "gs://b/c.png", "mimeType": "image/png" } }));
}

#[test]
fn bedrock_has_bytes_and_s3() {
    let keys = || json!({ "apiKey": null, "accessKeyId": "a", "secretAccessKey": "s" });
    let model = "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0";
    assert_eq!(sent(model, keys(), image(PNG)), json!({ "image": { "format": "png", "source": { "bytes": "AAAA" } } }));
    let s3 = sent(model, keys(), document("s3://b/c.pdf"));
    let location = json!({ "s3Location": { "uri": "s3://b/c.pdf" } });
    assert_eq!(s3, json!({ "document": { "format": "pdf", "name": "a", "source": location } }));
    refused(model, keys(), image(URL));
}

#[test]
fn cohere_accepts_only_images() {
    assert_eq!(sent("cohere/command-a-vision", json!({}), image(URL))["image_url"]["url"], URL);
    refused("cohere/command-a-vision", json!({}), audio(WAV));
    refused("cohere/command-a-vision", json!({}), document(PDF));
}

#[test]
fn text_is_not_detected_as_an_image_unless_requested() {
    let messages = json!([{ "role": "user", "content": "https://169.254.169.254/latest.png" }]);
    let (_, body) = request("openai/m", json!({}), json!({ "messages": messages }));
    assert_eq!(body["messages"][0]["content"], messages[0]["content"]);
    let (_, body) = request("openai/m", json!({}), json!({ "messages": messages, "autodetect": true }));
    assert_eq!(body["messages"][0]["content"][0]["type"], "image_url");
}
