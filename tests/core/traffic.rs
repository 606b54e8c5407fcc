//! Recorded answers of real providers: each decodes to the text, tool calls and finish reason that were derived
//! independently (`derived`); streams are also split randomly in 20 ways. Prints a table and a summary line.
//!
//! The recordings are read from the test data's folder and are not part of this repository.

use crate::{framings, support};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use instructor_wasm::machinery::chat::{Answer, UsageTotals};
use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::provider::registry::Api;
use instructor_wasm::machinery::provider::{Endpoint, Sink, StreamDecoder, error_body, wire};
use serde_json::{Value, json};

/// The APIs by the name of their folder, with a registry row that uses them.
const APIS: &[(&str, Api, &str)] = &[
    ("chat.completions", Api::OpenaiChat, "openai"),
    ("responses", Api::OpenaiResponses, "openai"),
    ("messages", Api::Anthropic, "anthropic"),
    ("generateContent", Api::Gemini, "google"),
    ("cohere.v2.chat", Api::CohereV2, "cohere"),
    ("converse", Api::BedrockConverse, "bedrock"),
    ("ollama.chat", Api::OllamaNative, "ollama"),
];

/// The recordings for which `derived` is wrong, recognised by their body, each with the reason.
fn exception(recorded: &Value) -> Option<&'static str> {
    let body = recorded["response"]["body_text"].as_str().unwrap_or_default();
    if recorded["stream"] == true && body.contains("\ndata: {\"error\"") {
        return Some("an error inside the stream: ours is a ProviderError, derived reads what came before it");
    }
    if recorded["provider"] == "perplexity" && recorded["stream"] == true && body.contains("\"message\"") {
        return Some("each event repeats the answer so far as `message` next to its `delta`: derived adds both up");
    }
    if recorded["api"] == "responses" && recorded["stream"] == true {
        if body.contains("\"type\":\"response.failed\"") {
            return Some("the stream reports that the answer failed: ours is a ProviderError, derived an empty answer");
        }
        match body.matches("\"type\":\"response.completed\"").count() {
            1 if body.contains("\"metadata\":{}}\n") => return Some("a hand-made fixture whose events are not JSON"),
            1 => {}
            0 => return Some("a fixture without its last event: ours is an IncompleteOutputError"),
            _ => return Some("several streams in one file: ours ends with the first, derived reads all"),
        }
    }
    if body.matches("\"type\":\"message_stop\"").count() > 1 {
        return Some("several streams in one file: ours ends with the first, derived reads all");
    }
    if recorded["api"] == "converse" && body.contains("\"citationsContent\"") {
        return Some("cited text is text: ours has it, unstreamed and streamed; derived has it in streams only");
    }
    if recorded["api"] == "messages" && recorded["stream"] != true && body.starts_with('[') {
        return Some("a fixture that keeps a stream's events as one array, which the API never sends");
    }
    if recorded["stream"] != true && !body.contains("\"choices\"") && recorded["api"] == "chat.completions" {
        return Some("a body without choices: ours is a ResponseParsingError, derived an empty answer");
    }
    if recorded["api"] == "responses" && body.replace(": ", ":").contains("\"phase\":\"commentary\"") {
        return Some("intermediate remarks are not text of the answer: ours keeps them apart, derived adds them to it");
    }
    None
}

const CUTS: usize = 20;

fn json_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            json_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(path);
        }
    }
}

/// The pieces that a consumer of the stream receives.
#[derive(Default)]
struct Seen {
    text: String,
    calls: BTreeMap<usize, (String, String)>,
}

impl Sink for Seen {
    fn text(&mut self, piece: &str) {
        self.text.push_str(piece);
    }
    fn tool_start(&mut self, index: usize, _: Option<&str>, name: &str) {
        self.calls.entry(index).or_default().0 = name.to_owned();
    }
    fn arguments(&mut self, index: usize, piece: &str) {
        self.calls.entry(index).or_default().1.push_str(piece);
    }
}

/// A small seeded generator, so that a failing split is reproducible.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

fn fed(
    mut decoder: Box<dyn StreamDecoder>,
    bytes: &[u8],
    random: &mut Random,
    whole: bool,
) -> Result<(Answer, Seen), String> {
    let mut seen = Seen::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let n = if whole { rest.len() } else { 1 + random.below(rest.len().min(400)) };
        let (chunk, after) = rest.split_at(n);
        decoder.push(chunk, &mut seen).map_err(|e| e.message)?;
        rest = after;
    }
    let answer = decoder.finish(&mut seen).map_err(|e| e.message)?;
    Ok((answer, seen))
}

fn parsed(text: &str) -> Value {
    if text.is_empty() { json!({}) } else { serde_json::from_str(text).unwrap_or_else(|_| text.into()) }
}

/// The differences between the answer and the derived one.
fn differs(answer: &Answer, derived: &Value) -> Option<String> {
    let text = answer.text.clone().unwrap_or_default();
    if text != derived["text"].as_str().unwrap_or_default() {
        return Some(format!("text {text:?} != {}", derived["text"]));
    }
    // A nameless call is an empty `function_call` of a gateway that sends every field.
    let mut wanted = derived["tool_calls"].as_array().cloned().unwrap_or_default();
    wanted.retain(|call| call["name"] != "");
    if wanted.len() != answer.tool_calls.len() {
        return Some(format!("{} calls != {}", answer.tool_calls.len(), wanted.len()));
    }
    for (call, wanted) in answer.tool_calls.iter().zip(&wanted) {
        let arguments = parsed(call.arguments.as_deref().unwrap_or_default());
        let wanted_arguments = match &wanted["arguments"] {
            Value::String(text) => parsed(text),
            Value::Null => json!({}),
            other => other.clone(),
        };
        if call.name != wanted["name"].as_str().unwrap_or_default() || arguments != wanted_arguments {
            return Some(format!("call {} {arguments} != {} {wanted_arguments}", call.name, wanted["name"]));
        }
        if let (Some(id), Some(wanted)) = (&call.id, wanted["id"].as_str())
            && id != wanted
        {
            return Some(format!("id {id} != {wanted}"));
        }
    }
    let finish = answer.finish_reason.as_deref();
    let wanted = derived["finish"].as_str();
    if wanted.is_some() && finish != wanted {
        return Some(format!("finish {finish:?} != {wanted:?}"));
    }
    None
}

/// The last usage object in an OpenAI-shaped event stream, found without our decoder.
fn usage_of(body: &str, streamed: bool) -> Option<Value> {
    if !streamed {
        return serde_json::from_str::<Value>(body).ok()?.get("usage").cloned().filter(Value::is_object);
    }
    body.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data:")?.trim()).ok())
        .filter_map(|event| event.get("usage").or_else(|| event.get("x_groq")?.get("usage")).cloned())
        .rfind(Value::is_object)
}

/// A Bedrock stream kept as JSON lines (`{event: payload}`), in the frames of the wire format.
fn framed(lines: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let event: Value = serde_json::from_str(line).unwrap();
        for (name, payload) in event.as_object().unwrap() {
            let headers = [(":event-type", name.as_str()), (":message-type", "event")];
            out.extend(framings::frame(&headers, payload.to_string().as_bytes()));
        }
    }
    out
}

fn endpoint(provider: &str, fallback: &str) -> Endpoint {
    let mut options = json!({"apiKey": "k", "baseURL": "https://api.example.com/v1"}).as_object().unwrap().clone();
    let known = Endpoint::resolve(&format!("{provider}/m"), &mut options.clone(), &|_| None);
    known.or_else(|_| Endpoint::resolve(&format!("{fallback}/m"), &mut options, &|_| None)).unwrap()
}

/// How a recording compares; `Err` has the reason why it could not be compared.
type Compared = Result<Result<(), String>, &'static str>;

fn check(file: &Path, api: Api, fallback: &str) -> Compared {
    let text = std::fs::read_to_string(file).map_err(|_| "not readable")?;
    let recorded: Value = serde_json::from_str(&text).map_err(|_| "not JSON")?;
    let provider = recorded["provider"].as_str().unwrap_or_default();
    let endpoint = endpoint(provider, fallback);
    // A recording of another provider is decoded by the API it was recorded from.
    let wire = wire::wire(api);
    let status = recorded["response"]["status"].as_u64().unwrap_or(200) as u16;
    let bytes = match recorded["response"]["body_base64"].as_str() {
        Some(text) => support::base64(text),
        None => recorded["response"]["body_text"].as_str().ok_or("no body")?.as_bytes().to_vec(),
    };
    let lines = recorded["api"] == "converse" && recorded["stream"] == true && recorded["fidelity"] == "rewrapped";
    let bytes = if lines { framed(&String::from_utf8_lossy(&bytes)) } else { bytes };
    let body = &*String::from_utf8_lossy(&bytes);
    if recorded["kind"] == "error" || status >= 400 {
        let error = if status >= 400 {
            error_body::provider_error(&endpoint, wire, status, &[], body, 0.0)
        } else {
            match fed(wire.decode_stream(&endpoint), &bytes, &mut Random(1), true) {
                Err(_) => return Ok(Ok(())),
                Ok(_) if recorded["stream"] == true => return Ok(Err("an error was read as an answer".into())),
                Ok(_) => return Err("an error of the recorder without an error status or body"),
            }
        };
        let expected = error.kind == Kind::Provider && error.detail["status"] == status && error.message.len() > 20;
        return Ok(if expected { Ok(()) } else { Err(error.message) });
    }
    let derived = &recorded["derived"];
    if derived.is_null() {
        return Err("no derived answer to compare with");
    }
    if recorded["stream"] != true {
        let body: Value = serde_json::from_str(body).map_err(|_| "the body is not JSON")?;
        let usage = usage_of(&body.to_string(), false);
        let answer = match wire.decode(&endpoint, body) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error.message)),
        };
        if api == Api::OpenaiChat && answer.usage != usage {
            return Ok(Err("usage".into()));
        }
        return Ok(differs(&answer, derived).map_or(Ok(()), Err));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ text.len() as u64);
    for cut in 0..CUTS {
        let (answer, seen) = match fed(wire.decode_stream(&endpoint), &bytes, &mut random, cut == 0) {
            Ok(fed) => fed,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(difference) = differs(&answer, derived) {
            return Ok(Err(format!("cut {cut}: {difference}")));
        }
        if seen.text != answer.text.clone().unwrap_or_default() {
            return Ok(Err(format!("cut {cut}: the pieces {:?} are not the text {:?}", seen.text, answer.text)));
        }
        let pieces: Vec<_> = seen.calls.values().cloned().collect();
        let calls: Vec<_> =
            answer.tool_calls.iter().map(|c| (c.name.clone(), c.arguments.clone().unwrap_or_default())).collect();
        if pieces != calls {
            return Ok(Err(format!("cut {cut}: the pieces {pieces:?} are not the calls {calls:?}")));
        }
        let usage = usage_of(body, true);
        if api == Api::OpenaiChat
            && usage.as_ref().map(UsageTotals::read) != answer.usage.as_ref().map(UsageTotals::read)
        {
            return Ok(Err(format!("usage {:?} != {usage:?}", answer.usage)));
        }
    }
    Ok(Ok(()))
}

#[test]
fn recorded_traffic_decodes_as_derived() {
    let Some(root) = support::testdata("traffic") else { return };
    let mut table: BTreeMap<(String, String, String), [usize; 3]> = BTreeMap::new();
    let (mut compared, mut equal, mut excepted, mut different) = (0, 0, 0, 0);
    let (mut skipped, mut streams, mut others) = (0, 0, BTreeMap::<String, usize>::new());
    let mut files = Vec::new();
    json_files(&root, &mut files);
    files.sort();
    for file in &files {
        let Ok(inner) = file.strip_prefix(&root) else { continue };
        let parts: Vec<_> = inner.iter().map(|p| p.to_string_lossy().into_owned()).collect();
        let [provider, api_name, kind, _] = parts.as_slice() else { continue };
        let Some((_, api, fallback)) = APIS.iter().find(|(folder, ..)| folder == api_name) else {
            *others.entry(api_name.clone()).or_default() += 1;
            continue;
        };
        let outcome = match check(file, *api, fallback) {
            Ok(outcome) => outcome,
            Err(why) => {
                skipped += 1;
                println!("skipped {}: {why}", inner.display());
                continue;
            }
        };
        compared += 1;
        streams += usize::from(kind.ends_with("stream"));
        let row = table.entry((provider.clone(), api_name.clone(), kind.clone())).or_default();
        row[0] += 1;
        match outcome {
            Ok(()) => {
                equal += 1;
                row[1] += 1;
            }
            Err(why) => match std::fs::read(file).ok().and_then(|b| exception(&serde_json::from_slice(&b).ok()?)) {
                Some(reason) => {
                    excepted += 1;
                    println!("excepted {}: {reason}", inner.display());
                }
                None => {
                    different += 1;
                    row[2] += 1;
                    println!("DIFFERENT {}: {}", inner.display(), why.chars().take(300).collect::<String>());
                }
            },
        }
    }
    println!("{:<44} {:<18} {:<20} {:>8} {:>6} {:>9}", "provider", "api", "kind", "compared", "equal", "different");
    for ((provider, api, kind), [compared, equal, different]) in &table {
        println!("{provider:<44} {api:<18} {kind:<20} {compared:>8} {equal:>6} {different:>9}");
    }
    for (api, count) in &others {
        println!("not supported {api}: {count} files");
    }
    let cut = if streams > 0 { format!(", streams re-cut {CUTS} ways {streams}") } else { String::new() };
    let others: usize = others.values().sum();
    println!(
        "traffic: files {}, compared {compared}{cut}, equal {equal}, excepted {excepted}, different {different}, skipped {skipped}, of APIs not supported {others}",
        files.len()
    );
    assert_eq!(different, 0);
}
