//! From the caller's JSON to a checked call: merges the client's and the call's parameters, chooses the mode and renders the
//! schema. Wrong arguments are reported here, before anything is sent, with the name of the argument and the expected value.

mod extra;
mod input;
mod keys;
mod needs;
mod own;
mod parts;
mod reading;
mod steering;
mod target;

use crate::jsontext;
use std::rc::Rc;

use crate::obj;
use serde_json::{Map, Value};

pub use self::parts::Requested;
pub use self::target::Target;

use self::extra::Extra;
use self::input::{read_messages, read_models};
use self::keys::{aliased, read_mode, split};
use self::steering::{Reading, flag, model_of, prompt_of};
use super::policy::Policy;
use super::price::Price;
use super::tools::{OwnTools, has_own};
use crate::call::partial::PartialStream;
use crate::error::{Error, Kind};
use crate::json::find::Shape;
use crate::json::incremental::{Leniency, Options};
use crate::json::wrapper::Wrapper;
use crate::mode;
use crate::output::Format;
use crate::output::Mode;
use crate::output::OutputRequest;
use crate::pointer::resolve;
use crate::provider::registry::Api;
use crate::provider::{Encode, Endpoint};
use crate::schema::{Models as ModelCache, RenderedSchema, notation_at};

/// A provider's model with the options that its calls share; makes a [`Call`](crate::Call) for each set of parameters.
pub struct Client {
    endpoint: Rc<Endpoint>,
    mode: Option<Mode>,
    /// Defaults of the parameters of the call itself (`maxRetries`, `timeout`, …).
    steering: Map<String, Value>,
    /// Request parameters of every call.
    params: Map<String, Value>,
    /// Fields that are added to every body unchanged.
    extra_body: Map<String, Value>,
    warnings: Vec<String>,
    /// Response models of earlier calls, with their rendered schemas.
    models: ModelCache,
}

impl Client {
    /// A client for a model, as `"provider/model"`. `options` are those of the npm package's `fromProvider` without
    /// functions: `apiKey`, `mode`, `baseURL`, `timeout` in milliseconds and so on, and default parameters of the
    /// calls. `env` is an object of environment variables; the process environment is not read.
    ///
    /// # Errors
    /// [`Kind::Configuration`] for an unknown provider, a missing key or an option with a wrong value; [`Kind::Mode`]
    /// for a mode that the provider does not accept.
    pub fn new(model: &str, options: Map<String, Value>) -> Result<Client, Error> {
        let mut options = aliased(options);
        let env = options.shift_remove("env").unwrap_or_default();
        let lookup = |name: &str| env.get(name).and_then(Value::as_str).filter(|v| !v.is_empty()).map(str::to_owned);
        // Removes the options of the endpoint; the rest are parameters of the call or of the request.
        let mut endpoint = Endpoint::resolve(model, &mut options, &lookup)?;
        let extra = Extra::take(&mut options)?;
        extra.address(&mut endpoint);
        let mut warnings = Vec::new();
        let mode = read_mode(options.get("mode"), &endpoint, &mut warnings)?;
        let (mut steering, params) = split(options);
        steering.shift_remove("mode");
        input::check_params(&params)?;
        Policy::read(&steering)?;
        Ok(Client {
            endpoint: Rc::new(endpoint),
            mode,
            steering,
            params,
            extra_body: extra.body,
            warnings,
            models: ModelCache::default(),
        })
    }

    /// The resolved client: `{provider, model, mode, baseURL, modes, warnings}`; `modes` are the names of the modes
    /// that the model accepts.
    pub fn info(&self) -> Value {
        let endpoint = &self.endpoint;
        let mode = mode::effective_mode(endpoint, self.mode, &self.params, &self.extra_body);
        let modes: Vec<&str> =
            mode::valid_modes(endpoint, &self.params, &self.extra_body).iter().map(|m| m.name()).collect();
        obj! {
            "provider": endpoint.row.id, "model": endpoint.model, "mode": mode.name(), "baseURL": endpoint.base_url,
            "modes": modes, "warnings": self.warnings, "parts": self.parts(),
        }
    }

    /// The parameters of a call, checked and merged with the client's.
    #[doc(hidden)]
    pub fn setup(&self, call: Map<String, Value>, stream: bool) -> Result<Setup, Error> {
        let Merged { mode, mut steering, params, extra } = self.merged(call)?;
        let mut endpoint = Rc::clone(&self.endpoint);
        if !extra.is_body_only() {
            extra.address(Rc::make_mut(&mut endpoint));
        }
        let mut extra_body = self.extra_body.clone();
        extra_body.extend(extra.body);
        let policy = Policy::read(&steering)?;
        let reading = Reading::of(&steering)?;
        let model = model_of(&steering, &endpoint)?;
        let priced = [endpoint.row.id, "/", &model].concat();
        let price = Price::read(steering.get("prices"), &priced)?;
        if policy.budget.usd().is_some() && price.is_none() {
            let message = [
                "budget.usd needs the price of the model: prices: { '",
                &priced,
                "': { input, output } }, in US dollars per million tokens.",
            ];
            return Err(Error::configuration(message.concat()).with("parameter", "prices"));
        }
        let autodetect = flag(&steering, "autodetect", false)?;
        let messages = read_messages(&mut steering, endpoint.row, autodetect)?;
        let models = read_models(&mut steering, &self.models)?;
        let given_prompt = steering.get("schemaPrompt").cloned();
        let request = mode::ModeRequest {
            endpoint: &endpoint,
            model: &model,
            mode,
            params: &params,
            extra: &extra_body,
            stream,
            parallel: models.parallel,
            named: models.named,
            own: has_own(&steering),
            schema_prompt: prompt_of(given_prompt.as_ref())?,
        };
        let mut resolved = mode::resolve(&request, &models.list)?;
        let own = match request.own {
            true => self.add_own_tools(&steering, &request, &mut resolved)?,
            false => OwnTools::default(),
        };
        if params.contains_key("system") && !resolved.api.has_system_field() {
            let row = endpoint.row.title;
            let message =
                [row, " has no field `system`. Put it into messages: { role: 'system', content: '…' }."].concat();
            return Err(Error::configuration(message).with("parameter", "system"));
        }
        if resolved.output.mode == Mode::ParallelTools && stream {
            return Err(Error::configuration("stream=True is not supported when using PARALLEL_TOOLS mode"));
        }
        let name = match (models.list.first(), models.parallel) {
            (Some(model), false) => model.name.clone(),
            _ => "Response".to_owned(),
        };
        let targets: Vec<Target> = models
            .list
            .iter()
            .zip(&resolved.schemas)
            .map(|(model, schema)| Target { model: Rc::clone(model), schema: schema.clone() })
            .collect();
        // Several calls are not read as the one value of a text.
        let structural = !models.parallel
            && (reading.structural && resolved.schema_prompt || reading.lenient || reading.retry_leniently);
        // By default where a further key is an error in any case.
        let closed = matches!(targets.as_slice(), [target] if target.is_closed());
        let stop_when_complete = flag(&steering, "stopWhenComplete", structural && closed)?;
        // A request for parts has no turns of the tools' calls.
        let repair_parts = reading.repair_parts && !models.parallel && !request.own;
        Ok(Setup {
            api: resolved.api,
            schema_prompt: resolved.schema_prompt,
            endpoint,
            model,
            output: resolved.output,
            schemas: resolved.schemas,
            targets,
            messages,
            params,
            extra_body,
            policy,
            price,
            name,
            strict: reading.strict,
            lenient: reading.lenient,
            retry_leniently: reading.retry_leniently,
            structural,
            repair_parts,
            stop_loops: flag(&steering, "stopLoops", true)?,
            stop_when_complete,
            given_prompt,
            stream,
            own,
            keeps_calls: models.parallel && models.named,
            events: flag(&steering, "events", false)?,
            every_delta: reading.every_delta,
        })
    }

    /// The parameters of a call after those of the client.
    fn merged(&self, call: Map<String, Value>) -> Result<Merged, Error> {
        let mut call = aliased(call);
        let extra = Extra::take(&mut call)?;
        // Warnings are returned by `warning`.
        let mode = read_mode(call.get("mode"), &self.endpoint, &mut Vec::new())?.or(self.mode);
        let (own_steering, own_params) = split(call);
        let mut steering = self.steering.clone();
        steering.extend(own_steering);
        input::check_params(&own_params)?;
        let mut params = self.params.clone();
        params.extend(own_params);
        Ok(Merged { mode, steering, params, extra })
    }

    /// A warning about the name of a mode that a call uses, if it is a legacy name.
    pub fn warning(&self, mode: &str) -> Option<String> {
        mode::parse(mode, self.endpoint.row).ok()?.warning
    }
}

/// The parameters of a call, merged with the client's.
struct Merged {
    mode: Option<Mode>,
    /// Parameters of the call itself.
    steering: Map<String, Value>,
    /// Parameters of the request.
    params: Map<String, Value>,
    /// The call's own additions to body, headers and query.
    extra: Extra,
}

/// The checked parameters of a call.
pub struct Setup {
    pub api: Api,
    pub endpoint: Rc<Endpoint>,
    pub model: String,
    /// With placeholders for the schemas; see [`Setup::output_without_placeholders`].
    pub output: OutputRequest,
    /// The instructions of `output` are the schema prompt.
    pub schema_prompt: bool,
    schemas: Vec<RenderedSchema>,
    /// One for each tool of `output`; empty for a raw call.
    pub targets: Vec<Target>,
    pub messages: Vec<Value>,
    pub params: Map<String, Value>,
    /// Fields that replace those of the finished body.
    pub extra_body: Map<String, Value>,
    pub policy: Policy,
    /// The prices of the model, if the caller gave them.
    pub price: Option<Price>,
    /// The model's name, for error texts.
    pub name: String,
    pub strict: bool,
    pub lenient: bool,
    /// Read leniently before a reask: `strict: false`, and `parse` is not given.
    pub retry_leniently: bool,
    /// An answer that is not valid is read by its structure before a reask.
    pub structural: bool,
    /// Failing parts of an answer are requested before the whole.
    pub repair_parts: bool,
    /// A stream that repeats itself is stopped, and a cut answer that does is requested again.
    pub stop_loops: bool,
    /// A stream is stopped when every known key is complete and another one begins.
    pub stop_when_complete: bool,
    /// The caller's `schemaPrompt`.
    given_prompt: Option<Value>,
    pub stream: bool,
    /// Parallel tools of `tools({…})`: valid calls are kept, and each of the others is requested again.
    pub keeps_calls: bool,
    /// The app's own tools.
    pub own: OwnTools,
    /// The caller has hooks.
    pub events: bool,
    /// A snapshot after each delta instead of each network chunk.
    pub every_delta: bool,
}

impl Setup {
    pub fn is_raw(&self) -> bool {
        self.output.mode == Mode::Raw
    }

    /// The incremental parser for one attempt of a stream.
    pub fn partial(&self) -> PartialStream {
        // Arguments are JSON or almost JSON; a text may have a fence, prose or reasoning around it.
        let text = self.output.tools.is_empty() || self.output.mode == Mode::ResponsesTools;
        let leniency = if text { Leniency::Text } else { Leniency::Relaxed };
        let shape = if text { self.shape(0) } else { Shape::default() };
        let keys =
            self.targets.first().filter(|_| self.stop_when_complete && !self.yields_elements()).and_then(Target::keys);
        let stream = PartialStream::new(Options { leniency, shape, ..Options::default() })
            .watching(keys)
            .restoring(self.targets.first().and_then(|target| target.plan().streaming()));
        if self.every_delta { stream.every_delta() } else { stream }
    }

    /// The schemas that have placeholders in the request: those of its tools and of its format.
    pub fn placeholders(&self) -> &[RenderedSchema] {
        let format = usize::from(matches!(self.output.format, Some(Format::Schema { .. })));
        self.schemas.get(..self.output.tools.len() + format).unwrap_or_default()
    }

    /// The request with the schemas in place of their placeholders.
    pub fn output_without_placeholders(&self) -> OutputRequest {
        let mut output = self.output.clone();
        let format = match &mut output.format {
            Some(Format::Schema { schema, .. }) => Some(schema),
            _ => None,
        };
        let places = output.tools.iter_mut().map(|tool| &mut tool.parameters).chain(format);
        places.zip(&self.schemas).for_each(|(place, schema)| *place = schema.value());
        output
    }

    /// The notation of types, if the prompt has it.
    pub fn types(&self) -> Option<&str> {
        let types = self.targets.first()?.schema.notation_if_made()?;
        self.output.instructions.as_deref().filter(|prompt| prompt.contains(types)).map(|_| types)
    }

    /// The line of the notation of types for a failing value, if the prompt has the notation.
    pub fn types_at(&self, path: &[Value]) -> Option<String> {
        self.types()?;
        let root = self.targets.first()?.sent();
        let mut schema = resolve(root, root)?;
        let mut name = String::new();
        let wrapper = self.targets.first()?.plan().unwrap_key().map(Value::from);
        for step in wrapper.iter().chain(path) {
            schema = match step {
                Value::String(key) => {
                    name.clone_from(key);
                    schema.get("properties")?.get(key)?
                }
                _ => schema.get("items")?,
            };
            schema = resolve(root, schema)?;
        }
        let types = notation_at(root, schema)?;
        Some([&jsontext::quoted(&name), ": ", &types].concat()).filter(|_| !path.is_empty())
    }

    /// Whether a text of the caller's messages has these words.
    pub fn says(&self, words: &str) -> bool {
        fn says(value: &Value, words: &str) -> bool {
            match value {
                Value::String(text) => text.contains(words),
                Value::Array(parts) => parts.iter().any(|part| says(part, words)),
                Value::Object(part) => part.get("text").is_some_and(|text| says(text, words)),
                _ => false,
            }
        }
        self.messages.iter().filter_map(|message| message.get("content")).any(|content| says(content, words))
    }

    /// The input of the encoder, for [`Setup::output`] or [`Setup::output_without_placeholders`].
    pub fn encode_input<'a>(&'a self, output: &'a OutputRequest) -> Encode<'a> {
        Encode {
            endpoint: &self.endpoint,
            model: &self.model,
            output,
            messages: &self.messages,
            params: &self.params,
            extra: &self.extra_body,
            stream: self.stream,
        }
    }

    /// The value is an array.
    pub fn expects_array(&self) -> bool {
        let is_array = |target: &Target| target.schema().get("type").and_then(Value::as_str) == Some("array");
        self.expects_list() || matches!(self.targets.as_slice(), [one] if is_array(one))
    }

    /// The elements of a list are yielded one by one while they arrive.
    pub fn yields_elements(&self) -> bool {
        self.stream && matches!(self.targets.as_slice(), [one] if one.model.is_iterable())
    }

    /// The answer is a list of elements, in `tasks`.
    pub fn expects_list(&self) -> bool {
        matches!(self.targets.as_slice(), [one] if one.plan().wrapper() == Some(Wrapper::Tasks))
    }
}
