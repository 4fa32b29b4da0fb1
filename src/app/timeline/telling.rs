//! The timeline for those who read it: which lanes and events are told, and what just happened.

use std::ops::Range;

use crate::timeline::{Happening, Model, Moment, TimelineEvent, clock_text};

/// With more events than this in one step, only the last are told.
const MOST_TOLD: u32 = 6;

/// Returns the part of `total` things of at most `most` that has `around` in its middle.
pub fn window_around(around: usize, total: usize, most: usize) -> Range<usize> {
    let first = around.saturating_sub(most / 2).min(total.saturating_sub(most));
    first..(first + most).min(total)
}

/// Returns what happened on the way from one moment to a later one, or where the way back led to.
pub fn what_happened(model: &Model, before: Moment, now: Moment) -> String {
    if now.order < before.order {
        let last = model.event(now.order).map(|event| model.sentence(&event));
        return match last {
            Some(last) => format!("Back at {}, step {}. Last: {last}.", clock_text(now.nanos), now.order),
            None => "Back at the start.".to_owned(),
        };
    }
    let first = before.order + 1;
    let told: Vec<_> = model.events(first..=now.order).filter(is_worth_telling).collect();
    let skipped = told.len().saturating_sub(MOST_TOLD as usize);
    let mut sentences: Vec<String> = Vec::new();
    if now.nanos != before.nanos {
        sentences.push(format!("At {}", clock_text(now.nanos)));
    }
    if skipped > 0 {
        sentences.push(format!("{skipped} events before these"));
    }
    sentences.extend(told.iter().skip(skipped).map(|event| model.sentence(event)));
    match sentences.is_empty() {
        true => String::new(),
        false => sentences.join(". ") + ".",
    }
}

/// The beginning and the end of a poll frame what happens in it; one of them is enough.
fn is_worth_telling(event: &TimelineEvent) -> bool {
    !matches!(event.what, Happening::PollEnd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::script::{MS, Script};

    #[test]
    fn a_window_stays_within_what_there_is() {
        assert_eq!(window_around(0, 3, 10), 0..3);
        assert_eq!(window_around(0, 100, 10), 0..10);
        assert_eq!(window_around(50, 100, 10), 45..55);
        assert_eq!(window_around(99, 100, 10), 90..100);
        assert_eq!(window_around(7, 0, 10), 0..0);
    }

    #[test]
    fn a_step_is_told_in_sentences_and_a_step_back_says_where_it_led_to() {
        let mut script = Script::new();
        script.spawns("outside", "main").begins("main").ends("main");
        script.at(40 * MS).begins("main");
        let model = script.model();
        let moment = |order| model.moment(order).expect("it happened");
        let told = what_happened(&model, moment(0), moment(3));
        assert!(told.contains("`main` started") && told.contains("Poll 1 of `main` began"), "{told}");
        let told = what_happened(&model, moment(3), moment(4));
        assert!(told.starts_with("At 40.0 ms. Poll 2 of `main` began"), "{told}");
        let told = what_happened(&model, moment(4), moment(2));
        assert!(told.starts_with("Back at 0.0 ms, step 2."), "{told}");
        assert_eq!(what_happened(&model, moment(2), moment(0)), "Back at the start.");
        assert_eq!(what_happened(&model, moment(3), moment(3)), "");
    }

    #[test]
    fn a_long_way_is_told_by_its_last_events() {
        let mut script = Script::new();
        script.spawns("outside", "main");
        for _ in 0..40 {
            script.begins("main").ends("main");
        }
        let model = script.model();
        let end = model.extent().end;
        let told = what_happened(&model, Moment::START, end);
        assert!(told.contains("35 events before these"), "{told}");
        assert!(told.contains("Poll 40 of `main` began"), "{told}");
        assert!(told.len() < 400, "{told}");
    }
}
