//! An article as a value of JavaScript: an object, as the browser's own tools show it.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use super::Article;

pub(super) fn value(article: &Article) -> JsValue {
    let tags: Array = article.tags.iter().map(|tag| JsValue::from_str(tag)).collect();
    let parts = [
        ("title", JsValue::from_str(&article.title)),
        ("tags", tags.into()),
        ("revision", JsValue::from(article.revision)),
    ];
    let object = Object::new();
    for (name, part) in parts {
        Reflect::set(&object, &name.into(), &part).expect("a new object takes what it is given");
    }
    object.into()
}

/// Returns `None` for what no [`value`] has made: others may write to the same database.
pub(super) fn article(id: u32, value: &JsValue) -> Option<Article> {
    let part = |name: &str| Reflect::get(value, &name.into()).ok();
    let tags = part("tags").filter(Array::is_array)?;
    Some(Article {
        id,
        title: part("title")?.as_string()?,
        tags: Array::from(&tags).iter().map(|tag| tag.as_string()).collect::<Option<_>>()?,
        revision: part("revision")?.as_f64()? as u32,
    })
}
