//! Tabs: arrows move between them, and one of them is in the order of the focus.

use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    /// Its panel is `panel-<id>`.
    pub id: &'static str,
    /// What it is called.
    pub label: AttrValue,
    /// How much there is behind it.
    pub count: Option<usize>,
}

/// What a row of tabs is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TabsProps {
    /// What the tabs are about.
    pub label: &'static str,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// Which one is chosen.
    pub at: usize,
    /// Is told which one the reader chooses.
    pub on_choose: Callback<usize>,
    /// What stands behind the tabs.
    #[prop_or_default]
    pub children: Html,
}

/// A row of tabs.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let TabsProps { label, tabs, at, on_choose, children } = props.clone();
    let row = use_node_ref();
    let onkeydown = {
        let (row, on_choose, count) = (row.clone(), on_choose.clone(), tabs.len());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % count,
                "ArrowLeft" => (at + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on_choose.emit(next);
            let tab = row.cast::<HtmlElement>().and_then(|row| row.children().item(next as u32));
            if let Some(tab) = tab.and_then(|tab| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(tab).ok()) {
                // An element of this page takes the focus, or the tab is chosen without it.
                drop(tab.focus());
            }
        })
    };
    html! {
        <div class="card-tabs">
            <div class="tab-row" role="tablist" aria-label={label} ref={row} {onkeydown}>
                { for tabs.iter().enumerate().map(|(n, tab)| {
                    let is_chosen = n == at;
                    let onclick = on_choose.reform(move |_: MouseEvent| n);
                    html! {
                        <button key={tab.id} type="button" class="tab" role="tab" id={format!("tab-{}", tab.id)}
                            aria-controls={format!("panel-{}", tab.id)} aria-selected={is_chosen.to_string()}
                            tabindex={if is_chosen { "0" } else { "-1" }} {onclick} data-testid={format!("tab-{}", tab.id)}>
                            { tab.label.clone() }
                            if let Some(count) = tab.count.filter(|count| *count > 0) {
                                <span class="count">{ count }</span>
                            }
                        </button>
                    }
                }) }
            </div>
            { children }
        </div>
    }
}
