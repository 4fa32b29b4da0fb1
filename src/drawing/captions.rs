//! The words on the canvas, and what a tooltip says.

use crate::timeline::{
    LaneEnd, LaneState, Model, Moment, Span, SpanState, Wait, clock_text, duration_text, resource_word,
};
use crate::trace::{End, LaneId, ResourceId, WaitKind};

/// Returns what stands beside the mark at the end of a lane; nothing where the mark says it all.
pub fn end_caption(model: &Model, end: &LaneEnd) -> String {
    let message = model.text(end.message);
    match (end.end, message) {
        (End::Completed, message) => message.to_owned(),
        (End::Cancelled, "") => with_losses("cancelled", model, end),
        (End::Dropped, "") => with_losses("dropped", model, end),
        (End::Failed, "") => "failed".to_owned(),
        (End::Panicked, "") => "panicked".to_owned(),
        (End::Panicked, message) => format!("panicked: {message}"),
        (_, message) => message.to_owned(),
    }
}

/// Adds what went with a future that was dropped: `dropped: gave back pool, left jobs`.
fn with_losses(word: &str, model: &Model, end: &LaneEnd) -> String {
    let losses = model.losses(end.moment);
    if losses.is_empty() { word.to_owned() } else { format!("{word}: {}", losses.join(", ")) }
}

/// Returns whether a wait is for something that is shared: it is drawn dashed, with its name.
pub fn is_resource(wait: &Wait) -> bool {
    wait.on == WaitKind::Resource
}

/// Returns what stands on the line of an idle lane, where there is room.
pub fn wait_caption(model: &Model, wait: &Wait) -> String {
    let name = || u32::try_from(wait.detail).map_or("", |name| model.text(crate::trace::NameId(name)));
    match wait.on {
        WaitKind::Timer => format!("timer, {}", duration_text(wait.detail)),
        WaitKind::Join => {
            let lane = u32::try_from(wait.detail).map_or(LaneId::OUTSIDE, LaneId);
            format!("joins {}", model.lane_name(lane))
        }
        WaitKind::JoinSet => format!("joins {} of a set", wait.detail),
        WaitKind::Yield => "gave way".to_owned(),
        WaitKind::Io if name().is_empty() => "network".to_owned(),
        WaitKind::Io => name().to_owned(),
        WaitKind::Signal => "shutdown signal".to_owned(),
        WaitKind::Resource => {
            let resource = u32::try_from(wait.detail).map_or(ResourceId::NONE, ResourceId);
            model.resource_name(resource).into_owned()
        }
    }
}

/// What a tooltip says, line by line; the first line is the lane's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The lane.
    pub title: String,
    /// What it does, when, and why.
    pub lines: Vec<String>,
}

impl Tip {
    /// Creates the tooltip of a slice; `now` is where what goes on has come to.
    pub fn of_span(model: &Model, span: &Span, spans: usize, now: Moment) -> Self {
        let mut lines: Vec<String> = Vec::new();
        // The model's sentence names state and reason, then says when.
        let text = model.span_text(span, now);
        lines.extend(text.split(" · ").map(capitalised));
        if let SpanState::Polling { .. } = span.state
            && let Some(wake) = model.wake_before(span.lane, span.begin)
        {
            lines.push(format!("Woken {}", model.wake_text(&wake)));
        }
        if spans > 1 {
            lines.push(format!("One of {spans} slices on this pixel: zoom in to see each"));
        }
        Self { title: model.lane_name(span.lane).into_owned(), lines }
    }

    /// Creates the tooltip of a resource at a moment.
    pub fn of_resource(model: &Model, id: ResourceId, moment: Moment) -> Self {
        let kind = model.resource(id).map_or("", |resource| resource_word(resource.kind));
        let mut lines: Vec<_> =
            model.resource_state_text(id, moment).iter().map(|line| capitalised(line)).collect();
        if let Some(line) = model.nearest_op(id, moment) {
            lines.push(format!("{}: {}", clock_text(line.moment.nanos), model.op_sentence(&line)));
        }
        lines.push(format!("At {}", clock_text(moment.nanos)));
        Self { title: format!("{} · {kind}", model.resource_name(id)), lines }
    }

    /// Creates the tooltip of a lane at a moment in which nothing is drawn, or of its label.
    pub fn of_lane(model: &Model, lane: LaneId, moment: Moment) -> Self {
        let name = model.lane_name(lane).into_owned();
        let sentence = model.state_sentence(lane, moment);
        let said = sentence.strip_prefix(&format!("`{name}` ")).unwrap_or(&sentence);
        let mut lines = vec![capitalised(said)];
        if !matches!(model.state_at(lane, moment), LaneState::Unborn) {
            lines.push(capitalised(&model.stats_text(&model.lane_stats(lane, moment))));
        }
        lines.push(format!("At {}", clock_text(moment.nanos)));
        Self { title: name, lines }
    }
}

/// Makes the first letter a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Returns how much of `text` fits into `width`, with an ellipsis if it is not all; `measure` is
/// asked for the width of a text. Empty when not even a letter fits.
pub fn fitted(text: &str, width: f64, mut measure: impl FnMut(&str) -> f64) -> String {
    if measure(text) <= width {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cut = |letters: usize| format!("{}…", text[..ends[letters]].trim_end());
    let most = ends.partition_point(|end| *end == 0 || measure(&format!("{}…", &text[..*end])) <= width);
    match most.saturating_sub(1) {
        0 => String::new(),
        letters => cut(letters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::script::{MS, Script};

    /// Every letter is ten wide.
    fn tens(text: &str) -> f64 {
        text.chars().count() as f64 * 10.0
    }

    #[test]
    fn a_text_that_does_not_fit_is_cut_with_an_ellipsis() {
        assert_eq!(fitted("request slow", 120.0, tens), "request slow");
        assert_eq!(fitted("request slow", 119.0, tens), "request sl…");
        assert_eq!(fitted("request slow", 90.0, tens), "request…");
        assert_eq!(fitted("größe", 40.0, tens), "grö…");
        assert_eq!(fitted("request", 15.0, tens), "");
        assert_eq!(fitted("", 15.0, tens), "");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capitalised("idle: waits for I/O"), "Idle: waits for I/O");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn a_tooltip_says_what_when_and_who() {
        let mut script = Script::new();
        script.spawns("outside", "main").begins("main").spawns("main", "slow").ends("main");
        script.begins("slow").waits_until("slow", 90 * MS).ends("slow");
        let model = script.model();
        let (slow, end) = (script.lane("slow"), model.extent().end);
        let poll = model.spans(slow).nth(1).expect("it was polled");
        let tip = Tip::of_span(&model, &poll, 1, end);
        assert_eq!(tip.title, "slow");
        assert_eq!(tip.lines[0], "Polling (poll 1)");
        assert!(tip.lines.iter().any(|line| line.starts_with("Woken by `main`")), "{tip:?}");
        let idle = model.spans(slow).nth(2).expect("it waits");
        let tip = Tip::of_span(&model, &idle, 3, end);
        assert!(tip.lines[0].starts_with("Idle: waits for its timer, due at 90 ms"), "{tip:?}");
        assert!(tip.lines.iter().any(|line| line.contains("3 slices")), "{tip:?}");
    }

    #[test]
    fn the_tooltip_of_a_lane_says_how_it_stands() {
        let mut script = Script::new();
        script
            .spawns("outside", "main")
            .begins("main")
            .is_over("main", End::Failed, "not found")
            .ends("main");
        let model = script.model();
        let tip = Tip::of_lane(&model, script.lane("main"), model.extent().end);
        assert_eq!(tip.title, "main");
        assert!(tip.lines[0].starts_with("Failed: not found"), "{tip:?}");
        let end = model.lane(script.lane("main")).and_then(|lane| lane.end).expect("it ended");
        assert_eq!(end_caption(&model, &end), "not found");
    }
}
