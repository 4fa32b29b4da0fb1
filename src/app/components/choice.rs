//! One of a few: radio buttons that look like one switch.

use yew::prelude::*;

/// What there is to choose from.
#[derive(Debug)]
pub struct Choice<'a> {
    /// What it is called.
    pub label: &'static str,
    /// Its name for tests, and what its buttons share.
    pub name: String,
    /// What it means, for the tooltip.
    pub help: &'static str,
    /// The words to choose from.
    pub options: &'a [&'static str],
    /// What is chosen.
    pub at: usize,
}

/// Draws a choice that tells `on_choose` what the reader chooses.
pub fn choice(choice: Choice<'_>, on_choose: &Callback<usize>) -> Html {
    let Choice { label, name, help, options, at } = choice;
    let name = AttrValue::from(name);
    html! {
        <div class="knob" title={help}>
            <span class="knob-label" id={format!("label-{name}")}>{ label }</span>
            <div class="choice" role="radiogroup" aria-labelledby={format!("label-{name}")} data-testid={name.clone()}>
                { for options.iter().enumerate().map(|(n, option)| {
                    let onchange = on_choose.reform(move |_: Event| n);
                    html! {
                        <label key={*option} data-testid={format!("{name}-{option}")}>
                            <input type="radio" name={name.clone()} value={*option} checked={n == at} {onchange} />
                            { option }
                        </label>
                    }
                }) }
            </div>
        </div>
    }
}
