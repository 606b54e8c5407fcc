//! [`obj!`](crate::obj) makes small objects with little code. `serde_json::json!` generates code for every insertion, which
//! made up a twentieth of the core, and serialises each value; this macro passes a table to one function.

use serde_json::{Map, Value};

/// A value that can be a member of an object.
pub trait ToJson {
    fn to_json(&self) -> Value;
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}
impl ToJson for str {
    fn to_json(&self) -> Value {
        Value::String(self.to_owned())
    }
}
impl ToJson for String {
    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}
impl ToJson for bool {
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}
impl ToJson for u32 {
    fn to_json(&self) -> Value {
        (*self).into()
    }
}
impl ToJson for u64 {
    fn to_json(&self) -> Value {
        (*self).into()
    }
}
impl ToJson for std::borrow::Cow<'_, str> {
    fn to_json(&self) -> Value {
        Value::String(self.as_ref().to_owned())
    }
}
impl ToJson for Map<String, Value> {
    fn to_json(&self) -> Value {
        Value::Object(self.clone())
    }
}
impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(T::to_json).collect())
    }
}
impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.as_slice().to_json()
    }
}
impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}
impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

/// An object with these members, in order.
pub fn object(members: &mut [(&str, Value)]) -> Value {
    let mut map = Map::with_capacity(members.len());
    for (key, value) in members {
        map.insert((*key).to_owned(), value.take());
    }
    Value::Object(map)
}

/// `obj! { "key": value, … }`: an object. Values are cloned, as in `json!`.
macro_rules! obj {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::json::object::object(&mut [$(($key, $crate::json::object::ToJson::to_json(&$value))),*])
    };
}

pub(crate) use obj;
