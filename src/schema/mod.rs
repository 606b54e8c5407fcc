//! Schemas: the response model, rendering into an API dialect, restoring the answer.
//!
//! ```text
//! any JSON Schema ─▶ normal (one draft) ─▶ model (object root, name) ─▶ render by a dialect's table ─▶ the API
//!                                                                            │
//!                                                    value ◀─ plan.restore ◀─┴─ the answer
//!                                             packed ops  ◀─ stream::Restoring ◀─ the answer's events, as they come
//! ```
//!
//! The restored value is validated against the schema as the caller gave it ([`ResponseModel::original`]), so a constraint that
//! an API does not support is still checked.

mod cache;
mod describe;
pub mod dialect;
mod keywords;
pub mod lint;
mod matches;
mod merge;
mod model;
mod models;
mod names;
mod normal;
mod notation;
mod parts;
mod plain;
mod plan;
mod put;
mod refs;
mod render;
mod rendered;
mod rendered_schema;
mod size;
mod stream;
#[cfg(feature = "schemars")]
mod types;

pub use dialect::Dialect;
pub use lint::Finding;
pub use model::ResponseModel;
pub use models::Models;
pub use parts::{Part, parts};
pub use plan::Plan;
pub use rendered::{Level, Note, Rendered};
pub use rendered_schema::{RenderedSchema, substitute};
pub use stream::Restoring;

use crate::error::Error;
use dialect::rules::Rules;
use plain::plain;
use plan::simplify;
use put::Put;
use refs::{each_ref_of, rebase};
use serde_json::{Map, Value};
use size::check_limits;
use std::borrow::Cow;

/// The schema in this dialect, for a response format or for a tool's parameters. A model is rendered once per dialect, for all
/// its clones.
pub fn render_shared(model: &ResponseModel, dialect: Dialect, tool: bool) -> Result<RenderedSchema, Error> {
    let dialect = dialect.of(model.schema());
    let entry = model.rendered.get(dialect, || match dialect.rules() {
        None => Ok(plain(model)),
        Some(rules) => render_by(model, rules),
    })?;
    Ok(RenderedSchema { entry, tool, dates_in_words: false })
}

/// A part of a rendered schema in the notation of types. The part of the build that has the notation must be loaded.
pub fn notation_at(root: &Value, schema: &Value) -> Option<String> {
    Some(notation::part(root.as_object()?, schema.as_object()?))
}

/// A copy of the rendered schema for a response format.
pub fn render(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    Ok(render_shared(model, dialect, false)?.rendered())
}

// Apart from `form`, so that the build can put the renderer into a separate file.
#[inline(never)]
fn render_by(model: &ResponseModel, rules: &'static Rules) -> Result<Rendered, Error> {
    let mut refers_to_root = false;
    each_ref_of(model.schema(), &mut |reference| refers_to_root |= reference == "#");
    let (root, name) = match refers_to_root {
        true => {
            let (root, name) = with_own_definition(model);
            (Cow::Owned(root), Some(name))
        }
        false => (Cow::Borrowed(model.schema()), None),
    };
    let mut renderer = render::Renderer::new(rules, &root);
    let out = renderer.root(name)?;
    check_limits(&out.schema, &rules.limits, &renderer)?;
    let (nodes, notes) = (renderer.nodes, renderer.notes);
    let mut plan = Plan { wrapper: model.wrapper(), nodes, root: out.node, ..Plan::default() };
    if simplify(&mut plan) {
        plan.rendered = out.schema.clone();
        plan.original = root.into_owned();
    }
    Ok(Rendered { schema: Value::Object(out.schema), plan, notes })
}

/// Replaces references to the root by references to a definition: not every API supports `#`, and the rendered root can differ.
fn with_own_definition(model: &ResponseModel) -> (Map<String, Value>, String) {
    let name = match model.schema().get("$defs") {
        Some(Value::Object(defs)) => names::free(defs, &model.name),
        _ => model.name.clone(),
    };
    let target = format!("#/$defs/{name}");
    let mut whole = Value::Object(model.schema().clone());
    rebase(&mut whole, &target);
    let Value::Object(mut map) = whole else { return Default::default() };
    let mut own = map.clone();
    let mut defs = match own.shift_remove("$defs") {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    defs.insert(name.clone(), Value::Object(own));
    map.put("$defs", Value::Object(defs));
    (map, name)
}
