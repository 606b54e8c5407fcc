//! Which parts of the core a call runs. The build cuts the wasm module into files along these lines (scripts/parts.mjs);
//! the host loads the files that are named here. Natively everything is one program, and nothing needs to be loaded.

use super::input::is_named;
use super::*;
use crate::jsontext::ToText;
use crate::provider::auth::Auth;
use crate::schema::Dialect;

/// Keywords that make a response model be merged or resolved before it is sent, by the part `schema`.
const MERGED: &[&str] = &["\"$ref\"", "\"allOf\"", "\\\"$ref\\\"", "\\\"allOf\\\""];

/// The later half of the part `schema` (scripts/parts.mjs).
const SCHEMA_ANSWER: &str = "schema-answer";

/// Names of parts, as scripts/parts.mjs has them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// What makes the request.
    pub request: Vec<&'static str>,
    /// What reads its answer, in addition.
    pub answer: Vec<&'static str>,
    /// Later halves of parts of the request, until they are added to the answer's.
    late: Vec<&'static str>,
}

impl Client {
    /// Every part that a call of this client may run, except the lenient reader.
    pub fn parts(&self) -> Vec<&'static str> {
        let row = self.endpoint.row;
        let responses = row.modes.contains(&Mode::ResponsesTools).then_some("responses");
        let parts = row.api.part().into_iter().chain(responses).chain(["schema", "notation", "answer"]);
        parts.chain(row.api.answer_part()).chain([SCHEMA_ANSWER]).collect()
    }

    /// The parts that a call with these parameters runs. What is wrong with the parameters is found by
    /// [`Client::setup`], with the same parts loaded.
    pub fn needs(&self, call: Map<String, Value>) -> Result<Needs, Error> {
        let Merged { mode, steering, params, extra } = self.merged(call)?;
        let mut extra_body = self.extra_body.clone();
        extra_body.extend(extra.body);
        let model = match steering.get("model") {
            Some(Value::String(model)) => model.as_str(),
            _ => &self.endpoint.model,
        };
        let given = steering.get("responseModel").filter(|given| !given.is_null());
        let mut request = mode::ModeRequest {
            endpoint: &self.endpoint,
            model,
            mode,
            params: &params,
            extra: &extra_body,
            stream: false,
            parallel: given.is_some_and(|given| given.get("parallel").is_some()),
            named: given.is_some_and(is_named),
            own: has_own(&steering),
            schema_prompt: prompt_of(steering.get("schemaPrompt"))?,
        };
        let reading = Reading::of(&steering)?;
        let mut in_text = false;
        let mut needs = Needs { answer: vec!["answer"], ..Needs::default() };
        match given {
            None => needs.api(mode::raw_api(&request)),
            Some(given) => {
                let route = mode::route(&request)?;
                let text = given.to_text();
                let merged = MERGED.iter().any(|word| text.contains(word));
                needs.add(&route, &request, merged, reading.repair_parts);
                in_text = route.has_prompt();
                // A stream may have another mode than a whole answer.
                request.stream = true;
                if !self.endpoint.row.unstreamed.is_empty()
                    && let Ok(route) = mode::route(&request)
                {
                    needs.add(&route, &request, merged, reading.repair_parts);
                }
            }
        }
        if request.own {
            needs.request("tools");
            let own = steering.get("ownTools").map(ToText::to_text).unwrap_or_default();
            let mode = given.and_then(|_| mode::route(&request).ok()).map_or(Mode::Raw, |route| route.mode);
            if mode::tools_of(&request, mode).0 != Dialect::Plain || MERGED.iter().any(|word| own.contains(word)) {
                needs.request("schema");
            }
        }
        match self.endpoint.auth {
            Auth::Aws { .. } => {
                needs.request("bedrock");
                needs.request("answer");
            }
            // The host makes the token, so code of the part runs before the request.
            Auth::Google(_) => needs.request("answer"),
            _ => {}
        }
        let stops = flag(&steering, "stopWhenComplete", false)?;
        if reading.lenient || reading.retry_leniently || reading.structural && in_text || stops {
            needs.answer.push("repair");
        }
        if reading.repair_parts {
            needs.answer.push("correct");
        }
        if request.named && !request.own {
            needs.answer.push("tools");
        }
        if needs.request.contains(&"schema") {
            needs.late.push(SCHEMA_ANSWER);
        }
        needs.answer.append(&mut needs.late);
        Ok(needs)
    }
}

impl Needs {
    fn request(&mut self, name: &'static str) {
        if !self.request.contains(&name) {
            self.request.push(name);
        }
    }

    fn api(&mut self, api: Api) {
        api.part().into_iter().for_each(|name| self.request(name));
        self.late.extend(api.answer_part().filter(|name| !self.late.contains(name)));
    }

    fn add(&mut self, route: &mode::Route, request: &mode::ModeRequest, merged: bool, by_parts: bool) {
        self.api(route.api);
        if merged || route.dialect != Dialect::Plain {
            self.request("schema");
        }
        // The text of a function describes the whole answer; a request for parts has the notation.
        let finished = matches!(request.schema_prompt, Some(mode::SchemaPrompt::Text(_)));
        if route.has_types(request) || (by_parts && finished) {
            self.request("notation");
        }
    }
}
