//! The control of one parameter.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::choice::{Choice, choice};
use crate::app::Command;
use crate::app::scale::{PLACES, number_at, place_of};
use crate::patterns::{Kind, Param, Value};

/// What a control is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ParamProps {
    /// The pattern's id.
    pub pattern: &'static str,
    /// The parameter.
    pub param: &'static Param,
    /// Its value now.
    pub value: Value,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// Draws the control of one parameter.
pub fn param_control(props: &ParamProps) -> Html {
    let param = props.param;
    match &param.kind {
        Kind::Choice { options } => {
            let at = options.iter().position(|option| *option == props.value.to_string()).unwrap_or(0);
            let set = set(props);
            let names = options.to_vec();
            let on_choose = Callback::from(move |n: usize| {
                set.emit(names.get(n).copied().unwrap_or_default().to_owned());
            });
            let name = format!("param-{}", param.name);
            choice(Choice { label: param.label, name, help: param.help, options, at }, &on_choose)
        }
        Kind::Text { .. } => field(props),
        Kind::Count { .. } | Kind::Millis { .. } | Kind::Percent { .. } => number(props),
    }
}

fn set(props: &ParamProps) -> Callback<String> {
    let name = props.param.name;
    props.on_command.reform(move |text: String| Command::SetParam { name, text })
}

/// A slider for the hand and a field for the exact number.
fn number(props: &ParamProps) -> Html {
    let param = props.param;
    let (min, max) = param.kind.range().unwrap_or_default();
    let Value::Number(number) = props.value else { return html! {} };
    let set_number = set(props);
    let oninput = Callback::from(move |event: InputEvent| {
        let place = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        set_number.emit(number_at(place, min, max).to_string());
    });
    let place = place_of(number, min, max);
    let unit = match param.kind {
        Kind::Millis { .. } => "ms",
        Kind::Percent { .. } => "%",
        _ => "",
    };
    html! {
        <div class="knob" title={param.help}>
            <label class="knob-label" for={format!("param-{}", param.name)}>{ param.label }</label>
            <input type="range" min="0" max={PLACES.to_string()} step="1" value={place.round().to_string()}
                ~style={format!("--fill: {}%", place * 100.0 / f64::from(PLACES))} {oninput}
                aria-label={param.label} aria-valuetext={format!("{number} {unit}")}
                data-testid={format!("slider-{}", param.name)} />
            <span class="knob-number" ~style={format!("--room: {}", max.to_string().len() + unit.len())}>
                { entry(props) }
                if !unit.is_empty() { <span class="knob-unit">{ unit }</span> }
            </span>
        </div>
    }
}

/// Text, in a field of its own.
fn field(props: &ParamProps) -> Html {
    html! {
        <div class="knob" title={props.param.help}>
            <label class="knob-label" for={format!("param-{}", props.param.name)}>{ props.param.label }</label>
            { entry(props) }
        </div>
    }
}

/// The field, keyed so that another pattern's field of this name is another field.
fn entry(props: &ParamProps) -> Html {
    html! { <Entry key={format!("{} {}", props.pattern, props.param.name)} ..props.clone() /> }
}

/// The field: what is refused stays in it, marked, to be mended.
#[component]
fn Entry(props: &ParamProps) -> Html {
    let param = props.param;
    let refused = use_state(|| None::<String>);
    let onchange = {
        let (set, refused) = (set(props), refused.clone());
        Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            refused.set(param.parse(&text).err().map(|_| text.clone()));
            set.emit(text);
        })
    };
    {
        // Another value, from a slider or a link, takes the place of what was refused.
        let refused = refused.clone();
        use_effect_with(props.value.clone(), move |_| refused.set(None));
    }
    let is_text = matches!(param.kind, Kind::Text { .. });
    let id = format!("param-{}", param.name);
    let value = (*refused).clone().unwrap_or_else(|| props.value.to_string());
    let style = format!("--digits: {}", value.chars().count().clamp(1, 8));
    html! {
        <input id={id.clone()} data-testid={id} class={if is_text { "text" } else { "number" }} {value} ~style={style} {onchange}
            aria-invalid={refused.is_some().then_some("true")} aria-description={param.help}
            inputmode={if is_text { "url" } else { "numeric" }} autocomplete="off" spellcheck="false" />
    }
}
