//! The controls of a run: buttons, the scrubber and the clock.
//!
//! The scrubber and the clock move on every frame, so they are written to directly; yew makes them once.

use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::button::CommandButton;
use super::icons::Icon;
use crate::app::state::NOTCHES;
use crate::app::units::parse_factor;
use crate::app::{Command, Look, Phase, Subscription, ViewHandle};
use crate::runtime::Clock;
use crate::timeline::clock_text;

/// How finely the scrubber is divided.
const PLACES: f64 = 10_000.0;

/// What the controls are given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TransportProps {
    /// What to show.
    pub view: ViewHandle,
    /// How the run and the playback stand.
    pub phase: Phase,
    /// How fast.
    pub speed: f64,
    /// Whether a recording is shown, and no run.
    #[prop_or_default]
    pub is_recording: bool,
    /// Virtual or real time.
    pub clock: Clock,
    /// What random choices are drawn from.
    pub seed: u64,
    /// What of the world outside virtual time waits for.
    pub awaits: Option<&'static str>,
    /// What the Stop button does.
    pub stop_label: &'static str,
    /// Whether there is a run to be stopped.
    pub can_stop: bool,
    /// Whether the playhead is at the start.
    pub is_at_start: bool,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The controls.
#[derive(Debug)]
pub struct Transport {
    scrub: NodeRef,
    clock: NodeRef,
    subscription: Option<Subscription>,
}

impl Component for Transport {
    type Message = ();
    type Properties = TransportProps;

    fn create(_: &Context<Self>) -> Self {
        Self { scrub: NodeRef::default(), clock: NodeRef::default(), subscription: None }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let view = ctx.props().view.clone();
            let watched = std::rc::Rc::downgrade(&view.0);
            let (scrub, clock) = (self.scrub.clone(), self.clock.clone());
            self.subscription = Some(view.subscribe(move || {
                if let Some(view) = watched.upgrade() {
                    show(&view.look(), &scrub, &clock);
                }
            }));
        }
        show(&ctx.props().view.look(), &self.scrub, &self.clock);
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let TransportProps { phase, can_stop, stop_label, is_at_start, on_command, .. } = ctx.props();
        let is_over = matches!(phase, Phase::Ended | Phase::Failed | Phase::Stalled);
        let button =
            |command: Command, label: &'static str, icon: Icon, testid: &'static str, disabled: bool| {
                CommandButton::new(command, label, icon, testid).disabled(disabled).draw(on_command)
            };
        html! {
            <div class="transport" role="group" aria-label="Run">
                <div class="transport-buttons">
                    { button(Command::First, "To the start", Icon::First, "first", *is_at_start) }
                    { button(Command::StepBack, "Step one poll back", Icon::StepBack, "step-back", *is_at_start) }
                    { self.play(ctx) }
                    { button(Command::StepForward, "Step one poll", Icon::Step, "step", is_over) }
                    { button(Command::Last, "Run to the end", Icon::Last, "last", is_over) }
                    { button(Command::Restart, "Restart", Icon::Restart, "restart", false) }
                    { button(Command::Stop, stop_label, Icon::Stop, "stop", !can_stop) }
                </div>
                { self.line(ctx) }
            </div>
        }
    }
}

impl Transport {
    fn play(&self, ctx: &Context<Self>) -> Html {
        let TransportProps { phase, on_command, .. } = ctx.props();
        let (command, label, icon, testid) = match phase {
            Phase::Running => (Command::Pause, "Pause", Icon::Pause, "pause"),
            Phase::Ready => (Command::Run, "Run", Icon::Play, "run"),
            Phase::Paused => (Command::Run, "Play", Icon::Play, "run"),
            Phase::Ended | Phase::Failed | Phase::Stalled => (Command::Run, "Again", Icon::Play, "run"),
        };
        let onclick = on_command.reform(move |_: MouseEvent| command.clone());
        html! {
            <button type="button" class="button is-primary play" data-testid={testid} {onclick}
                title={format!("{label} (Space)")}>
                { icon.draw() }<span>{ label }</span>
            </button>
        }
    }

    fn line(&self, ctx: &Context<Self>) -> Html {
        let TransportProps { view, speed, clock, seed, awaits, on_command, .. } = ctx.props().clone();
        let on_seek = {
            let on_command = on_command.clone();
            Callback::from(move |event: InputEvent| {
                let place = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
                let look = view.look();
                let begin = begin(&look);
                on_command.emit(Command::Seek { x: begin + (look.end - begin) * place / PLACES });
            })
        };
        let on_time = on_command.reform(|event: Event| {
            Command::SeekTime(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let on_key = {
            let view = ctx.props().view.clone();
            Callback::from(move |event: KeyboardEvent| {
                let input = event.target_unchecked_into::<HtmlInputElement>();
                if event.key() == "Escape" {
                    input.set_value(&clock_text(view.look().now_nanos));
                }
                if matches!(event.key().as_str(), "Escape" | "Enter") {
                    // The change is told before the focus goes.
                    drop(input.blur());
                    event.stop_propagation();
                }
            })
        };
        let on_speed = on_command.reform(|event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            Command::SetSpeed(parse_factor(&value).unwrap_or(1.0))
        });
        let mut speeds = NOTCHES.to_vec();
        if !speeds.contains(&speed) {
            speeds.push(speed);
            speeds.sort_by(f64::total_cmp);
        }
        let is_recording = ctx.props().is_recording;
        let (word, why) = match clock {
            _ if is_recording => ("recorded", "What is shown was recorded before; nothing runs"),
            Clock::Virtual => {
                ("virtual time", "Time moves only when nothing is ready; simulated, and the same every time")
            }
            Clock::Real => ("real time", "The browser's own clock, with a grain of up to 0.1 ms"),
        };
        html! {
            <div class="transport-line">
                <select class="select" data-testid="speed" onchange={on_speed} aria-label="Speed"
                    title="How fast the playhead moves (, and .); a first run in real time takes its own time">
                    { for speeds.iter().map(|notch| html! {
                        <option key={notch.to_string()} value={notch.to_string()} selected={*notch == speed}>
                            { format!("{notch}×") }
                        </option>
                    }) }
                </select>
                <input class="scrub" type="range" min="0" max={PLACES.to_string()} step="any" data-testid="scrub"
                    data-scrub="" aria-label="Playhead" oninput={on_seek} ref={self.scrub.clone()} />
                <input class="clock" data-testid="time" aria-label="Time at the playhead" autocomplete="off"
                    title="Write a time to go there: 41, 41.5 ms, 1.2 s" onchange={on_time} onkeydown={on_key}
                    ref={self.clock.clone()} />
                if let Some(awaits) = awaits {
                    <span class="pill is-waiting" role="status" data-testid="waiting">{ format!("waiting for {awaits}") }</span>
                }
                <span class={classes!("pill", (clock == Clock::Real && !is_recording).then_some("is-real"))} title={why}
                    data-testid="clock-mode">{ word }</span>
                if !is_recording {
                    <span class="pill" title="What random choices are drawn from" data-testid="seed-shown">
                        { format!("seed {seed}") }
                    </span>
                }
            </div>
        }
    }
}

fn begin(look: &Look) -> f64 {
    // Moments begin at the start, unless what came first was lost.
    look.axis.x_from_moment(crate::timeline::Moment::START).min(look.end)
}

fn show(look: &Look, scrub: &NodeRef, clock: &NodeRef) {
    let text = clock_text(look.now_nanos);
    if let Some(scrub) = scrub.cast::<HtmlInputElement>() {
        let begin = begin(look);
        let part = ((look.playhead - begin) / (look.end - begin).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        scrub.set_value_as_number(part * PLACES);
        let style = AsRef::<HtmlElement>::as_ref(&scrub).style();
        // A property of a style is never refused, only ignored.
        drop(style.set_property("--fill", &format!("{:.2}%", part * 100.0)));
        let told = format!("{text}, step {}", look.moment.order);
        drop(scrub.set_attribute("aria-valuetext", &told));
    }
    if let Some(clock) = clock.cast::<HtmlInputElement>() {
        // Of a document or of a shadow: every selector knows.
        let is_being_edited = clock.matches(":focus").unwrap_or(false);
        if !is_being_edited && clock.value() != text {
            clock.set_value(&text);
        }
    }
}
