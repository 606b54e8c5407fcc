//! The app's own tools next to the response model: `ownTools` and `maxSteps`.

use super::*;
use crate::call::tools::OwnTools;
use crate::jsontext::ToText;
use crate::mode::ModeRequest;
use crate::schema::ResponseModel;

/// The default of `maxSteps`: how many answers of one conversation may call own tools.
const DEFAULT_STEPS: u32 = 8;
/// The largest `maxSteps`.
const MAX_STEPS: u64 = 1000;

impl Client {
    /// Adds the own tools to the request.
    #[inline(never)]
    pub(super) fn add_own_tools(
        &self,
        steering: &Map<String, Value>,
        request: &ModeRequest,
        resolved: &mut mode::ResolvedMode,
    ) -> Result<OwnTools, Error> {
        const WANTED: &str = "a list of { name, description, schema }";
        let wrong = || Error::invalid_parameter("tools", WANTED);
        let mut models = Vec::new();
        for tool in steering.get("ownTools").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| tool.get(key).and_then(Value::as_str);
            let schema = tool.get("schema").filter(|schema| schema.is_object()).ok_or_else(wrong)?;
            let name = text("name").ok_or_else(wrong)?;
            let description = text("description");
            let given = obj! { "name": name, "schema": schema, "description": description };
            let make = || {
                let model = ResponseModel::of_value(schema.clone(), Some(name), description)?;
                match model.wrapper() {
                    None => Ok(model),
                    Some(_) => Err(not_an_object(name)),
                }
            };
            models.push(self.models.get(&["tool ", &given.to_text()].concat(), make)?);
        }
        let schemas = mode::add_own_tools(request, &models, resolved)?;
        let max_steps = match steering.get("maxSteps") {
            None | Some(Value::Null) => DEFAULT_STEPS,
            Some(given) => match given.as_u64() {
                Some(steps @ 1..) => steps.min(MAX_STEPS) as u32,
                _ => return Err(Error::invalid_parameter("maxSteps", "a whole number of at least 1")),
            },
        };
        Ok(OwnTools { schemas, max_steps })
    }
}

fn not_an_object(name: &str) -> Error {
    let message =
        ["The parameters of the tool `", name, "` must be the schema of an object, without alternatives at its root."];
    Error::configuration(message.concat()).with("parameter", "tools")
}
