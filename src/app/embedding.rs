//! The page within another page: what it is given, and what it tells.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use serde_json::{Value, json};

use super::command::{Command, Selection};
use super::link::Link;
use super::report::Report;
use super::state::{Notice, State};
use super::view::Phase;
use crate::timeline::Moment;

/// How much the reader can change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// Parameters, the timeline, its controls, the code and all panels.
    #[default]
    Full,
    /// The timeline and its controls.
    Compact,
    /// The timeline alone.
    None,
}

impl Controls {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Full, Self::Compact, Self::None];

    /// Returns the word for the attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Compact => "compact",
            Self::None => "none",
        }
    }
}

/// What the page is given by the page around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// What runs, how, and how fast.
    pub link: Link,
    /// How much the reader can change.
    pub controls: Controls,
    /// What the author wrote that was not understood, in words.
    pub problems: Vec<String>,
    /// Where Wakeline's own files are.
    pub base: String,
    /// Is told what happens.
    pub tell: Tell,
}

impl Embedding {
    /// Returns why a command cannot be carried out here, in words.
    pub fn refuses(&self, command: &Command, state: &State) -> Option<String> {
        let model = state.view.model();
        match command {
            // The number comes from outside.
            Command::Select(Some(Selection { lane, .. })) if model.lane(*lane).is_none() => Some(format!(
                "`lane` does not take `{}`: use the number of a lane that the run has by now",
                lane.0
            )),
            // Only beside its own files Wakeline has a page to link to.
            Command::CopyLink if self.base.is_empty() => Some("there is no page here to link to".to_owned()),
            _ => None,
        }
    }
}

/// Is told what happens, and knows how things stand; equal when it is the same one.
#[derive(Clone)]
pub struct Tell(Rc<Told>);

struct Told {
    call: Box<dyn Fn(&Event)>,
    facts: Cell<Facts>,
}

/// How things stand: to be asked for at any time, also while an event is told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Facts {
    /// How the run and the playback stand.
    pub phase: Phase,
    /// What the clock reads at the playhead.
    pub now_nanos: u64,
    /// Where the playhead is.
    pub moment: Moment,
    /// Whether it stays there: nothing plays, and no answer is waited for.
    pub is_resting: bool,
}

impl Tell {
    /// Creates a teller; `call` is called with every event.
    pub fn new(call: impl Fn(&Event) + 'static) -> Self {
        Self(Rc::new(Told { call: Box::new(call), facts: Cell::default() }))
    }

    /// Tells an event.
    pub fn tell(&self, event: &Event) {
        (self.0.call)(event);
    }

    /// Returns how things stand.
    pub fn facts(&self) -> Facts {
        self.0.facts.get()
    }

    /// Takes how things stand.
    pub fn set_facts(&self, state: &State) {
        let look = state.view.look();
        let is_resting = !state.needs_frames();
        self.0.facts.set(Facts {
            phase: look.phase,
            now_nanos: look.now_nanos,
            moment: look.moment,
            is_resting,
        });
    }
}

impl PartialEq for Tell {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tell").field("facts", &self.facts()).finish_non_exhaustive()
    }
}

/// Something that the page around may want to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The playhead began to move.
    Run,
    /// The run came to its end, once for each run.
    End(Value),
    /// Another lane is selected, or none.
    Select(Value),
    /// The playback stands otherwise, or at another moment.
    Change(Value),
    /// Something was refused; it is named in words.
    Error(String),
}

impl Event {
    /// Returns the type of the event that the element sends.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::End(_) => "end",
            Self::Select(_) => "select",
            Self::Change(_) => "change",
            Self::Error(_) => "error",
        }
    }

    /// Returns the detail of that event.
    pub fn detail(&self) -> Value {
        match self {
            Self::Run => Value::Null,
            Self::End(detail) | Self::Select(detail) | Self::Change(detail) => detail.clone(),
            Self::Error(message) => json!({ "message": message }),
        }
    }
}

/// What was told last, to tell what is new.
#[derive(Debug, Default)]
pub struct News {
    phase: Phase,
    nanos: u64,
    selection: Option<Selection>,
    notice: Option<Notice>,
    /// The run of which the end was told.
    ended: Option<u64>,
}

impl News {
    /// Returns what is new, in the order in which it is to be told.
    pub fn of(&mut self, state: &State) -> Vec<Event> {
        let look = state.view.look();
        let mut news = Vec::new();
        let is_over = matches!(look.phase, Phase::Ended | Phase::Failed | Phase::Stalled);
        if look.phase == Phase::Running && !state.is_playing() {
            // It is on its way to a moment that was asked for: that is told once it is there.
            return news;
        }
        if look.phase == Phase::Running && self.phase != Phase::Running {
            news.push(Event::Run);
        }
        // While it plays, the time is asked for and not told sixty times a second.
        let moved = look.now_nanos != self.nanos && look.phase != Phase::Running;
        if look.phase != self.phase || moved {
            let detail =
                json!({ "state": look.phase.word(), "time": look.now_nanos, "order": look.moment.order });
            news.push(Event::Change(detail));
        }
        if look.selection != self.selection {
            news.push(Event::Select(selected(state, look.selection)));
        }
        if state.notice != self.notice {
            let problem = state.notice.as_ref().filter(|notice| notice.is_problem);
            news.extend(problem.map(|notice| Event::Error(notice.text.clone())));
        }
        if is_over && self.ended != Some(look.run) {
            self.ended = Some(look.run);
            news.push(Event::End(ending(look.phase, look.now_nanos, &state.report)));
        }
        (self.phase, self.nanos, self.selection) = (look.phase, look.now_nanos, look.selection);
        self.notice.clone_from(&state.notice);
        news
    }
}

fn selected(state: &State, selection: Option<Selection>) -> Value {
    let Some(Selection { lane, moment }) = selection else { return Value::Null };
    let name = state.view.model().lane_name(lane).into_owned();
    json!({ "lane": lane.0, "name": name, "time": moment.nanos, "order": moment.order })
}

fn ending(phase: Phase, nanos: u64, report: &Report) -> Value {
    let (outcome, error) = match &report.output {
        Some(Ok(outcome)) => {
            let facts: serde_json::Map<_, _> =
                outcome.facts.iter().map(|(name, value)| (name.clone().into_owned(), json!(value))).collect();
            (json!({ "summary": outcome.summary, "facts": facts }), Value::Null)
        }
        Some(Err(error)) => (Value::Null, json!(error)),
        None => (Value::Null, Value::Null),
    };
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let (lane, order) = (finding.lane.0, finding.moment.order);
            json!({ "kind": finding.kind.code(), "text": finding.text, "lane": lane, "order": order })
        })
        .collect();
    json!({
        "state": phase.word(),
        "time": nanos,
        "text": report.sentence,
        "outcome": outcome,
        "error": error,
        "findings": findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::engine::{Host, Surroundings};
    use crate::trace::LaneId;

    fn state(fragment: &str) -> State {
        let drive = |_, _| Box::new(()) as Box<dyn std::any::Any>;
        let host = Host::alone(String::new(), Surroundings { wall: Rc::new(|| 0.0), drive, memory: || 0 });
        let mut state = State::new(host);
        state.open_link(&Link::parse(fragment));
        state
    }

    fn kinds(news: &[Event]) -> Vec<&'static str> {
        news.iter().map(Event::kind).collect()
    }

    #[test]
    fn a_run_is_told_from_its_beginning_to_its_end() {
        let mut state = state("race?speed=10");
        let mut told = News::default();
        assert_eq!(told.of(&state), []);
        state.apply(Command::Run);
        assert_eq!(kinds(&told.of(&state)), ["run", "change"]);
        for _ in 0..100 {
            state.frame(0.016);
        }
        let news = told.of(&state);
        assert_eq!(kinds(&news), ["change", "end"]);
        let end = news[1].detail();
        assert_eq!((&end["state"], &end["time"]), (&json!("ended"), &json!(40_000_000)));
        assert!(end["outcome"]["summary"].as_str().is_some_and(|text| text.contains("fast")), "{end}");
        // Looking at the end again is not another end.
        state.apply(Command::First);
        state.apply(Command::Last);
        assert_eq!(kinds(&told.of(&state)), [""; 0]);
        state.apply(Command::Restart);
        state.apply(Command::Last);
        assert_eq!(kinds(&told.of(&state)), ["end"]);
    }

    #[test]
    fn what_goes_wrong_is_told_with_its_finding() {
        let mut state = state("future-lazy?wake=never");
        let mut told = News::default();
        state.apply(Command::Last);
        let news = told.of(&state);
        let end = news.last().expect("it has ended").detail();
        assert_eq!(end["state"], "stalled");
        assert!(end["findings"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{end}");
    }

    #[test]
    fn a_lane_that_is_not_there_cannot_be_selected_from_outside() {
        let state = state("race");
        let embedding = Embedding {
            link: Link::parse("race"),
            controls: Controls::Full,
            problems: Vec::new(),
            base: String::new(),
            tell: Tell::new(|_| {}),
        };
        let select = |lane| {
            let selection = Selection { lane: LaneId(lane), moment: Moment::START };
            embedding.refuses(&Command::Select(Some(selection)), &state)
        };
        assert_eq!(select(1), None);
        assert!(select(99).is_some_and(|problem| problem.contains("`lane` does not take `99`")));
        assert_eq!(embedding.refuses(&Command::Run, &state), None);
    }

    #[test]
    fn selections_and_refusals_are_told_once() {
        let mut state = state("race");
        let mut told = News::default();
        state.apply(Command::Last);
        told.of(&state);
        state.apply(Command::SelectBelow);
        let news = told.of(&state);
        assert_eq!((kinds(&news), &news[0].detail()["name"]), (vec!["select"], &json!("main")));
        state.apply(Command::Select(None));
        assert_eq!(told.of(&state), [Event::Select(Value::Null)]);
        state.apply(Command::SetParam { name: "fast", text: "lots".to_owned() });
        let news = told.of(&state);
        assert!(matches!(&news[..], [Event::Error(text)] if text.contains("`lots`")), "{news:?}");
        assert_eq!(told.of(&state), []);
    }
}
