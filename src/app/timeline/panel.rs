//! The timeline as a component: yew makes the elements once, everything else is painted.

use std::rc::Rc;

use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::listen::{Frames, Listener, SizeWatch};
use super::pointer;
use super::stage::Stage;
use crate::app::components::ViewProps;
use crate::app::{Command, Phase, Subscription};

/// The timeline.
#[derive(Debug, Default)]
pub struct Timeline {
    scroller: NodeRef,
    canvas: NodeRef,
    spacer: NodeRef,
    tip: NodeRef,
    stage: Option<Rc<Stage>>,
    alive: Option<Alive>,
}

/// What has to go when the component goes.
#[derive(Debug)]
struct Alive {
    _listeners: Vec<Listener>,
    _size: Option<SizeWatch>,
    _subscription: Subscription,
}

/// What changes the elements themselves, which is rare.
#[derive(Debug)]
pub enum Message {
    /// The run has begun, or there is a new one.
    Begun,
}

impl Component for Timeline {
    type Message = Message;
    type Properties = ViewProps;

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Begun => true,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Self::Properties) -> bool {
        self.connect(ctx);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let zoom = |command: Command| ctx.props().on_command.reform(move |_: MouseEvent| command.clone());
        html! {
            <div class="timeline" data-testid="timeline" role="group" aria-label="Timeline" tabindex="0"
                aria-description="Everything shown here is also in the table of lanes">
                <div class="timeline-lanes" ref={self.scroller.clone()} tabindex="-1">
                    <canvas class="timeline-canvas" ref={self.canvas.clone()} aria-hidden="true" />
                    <div ref={self.spacer.clone()} />
                </div>
                { self.invitation(ctx) }
                <div class="timeline-zoom" role="group" aria-label="Zoom">
                    <button type="button" title="Zoom out (S or −)" aria-label="Zoom out"
                        onclick={zoom(Command::Zoom { factor: 1.0 / 1.5 })}>{ icon("M4 8H12") }</button>
                    <button type="button" title="Zoom in (W or +)" aria-label="Zoom in"
                        onclick={zoom(Command::Zoom { factor: 1.5 })}>{ icon("M4 8H12M8 4V12") }</button>
                    <button type="button" title="Show the whole run (0)" onclick={zoom(Command::FitAll)}>
                        { "Fit" }
                    </button>
                </div>
                <div class="timeline-tip" ref={self.tip.clone()} hidden={true} aria-hidden="true" />
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.connect(ctx);
        }
    }
}

impl Timeline {
    /// Says what is to be seen before anything has run, and how to begin.
    fn invitation(&self, ctx: &Context<Self>) -> Html {
        if ctx.props().view.look().phase != Phase::Ready {
            return html! {};
        }
        let run = ctx.props().on_command.reform(|_: MouseEvent| Command::Run);
        html! {
            <div class="timeline-invitation">
                <p>{ "Nothing has been polled yet. Futures do nothing until someone runs them." }</p>
                <button type="button" class="button is-primary" onclick={run} title="Run (Space)">{ "Run" }</button>
            </div>
        }
    }

    fn connect(&mut self, ctx: &Context<Self>) {
        let ViewProps { view, on_command } = ctx.props().clone();
        let elements = (
            self.scroller.cast::<HtmlElement>(),
            self.canvas.cast::<HtmlCanvasElement>(),
            self.spacer.cast::<HtmlElement>(),
            self.tip.cast::<HtmlElement>(),
        );
        let (Some(scroller), Some(canvas), Some(spacer), Some(tip)) = elements else { return };
        let Some(stage) = Stage::new(view.clone(), on_command, scroller, canvas, spacer, tip) else { return };
        let stage = Rc::new(stage);
        let painter = Rc::downgrade(&stage);
        stage.set_frames(Some(Frames::new(move || {
            if let Some(stage) = painter.upgrade() {
                stage.paint();
            }
        })));
        let listener = Rc::downgrade(&stage);
        let link = ctx.link().clone();
        let was_ready = std::cell::Cell::new(view.look().phase == Phase::Ready);
        let subscription = view.subscribe(move || {
            let Some(stage) = listener.upgrade() else { return };
            stage.ask();
            let is_ready = stage.view.look().phase == Phase::Ready;
            if was_ready.replace(is_ready) != is_ready {
                link.send_message(Message::Begun);
            }
        });
        let resized = Rc::downgrade(&stage);
        let size = SizeWatch::new(&stage.scroller, move || {
            if let Some(stage) = resized.upgrade() {
                stage.resized();
            }
        });
        let window = web_sys::window();
        let rescaled = Rc::downgrade(&stage);
        let mut listeners = pointer::listen(&stage);
        // Moving to another screen changes the device's pixels and not always the panel's size.
        listeners.extend(window.map(|window| {
            Listener::new(&window, "resize", move |_| {
                if let Some(stage) = rescaled.upgrade() {
                    stage.ask();
                }
            })
        }));
        self.alive = Some(Alive { _listeners: listeners, _size: size, _subscription: subscription });
        stage.resized();
        self.stage = Some(stage);
    }
}

fn icon(path: &'static str) -> Html {
    html! {
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor"
            stroke-width="1.75" stroke-linecap="round"><path d={path} /></svg>
    }
}
