//! What the tasks share, at the playhead: how full it is, who holds it, who waits and in which order.

use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::words::rich;
use crate::app::{Command, Selection};
use crate::drawing::captions::capitalised;
use crate::timeline::{Model, Moment, OpLine, Resource, clock_text, resource_word};
use crate::trace::ResourceId;

/// How many resources are told at most: those with a name first.
const MOST: usize = 60;
/// How many of the last things done with each.
const LAST_OPS: usize = 3;

/// The pane of resources.
#[derive(Debug)]
pub struct Shared {
    _pulse: Pulse,
}

impl Component for Shared {
    type Message = ();
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        Self { _pulse: Pulse::new(&ctx.props().view, move || link.send_message(())) }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ViewProps { view, on_command } = ctx.props();
        let (look, model) = (view.look(), view.model());
        let exists = |resource: &&Resource| resource.made <= look.moment;
        let (named, others): (Vec<_>, Vec<_>) =
            model.resources().iter().filter(exists).partition(|resource| resource.is_named);
        if named.is_empty() && others.is_empty() {
            return html! {
                <p class="empty">{ "Nothing is shared at this moment: no channel, no lock, no stream." }</p>
            };
        }
        let count = named.len() + others.len();
        html! {
            <dl class="shared" data-testid="shared">
                { for named.iter().chain(&others).take(MOST).map(|resource| {
                    one(&model, resource, look.moment, on_command)
                }) }
                if count > MOST { <dd class="empty">{ format!("and {} more", count - MOST) }</dd> }
            </dl>
        }
    }
}

fn one(model: &Model, resource: &Resource, moment: Moment, on_command: &Callback<Command>) -> Html {
    let facts = model.resource_state_text(resource.id, moment);
    html! {
        <>
            <dt>
                <strong>{ &resource.name }</strong>{ " " }
                <span class="shared-kind">{ resource_word(resource.kind) }</span>
            </dt>
            <dd>
                <ul>
                    { for facts.iter().map(|fact| html! { <li>{ rich(&capitalised(fact)) }</li> }) }
                    { for last_ops(model, resource.id, moment).iter().map(|line| {
                        let selection = Selection { lane: line.lane, moment: line.moment };
                        let show = on_command.reform(move |_: MouseEvent| Command::Visit(selection));
                        html! {
                            <li class="shared-op"><button type="button" class="finding" onclick={show}
                                title="Show it on the timeline">
                                <span class="log-time">{ clock_text(line.moment.nanos) }</span>{ " " }
                                { rich(&model.op_sentence(line)) }
                            </button></li>
                        }
                    }) }
                </ul>
            </dd>
        </>
    }
}

/// Returns what was done with it last, the latest first.
fn last_ops(model: &Model, id: ResourceId, moment: Moment) -> Vec<OpLine> {
    model.ops(id).rev().skip_while(|line| line.moment.order > moment.order).take(LAST_OPS).collect()
}
