//! What has just happened, in a sentence under the timeline.

use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::words::rich;
use crate::app::Phase;

/// The sentence.
#[derive(Debug)]
pub struct Happening {
    _pulse: Pulse,
}

impl Component for Happening {
    type Message = ();
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        Self { _pulse: Pulse::new(&ctx.props().view, move || link.send_message(())) }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let view = &ctx.props().view;
        let (look, model) = (view.look(), view.model());
        let last = model.event(look.moment.order).map(|event| model.sentence(&event));
        let sentence = match (look.phase, last) {
            (Phase::Ready, _) | (_, None) => "Ready: nothing has been polled yet.".to_owned(),
            (_, Some(sentence)) => sentence,
        };
        // How many there will be is known only of what is behind.
        let (order, count) = (look.moment.order, model.event_count());
        let step = if look.live || order == 0 {
            format!("step {order}")
        } else {
            format!("step {order} of {count}")
        };
        // The table of lanes tells screen readers; telling it twice would be noise.
        html! {
            <p class="happening" aria-hidden="true" data-testid="happening">
                <span class="step">{ step }</span>
                <span class="sentence" title={sentence.clone()}>{ rich(&sentence) }</span>
            </p>
        }
    }
}
