//! Watches whether the page around, or the reader's system, switches between light and dark.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, MutationObserver, MutationObserverInit};

use super::host::theme_of;
use crate::app::Theme;
use crate::app::browser;
use crate::app::timeline::listen::Listener;

/// Watches until it is dropped.
#[derive(Debug)]
pub struct ThemeWatch {
    observer: Option<MutationObserver>,
    _call: Closure<dyn Fn()>,
    _system: Option<Listener>,
}

impl ThemeWatch {
    /// Calls `call` whenever the colours may have become others.
    pub fn new(call: impl Fn() + Clone + 'static) -> Self {
        let on_system = call.clone();
        let system = browser::dark_query().map(|query| Listener::new(&query, "change", move |_| on_system()));
        let call = Closure::<dyn Fn()>::new(call);
        let observer = MutationObserver::new(call.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            let options = MutationObserverInit::new();
            options.set_attribute_filter(&Array::of2(&"class".into(), &"data-theme".into()));
            for element in marked_elements() {
                // An element of the document can be watched, or its colours stay as they are.
                drop(observer.observe_with_options(&element, &options));
            }
        }
        Self { observer, _call: call, _system: system }
    }
}

impl Drop for ThemeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Returns the colours to show: what the author chose, else those of the page around, else the system's.
pub fn effective(chosen: Theme) -> Theme {
    let of_host = || {
        let said = marked_elements().into_iter().map(|element| {
            let classes = element.get_attribute("class").unwrap_or_default();
            theme_of(&classes, element.get_attribute("data-theme").as_deref())
        });
        said.into_iter().find(|theme| *theme != Theme::Auto)
    };
    match (chosen, of_host()) {
        (Theme::Light | Theme::Dark, _) => chosen,
        (Theme::Auto, Some(theme)) => theme,
        (Theme::Auto, None) if browser::dark_query().is_some_and(|query| query.matches()) => Theme::Dark,
        (Theme::Auto, None) => Theme::Light,
    }
}

/// The elements on which pages write their theme.
fn marked_elements() -> Vec<Element> {
    let Some(document) = browser::document() else { return Vec::new() };
    let body = document.body().map(Element::from);
    document.document_element().into_iter().chain(body).collect()
}
