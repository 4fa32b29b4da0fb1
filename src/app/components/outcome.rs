//! How the run ended.

use yew::prelude::*;

use super::icons::Icon;
use super::words::rich;
use crate::app::report::Report;
use crate::app::{Command, Panel, Selection};
use crate::drawing::captions::capitalised;
use crate::timeline::Finding;
use crate::trace::RunEnd;

/// Draws how the run ended.
pub fn outcome_panel(report: &Report, on_command: &Callback<Command>) -> Html {
    let Some(end) = report.end else {
        return html! {
            <p class="empty">{ "The run has not ended. Its outcome will be here: what the first task returned, or why it could not." }</p>
        };
    };
    let icon = match (end, report.is_bad()) {
        (RunEnd::Stalled, _) => Icon::Stuck,
        (RunEnd::Stopped, _) => Icon::Stop,
        (_, true) => Icon::Bang,
        (_, false) => Icon::Check,
    };
    let tone = if report.is_bad() { "is-bad" } else { "is-good" };
    html! {
        <div class="panel-pad">
            <p class={classes!("outcome-head", tone)}>{ icon.draw() }<span>{ report.sentence }</span></p>
            <p class="outcome-when">{ &report.when }</p>
            { output(report) }
            if !report.findings.is_empty() {
                <ul class="findings" data-testid="findings">
                    { for report.findings.iter().map(|finding| found(finding, on_command)) }
                </ul>
            }
            if let Some(missing) = &report.missing {
                <p class="outcome-text">{ missing }</p>
            }
        </div>
    }
}

/// Draws what a run that ended well came to, in a line.
pub fn result(report: &Report) -> Html {
    let text = match &report.output {
        Some(Ok(outcome)) if !outcome.summary.is_empty() => &outcome.summary,
        Some(Err(error)) => error,
        _ => report.sentence,
    };
    let (icon, tone) = if report.is_bad() { (Icon::Bang, "is-bad") } else { (Icon::Check, "is-good") };
    html! {
        <p class={classes!("outcome-head", tone)} data-testid="result">
            { icon.draw() }<span>{ rich(&capitalised(text)) }</span>
        </p>
    }
}

/// Draws what is wrong with a run that has ended, right below the timeline: the first finding, and how many more.
pub fn verdict(report: &Report, on_command: &Callback<Command>) -> Html {
    let Some(finding) = report.findings.first() else { return html! {} };
    let Finding { lane, moment, .. } = *finding;
    let show = on_command.reform(move |_: MouseEvent| Command::Visit(Selection { lane, moment }));
    let all = on_command.reform(|_: MouseEvent| Command::Show(Panel::Outcome));
    let more = report.findings.len() - 1;
    html! {
        <p class="verdict" data-testid="verdict">
            { Icon::Bang.draw() }
            <button type="button" class="finding" onclick={show} title="Show it on the timeline">
                { rich(&capitalised(&finding.text)) }
            </button>
            if more > 0 {
                <button type="button" class="verdict-more" onclick={all}>{ format!("and {more} more") }</button>
            }
        </p>
    }
}

/// Draws a finding as a button that leads to its lane and moment.
fn found(finding: &Finding, on_command: &Callback<Command>) -> Html {
    let Finding { lane, moment, .. } = *finding;
    let show = on_command.reform(move |_: MouseEvent| Command::Visit(Selection { lane, moment }));
    html! {
        <li><button type="button" class="finding" data-kind={finding.kind.code()} onclick={show}
            title="Show it on the timeline">{ rich(&finding.text) }</button></li>
    }
}

fn output(report: &Report) -> Html {
    match &report.output {
        Some(Ok(outcome)) => html! {
            <>
                <p class="outcome-text">{ rich(&outcome.summary) }</p>
                if !outcome.facts.is_empty() {
                    <dl class="facts">
                        { for outcome.facts.iter().map(|(name, value)| html! {
                            <><dt>{ name.as_ref() }</dt><dd>{ value }</dd></>
                        }) }
                    </dl>
                }
            </>
        },
        Some(Err(error)) => html! {
            <p class="outcome-text"><span class="outcome-word">{ "Error: " }</span>{ rich(error) }</p>
        },
        None => match (&report.limit, &report.end) {
            (Some(limit), _) => html! {
                <p class="outcome-text">{ format!("It was ended because {limit}. Choose smaller parameters to see it whole.") }</p>
            },
            (None, Some(RunEnd::Stopped)) => html! {
                <p class="outcome-text">{ "Every future was dropped where it stood. Restart runs it again." }</p>
            },
            _ => html! {},
        },
    }
}
