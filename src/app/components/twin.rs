//! The timeline as a table and a list: everything that the canvas shows, in words.

use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::twin_events::events;
use super::twin_lanes::Lanes;
use crate::app::timeline::telling::what_happened;
use crate::app::{Look, Phase};
use crate::timeline::{Moment, clock_text, run_end_text};

/// The words beside the canvas.
#[derive(Debug)]
pub struct Twin {
    pulse: Pulse,
    /// The run, and the moment up to which was told what happened.
    told: (u64, Moment),
    news: String,
}

impl Component for Twin {
    type Message = ();
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        let look = ctx.props().view.look();
        Self { pulse: pulse(ctx), told: (look.run, look.moment), news: String::new() }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Self::Properties) -> bool {
        self.pulse = pulse(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, (): ()) -> bool {
        self.listen(ctx);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ViewProps { view, on_command } = ctx.props();
        let look = view.look();
        let model = view.model();
        let extent = model.extent();
        let summary =
            format!("At {}, step {} of {}", clock_text(look.now_nanos), look.moment.order, extent.end.order);
        let end = model.run_state_at(look.moment).end.map(|(end, _)| run_end_text(end));
        html! {
            <div class="twin">
                <p class="twin-summary">
                    { summary }
                    if let Some(end) = end { { ". " }{ end } }
                </p>
                <Lanes view={view.clone()} on_command={on_command.clone()} />
                { events(&model, &look, on_command) }
                <p class="visually-hidden" role="status" aria-live="polite" data-testid="news">{ &self.news }</p>
            </div>
        }
    }
}

impl Twin {
    /// Tells what happened since the last time, once the playhead stands: a voice cannot keep up with
    /// it while it moves.
    fn listen(&mut self, ctx: &Context<Self>) {
        let Look { run, moment, phase, .. } = ctx.props().view.look();
        if run != self.told.0 {
            self.told = (run, moment);
            self.news.clear();
        } else if phase != Phase::Running && moment != self.told.1 {
            let model = ctx.props().view.model();
            // A voice would read the marks around names aloud.
            self.news = what_happened(&model, self.told.1, moment).replace('`', "");
            self.told.1 = moment;
        }
    }
}

fn pulse(ctx: &Context<Twin>) -> Pulse {
    let link = ctx.link().clone();
    Pulse::new(&ctx.props().view, move || link.send_message(()))
}
