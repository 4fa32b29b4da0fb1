//! One of a few: radio buttons that look like one switch.

use yew::prelude::*;

/// What a choice is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ChoiceProps {
    /// What it is called.
    pub label: &'static str,
    /// Its name for tests, and what its buttons share.
    pub name: AttrValue,
    /// What it means, for the tooltip.
    pub help: &'static str,
    /// What there is to choose.
    pub options: Vec<&'static str>,
    /// What is chosen.
    pub at: usize,
    /// Is told what the reader chooses.
    pub on_choose: Callback<usize>,
}

/// A choice.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let ChoiceProps { label, name, help, options, at, on_choose } = props;
    html! {
        <div class="knob" title={*help}>
            <span class="knob-label" id={format!("label-{name}")}>{ label }</span>
            <div class="choice" role="radiogroup" aria-labelledby={format!("label-{name}")} data-testid={name.clone()}>
                { for options.iter().enumerate().map(|(n, option)| {
                    let onchange = on_choose.reform(move |_: Event| n);
                    html! {
                        <label key={*option} data-testid={format!("{name}-{option}")}>
                            <input type="radio" name={name.clone()} value={*option} checked={n == *at} {onchange} />
                            { option }
                        </label>
                    }
                }) }
            </div>
        </div>
    }
}
