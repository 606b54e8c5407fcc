//! The type of a dialect's table, and the types of its fields.

/// How an optional property, or `null` in addition to another type, is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// `"type": ["string", "null"]`
    TypeList,
    /// `"anyOf": [{...}, {"type": "null"}]`
    AnyOf,
    /// `"nullable": true`
    Flag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refs {
    /// `$ref` and `$defs` pass, recursion too.
    Keep,
    /// They pass unless they form a circle; circles are unrolled.
    KeepUnlessRecursive,
    /// Every reference is replaced by its target; circles are unrolled.
    Inline,
}

/// The values that an `enum` may list. Others become strings and are turned back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enums {
    Scalars,
    StringsAndNumbers,
    Strings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    None,
    /// No lookaround, no back references.
    Simple,
    /// Simple, and without `^` and `$`.
    Unanchored,
    /// Only `^...$`, and written as a grammar reads it, see `render::pattern`.
    Grammar,
}

/// The names that properties may have. Others are replaced, and turned back in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    Any,
    /// `^[a-zA-Z0-9_.-]{1,64}$`
    Word,
    /// `^[a-zA-Z_][a-zA-Z0-9_]{0,63}$`
    Identifier,
}

impl Names {
    pub fn accepts(self, name: &str) -> bool {
        self == Names::Any
            || (1..=64).contains(&name.len())
                && name.chars().all(|c| self.has(c))
                && !(self == Names::Identifier && name.starts_with(|c: char| c.is_ascii_digit()))
    }

    fn has(self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_' || (self == Names::Word && matches!(c, '.' | '-'))
    }

    /// A name of this kind that reads like `name`, short enough for a number after it.
    pub fn like(self, name: &str) -> String {
        let mut out: String = name.chars().take(56).map(|c| if self.has(c) { c } else { '_' }).collect();
        if !out.contains(|c: char| c.is_ascii_alphanumeric()) {
            out = "property".to_owned();
        }
        if self == Names::Identifier && out.starts_with(|c: char| c.is_ascii_digit()) {
            out.insert(0, '_');
        }
        out
    }
}

/// Numbers that the API documents; 0 means unlimited.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Properties in the whole schema.
    pub properties: usize,
    /// Nesting of objects and arrays; deeper parts become JSON text.
    pub depth: usize,
    /// Values of all enums together.
    pub enum_values: usize,
    /// Length of property names, definition names, enum and const values together.
    pub characters: usize,
    /// Properties left out of `required`, in the whole schema; further ones become entries.
    pub optional: usize,
    /// Properties with a union type (anyOf or a type list), in the whole schema.
    pub unions: usize,
    /// Branches of one `anyOf`.
    pub branches: usize,
}

pub const NO_LIMITS: Limits =
    Limits { properties: 0, depth: 0, enum_values: 0, characters: 0, optional: 0, unions: 0, branches: 0 };

/// One dialect's table.
#[derive(Debug)]
pub struct Rules {
    pub name: &'static str,
    /// Constraints and annotations that pass as they are.
    pub kept: &'static [&'static str],
    pub names: Names,
    /// Values of `format` that pass; others are described.
    pub formats: &'static [&'static str],
    pub patterns: Patterns,
    /// `"additionalProperties": false` on every object.
    pub close: bool,
    /// Every property is in `required`; optional ones are nullable instead.
    pub all_required: bool,
    pub null: Null,
    /// A list of types in `type` (in addition to null) passes; otherwise it becomes `anyOf`.
    pub type_lists: bool,
    pub refs: Refs,
    /// A `description` next to `$ref` passes.
    pub ref_siblings: bool,
    /// `const` passes; otherwise it becomes an enum of one value.
    pub constants: bool,
    pub enums: Enums,
    /// Bounds of lengths and counts pass below this number; 0 means unlimited.
    pub counts_below: u64,
    /// `properties` may be empty; otherwise it is left out then.
    pub empty_properties: bool,
    /// `minItems` passes only as 0 or 1.
    pub min_items_one: bool,
    /// `additionalProperties` with a schema passes; otherwise such members become a list of `{key, value}`.
    pub maps: bool,
    /// `prefixItems` passes; otherwise a tuple becomes an object.
    pub tuples: bool,
    /// `{}` passes; otherwise a value of any type is requested as JSON text in a string.
    pub any: bool,
    /// Objects in one `anyOf` must be told apart by their first key or its value.
    pub distinct_branches: bool,
    /// `propertyOrdering` states the order of the keys.
    pub ordering: bool,
    /// At least one property of an object must be required.
    pub one_required: bool,
    pub limits: Limits,
}

/// What most dialects share; a table states what differs.
pub const BASE: Rules = Rules {
    name: "",
    kept: &["title", "description"],
    names: Names::Any,
    formats: &[],
    patterns: Patterns::None,
    close: false,
    all_required: false,
    null: Null::AnyOf,
    type_lists: false,
    refs: Refs::Keep,
    ref_siblings: false,
    constants: true,
    enums: Enums::Scalars,
    counts_below: 0,
    empty_properties: true,
    min_items_one: false,
    maps: false,
    tuples: false,
    any: false,
    distinct_branches: false,
    ordering: false,
    one_required: false,
    limits: NO_LIMITS,
};
