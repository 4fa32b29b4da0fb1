//! The seed: what random choices are drawn from.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icons::Icon;
use crate::app::Command;

/// What the field is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SeedProps {
    /// The seed now.
    pub seed: u64,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The seed's field.
#[component]
pub fn Seed(props: &SeedProps) -> Html {
    let SeedProps { seed, on_command } = props.clone();
    let is_refused = use_state(|| false);
    let onchange = {
        let (on_command, is_refused) = (on_command.clone(), is_refused.clone());
        Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let seed = text.trim().parse();
            is_refused.set(seed.is_err());
            on_command.emit(match seed {
                Ok(seed) => Command::SetSeed(seed),
                Err(_) => Command::RefuseSeed(text.chars().take(60).collect()),
            });
        })
    };
    let next = {
        let is_refused = is_refused.clone();
        Callback::from(move |_: MouseEvent| {
            is_refused.set(false);
            on_command.emit(Command::SetSeed(seed.wrapping_add(1)));
        })
    };
    let digits = seed.to_string().len();
    // A refused text stays to be mended; without `value` the field is left as it is.
    html! {
        <div class="knob" title="What random choices are drawn from: the same seed gives the same run">
            <label class="knob-label" for="seed">{ "Seed" }</label>
            <input id="seed" class="number" inputmode="numeric" autocomplete="off" data-testid="seed"
                ~style={format!("--digits: {digits}")} key={if *is_refused { "refused".to_owned() } else { seed.to_string() }}
                aria-invalid={is_refused.then_some("true")} value={(!*is_refused).then(|| seed.to_string())} {onchange} />
            <button type="button" class="icon-button is-plain" title="Next seed" aria-label="Next seed" onclick={next}
                data-testid="next-seed">{ Icon::Dice.draw() }</button>
        </div>
    }
}
